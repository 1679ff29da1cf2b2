"""The folder of a run: what was asked, where it ran, how far it is, what came out."""

import json
import platform
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import torch
import yaml

from gspmc import __version__
from gspmc.data.clip import refuse_split
from gspmc.errors import GspmcError
from gspmc.files import atomic_path, locked
from gspmc.models.snapshot import CONFIG_FILE, CONTENTS_FILE, ENVIRONMENT_FILE, RECIPE_FILE
from gspmc.train.recipe import INDIFFERENT

CHECKPOINT_VERSION = 1
_THEN = ", then "
"""Between the commits, machines and so on of a run that was resumed elsewhere."""


@dataclass(frozen=True)
class RunDirectory:
    """Paths of a run, and the reading and writing of its small files."""

    path: Path

    @property
    def config(self) -> Path:
        """The resolved recipe, store and descriptions, as YAML."""
        return self.path / RECIPE_FILE

    @property
    def contents(self) -> Path:
        """Fingerprints of the store and the descriptions."""
        return self.path / CONTENTS_FILE

    @property
    def finished(self) -> bool:
        """The model of the last epoch is there."""
        return (self.path / CONFIG_FILE).exists()

    @property
    def checkpoint(self) -> Path:
        """Everything needed to go on; removed when the run is finished."""
        return self.path / "checkpoint.pt"

    @property
    def curves(self) -> Path:
        """One JSON object an epoch: every loss term by name."""
        return self.path / "metrics.jsonl"

    @property
    def tensorboard(self) -> Path:
        return self.path / "tensorboard"

    def scores(self, split: str) -> Path:
        refuse_split(split)
        return self.path / "scores" / f"{split}.npz"

    def metrics(self, split: str) -> Path:
        refuse_split(split)
        return self.path / "metrics" / f"{split}.json"

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep other processes from training into this folder meanwhile.

        Raises:
            GspmcError: one does already, or the folder cannot be made.
        """
        busy = f"another training is writing to {self.path}: wait, or choose another --out"
        try:
            with locked(self.path / ".lock", busy):
                yield
        finally:
            with suppress(OSError):  # it goes only where nothing was written
                self.path.rmdir()

    def begin(
        self,
        inputs: Mapping[str, Any],
        contents: Mapping[str, str | None],
        resume: bool,
        precision: str | None = None,
    ) -> None:
        """Create the folder, or make sure that an interrupted run is continued as it began.

        Args:
            inputs: all that determines the run, as a config file.
            contents: fingerprints of the files that `inputs` names.
            resume: continue.
            precision: that is computed in, to be noted where the machine is.

        Raises:
            GspmcError: the folder holds a run already and `resume` is off, or it was begun with
                other inputs, or the folder holds other things, which a run could overwrite.
            UnicodeEncodeError: the folder's name is not UTF-8.
        """
        str(self.path).encode()  # TensorBoard, later, takes no other names
        plain = json.loads(json.dumps(inputs))
        if self.config.exists():
            if not resume:
                raise GspmcError(
                    f"{self.path} holds a run already: add --resume to continue it, or choose "
                    "another --out"
                )
            begun = self.read_config()
            wanted = plain | {name: begun.get(name) for name in INDIFFERENT}
            different = _differences(begun, wanted) or [
                f"content of {name}" for name in _differences(self.read_contents(), dict(contents))
            ]
            if different:
                raise GspmcError(
                    f"{self.path} was begun with another {different[0]}: resume with the same "
                    "settings, or choose another --out"
                )
            if not self.finished:
                self._note_where(precision)
            return
        # A run that was killed right when it began has these two files and nothing else.
        if self.path.is_dir() and any(
            entry.name not in (ENVIRONMENT_FILE, CONTENTS_FILE) and not entry.name.startswith(".")
            for entry in self.path.iterdir()
        ):
            raise GspmcError(f"{self.path} holds other files: choose another --out")
        self._note_where(precision)
        with atomic_path(self.contents) as temporary:
            temporary.write_text(json.dumps(contents))
        with atomic_path(self.config) as temporary:
            temporary.write_text(yaml.safe_dump(plain, sort_keys=False, allow_unicode=True))

    def _note_where(self, precision: str | None) -> None:
        """Write where the run is trained; what is not as it was when it broke off stands behind.

        Raises:
            GspmcError: what was written before is damaged.
        """
        file, now = self.path / ENVIRONMENT_FILE, environment() | {"precision": precision}
        try:
            before = {**json.loads(file.read_text(encoding="utf-8"))} if file.exists() else now
        except (TypeError, ValueError) as error:
            raise GspmcError(f"{file} is damaged: delete it, and --resume goes on") from error
        for name, value in now.items():
            known = before.get(name)
            same = str(known).split(_THEN)[-1] == str(value)
            now[name] = known if same else f"{known}{_THEN}{value}"
        with atomic_path(file) as temporary:
            temporary.write_text(json.dumps(now, indent=1))

    def read_precision(self) -> str | None:
        """What an unfinished run was computed in last; None where there is none."""
        try:
            noted = json.loads((self.path / ENVIRONMENT_FILE).read_text(encoding="utf-8"))
            return noted["precision"].split(_THEN)[-1]
        except (OSError, AttributeError, KeyError, TypeError, ValueError):
            return None  # what is damaged is told on resuming

    def read_config(self) -> dict[str, Any]:
        """Raises:
        GspmcError: this is no run directory.
        """
        try:
            values = yaml.safe_load(self.config.read_text(encoding="utf-8"))
        except OSError as error:
            raise GspmcError(f"{self.path} is no run: {self.config.name} is missing") from error
        except (ValueError, RecursionError, yaml.YAMLError) as error:
            raise GspmcError(f"{self.config} is damaged: train into another folder") from error
        if not isinstance(values, dict) or not {"seed", "fold"} <= values.keys():
            raise GspmcError(f"{self.config} is damaged: train into another folder")
        return values

    def read_contents(self) -> dict[str, str | None]:
        """Fingerprints of the store and the descriptions that the run was begun with.

        Raises:
            GspmcError: they are not there or damaged.
        """
        try:
            contents = json.loads(self.contents.read_text())
            return {name: contents[name] for name in ("clips", "descriptions")}
        except (OSError, KeyError, TypeError, ValueError) as error:
            raise GspmcError(f"{self.contents} is missing or damaged: train again") from error

    def save_checkpoint(self, state: Mapping[str, Any]) -> None:
        with atomic_path(self.checkpoint) as temporary:
            torch.save({"version": CHECKPOINT_VERSION, **state}, temporary)

    def load_checkpoint(self) -> dict[str, Any] | None:
        """The last checkpoint, or None where there is none yet.

        Raises:
            GspmcError: it is damaged or of another version.
        """
        if not self.checkpoint.exists():
            return None
        try:
            state = torch.load(self.checkpoint, map_location="cpu", weights_only=True)
        except Exception as error:  # torch raises half a dozen types for a damaged file
            raise self.damaged_checkpoint() from error
        if not isinstance(state, dict):
            raise self.damaged_checkpoint()
        if state.get("version") != CHECKPOINT_VERSION:
            raise GspmcError(
                f"{self.checkpoint} has version {state.get('version')}, this program reads "
                f"{CHECKPOINT_VERSION}: delete it to begin again"
            )
        return state

    def damaged_checkpoint(self) -> GspmcError:
        """What is said of a checkpoint of which no run can be continued."""
        return GspmcError(f"cannot read {self.checkpoint}: it is damaged; delete it to begin again")

    def read_curves(self) -> list[dict[str, float]]:
        """Loss terms and times of every epoch so far, in order; none before the first.

        Raises:
            GspmcError: they are damaged.
        """
        if not self.curves.exists():
            return []
        try:
            return [dict(json.loads(line)) for line in self.curves.read_text().splitlines()]
        except (OSError, TypeError, ValueError) as error:
            raise GspmcError(f"{self.curves} is damaged: train into another folder") from error

    def read_circumstances(self) -> tuple[float, dict[str, Any]]:
        """Seconds spent in training epochs, and where: commit, processor and so on.

        Raises:
            GspmcError: a file is missing or damaged.
        """
        file = self.path / ENVIRONMENT_FILE
        try:
            where = {**json.loads(file.read_text(encoding="utf-8"))}
            return sum(epoch["seconds"] for epoch in self.read_curves()), where
        except (OSError, KeyError, TypeError, ValueError) as error:
            raise GspmcError(f"{file} or {self.curves} is damaged: train again") from error

    def write_curves(self, curves: list[dict[str, float]]) -> None:
        with atomic_path(self.curves) as temporary:
            temporary.write_text("".join(json.dumps(epoch) + "\n" for epoch in curves))


def _differences(begun: Any, wanted: Any, name: str = "") -> list[str]:
    """Dotted names of the values that differ."""
    if isinstance(begun, dict) and isinstance(wanted, dict):
        return [
            difference
            for key in [*begun, *(key for key in wanted if key not in begun)]
            for difference in _differences(
                begun.get(key), wanted.get(key), f"{name}.{key}" if name else str(key)
            )
        ]
    return [] if begun == wanted else [name]


def environment() -> dict[str, Any]:
    """What a result depends on beside its inputs."""
    return {
        "gspmc": __version__,
        "commit": _git_commit(),
        "python": platform.python_version(),
        "torch": torch.__version__,
        "lightning": version("lightning"),
        "numpy": version("numpy"),
        "machine": platform.machine(),
        "processor": torch.cpu.get_capabilities().get("cpu_name", platform.processor()),
        "threads": torch.get_num_threads(),
        "gpu": torch.cuda.get_device_name() if torch.cuda.is_available() else None,
    }


def _git_commit() -> str | None:
    """Commit of the checkout that this package runs from, if it is one."""
    try:
        answer = subprocess.run(
            ["git", "describe", "--always", "--dirty", "--abbrev=12"],
            cwd=Path(__file__).parent,
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return answer.stdout.strip()
