"""A trained model as two files that anybody can read: config.json and model.safetensors."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from textwrap import shorten
from typing import Any, get_args

from safetensors import SafetensorError
from safetensors.torch import load_file, save

from gspmc.data.preprocess import Preprocessing
from gspmc.data.streams import Stream
from gspmc.errors import GspmcError, refuse_impossible
from gspmc.files import atomic_path, sha256_of
from gspmc.models.calibration import Calibration
from gspmc.models.registry import build_encoder
from gspmc.models.sign_model import SignModel
from gspmc.skeleton import get_layout

CONFIG_VERSION = 1
CONFIG_FILE = "config.json"
WEIGHTS_FILE = "model.safetensors"
DESCRIPTIONS_FILE = "descriptions.jsonl"
TEXT_BANK_FILE = "text_bank.safetensors"
"""The texts that a model was trained against lie beside it."""
RECIPE_FILE = "config.yaml"
ENVIRONMENT_FILE = "environment.json"
CONTENTS_FILE = "contents.json"
"""How, where and on what a run's model was trained: resolved recipe, machine, fingerprints."""


@dataclass(frozen=True)
class ModelConfig:
    """What must be known to run a model on keypoints."""

    encoder: str
    """Registered name."""
    layout: str
    labels: tuple[str, ...]
    """Class names by class index."""
    encoder_options: Mapping[str, Any] = field(default_factory=dict)
    stream: Stream = "joint"
    preprocessing: Preprocessing = field(default_factory=Preprocessing)
    text_width: int | None = None
    """Width of the projections; None where the model was trained without texts."""
    extractor: str = "unknown"
    """What found the keypoints that the model was trained on."""
    hashes: Mapping[str, str] = field(default_factory=dict)
    """File of a bundle -> SHA-256, as it was exported; none in a run, whose files may change."""
    calibration: Calibration | None = None
    """None: probabilities are the softmax of the logits as they are, and every answer is given."""
    version: int = CONFIG_VERSION

    def __post_init__(self) -> None:
        streams = get_args(Stream)
        rules = {
            "stream": (self.stream in streams, f"one of {', '.join(streams)}"),
            "extractor": (isinstance(self.extractor, str), "a name"),
        }
        refuse_impossible("", self, rules)

    def refuse_extractor(self, found: str, what: str) -> None:
        """Keypoints of another extractor stand elsewhere on the body, and are another input.

        Args:
            found: name of the extractor, or several with commas; "unknown" passes.
            what: has these keypoints, in words.

        Raises:
            GspmcError: both are known, and the model was trained on none such.
        """
        known, given = (
            set(names.split(", ")) - {"", "unknown"} for names in (self.extractor, found)
        )
        if known and given - known:
            raise GspmcError(
                f"{what} has keypoints from {found}, the model was trained on those from "
                f"{self.extractor}: extract them alike, or add --other_extractor true"
            )

    def to_dict(self) -> dict[str, Any]:
        """Without `calibration` and `hashes` where there are none, so that earlier versions can
        read it."""
        values = asdict(self)
        for name in ("calibration", "hashes"):
            if not values[name]:
                del values[name]
        return values

    @classmethod
    def from_dict(cls, values: Mapping[str, Any], where: str) -> "ModelConfig":
        """Raises:
        GspmcError: another version, or fields that are missing or unknown; `where` is named.
        """
        version = values.get("version")
        if version != CONFIG_VERSION:
            raise GspmcError(
                f"{where} has version {version}, this program reads {CONFIG_VERSION}: "
                "export it again"
            )
        try:
            return cls(
                **{
                    **values,
                    "labels": tuple(values["labels"]),
                    "preprocessing": Preprocessing(**values["preprocessing"]),
                    "hashes": dict(values.get("hashes", {})),
                    "calibration": Calibration.from_dict(values.get("calibration")),
                }
            )
        except (TypeError, KeyError, ValueError) as error:
            raise GspmcError(f"{where} is not a model config: {error}; export it again") from error
        except GspmcError as error:
            raise GspmcError(f"{where}: {error}; export it again") from error


def build_model(config: ModelConfig) -> SignModel:
    """A freshly initialised model of this configuration."""
    layout = get_layout(config.layout)
    encoder = build_encoder(config.encoder, layout, len(layout.channels), **config.encoder_options)
    return SignModel(encoder, len(config.labels), config.text_width)


def save_model(folder: Path, config: ModelConfig, model: SignModel) -> None:
    """Write config and weights into an existing folder, each atomically."""
    with atomic_path(folder / WEIGHTS_FILE) as temporary:
        values = {name: value.contiguous() for name, value in model.state_dict().items()}
        temporary.write_bytes(save(values))  # save_file lets nobody else read its file
    save_config(folder, config)


def store_calibration(folder: Path, calibration: Calibration) -> None:
    """Replace the calibration of a model on disk.

    Raises:
        GspmcError: there is no readable config of this version, or it cannot be written.
    """
    save_config(folder, replace(load_config(folder), calibration=calibration))


def save_config(folder: Path, config: ModelConfig) -> None:
    """Write the config into an existing folder, atomically."""
    with atomic_path(folder / CONFIG_FILE) as temporary:
        temporary.write_text(
            json.dumps(config.to_dict(), indent=1, ensure_ascii=False), encoding="utf-8"
        )


def load_config(folder: str | Path) -> ModelConfig:
    """Raises:
    GspmcError: there is no readable config of this version.
    """
    path = Path(folder) / CONFIG_FILE
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise GspmcError(
            f"no trained model in {folder}: {CONFIG_FILE} is missing; has training finished?"
        ) from error
    except (OSError, ValueError, RecursionError) as error:
        raise GspmcError(f"cannot read {path}: {error}") from error
    if not isinstance(values, dict):
        raise GspmcError(f"{path} is not a model config: export it again")
    return ModelConfig.from_dict(values, str(path))


def load_model(folder: str | Path) -> tuple[ModelConfig, SignModel]:
    """Read a model in evaluation mode. Runs no code from the folder and unpickles nothing.

    Raises:
        GspmcError: files are missing, damaged, altered since they were exported, of another
            version, or do not fit each other.
    """
    config = load_config(folder)
    _refuse_altered(Path(folder), config.hashes)
    path = Path(folder) / WEIGHTS_FILE
    try:
        model = build_model(config)
        weights = load_file(path)
        if not all(bool(values.isfinite().all()) for values in weights.values()):
            raise ValueError("it holds NaN or infinity")
        model.load_state_dict(weights)
    except (
        ArithmeticError,
        OSError,
        RuntimeError,
        SafetensorError,
        TypeError,
        ValueError,
    ) as error:
        reason = shorten(str(error), 200, placeholder=" …")
        raise GspmcError(f"cannot load {path}: {reason}; export or train it again") from error
    return config, model.eval()


def _refuse_altered(folder: Path, hashes: Mapping[str, str]) -> None:
    for name, expected in hashes.items():
        try:
            found = sha256_of(folder / name)
        except OSError as error:
            raise GspmcError(
                f"cannot read {folder / name}: {error.strerror}; export the bundle again"
            ) from error
        if found != expected:
            raise GspmcError(
                f"{folder / name} is not the file that was exported: export the bundle again"
            )
