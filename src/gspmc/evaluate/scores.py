"""What a model said of every clip of one split: the file that evaluation and fusion read."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from gspmc.errors import GspmcError, first_line
from gspmc.files import atomic_path

VERSION = 1
UNKNOWN_CLASS = -1
"""Label of a clip whose class the model was not trained on."""


@dataclass(frozen=True, eq=False)
class Scores:
    """Scores of N clips over K classes, in the order in which the clips were scored.

    Attributes:
        ids: str (N,), unique.
        labels: int64 (N,), index into `classes`; -1 where the model does not know the clip's class.
        logits: float32 (N, K), finite, before any softmax.
        classes: the K glosses, at least two, unique.
        signers: str (N,); empty where unknown.
        split: name of the split that was scored.

    Raises:
        GspmcError: the arrays do not belong together, an id or a class occurs twice, a label has
            no class, or a logit is not finite.
    """

    ids: np.ndarray
    labels: np.ndarray
    logits: np.ndarray
    classes: tuple[str, ...]
    signers: np.ndarray
    split: str

    def __post_init__(self) -> None:
        for field, kind in (("ids", str), ("signers", str), ("labels", np.int64)):
            object.__setattr__(self, field, np.asarray(getattr(self, field), dtype=kind))
        object.__setattr__(self, "logits", np.asarray(self.logits, dtype=np.float32))
        object.__setattr__(self, "classes", tuple(str(name) for name in self.classes))
        self._check_shapes()
        self._check_values()

    def _check_shapes(self) -> None:
        clips, classes = len(self.ids), len(self.classes)
        expected = {
            "ids": (clips,),
            "labels": (clips,),
            "signers": (clips,),
            "logits": (clips, classes),
        }
        for field, shape in expected.items():
            found = getattr(self, field).shape
            if found != shape:
                raise GspmcError(
                    f"scores of {clips} clips over {classes} classes need {field} of shape "
                    f"{shape}, not {found}: score the split again"
                )

    def _check_values(self) -> None:
        if len(self.classes) < 2:
            raise GspmcError(f"scores need at least two classes, not {len(self.classes)}")
        for what, names in (("class", np.asarray(self.classes)), ("clip", self.ids)):
            values, counts = np.unique(names, return_counts=True)
            if (counts > 1).any():
                repeated = str(values[counts > 1][0])
                raise GspmcError(
                    f"{what} {repeated!r} occurs {counts.max()} times in the scores: "
                    "each must occur once"
                )
        if len(self) and not UNKNOWN_CLASS <= self.labels.min() <= self.labels.max() < len(
            self.classes
        ):
            raise GspmcError(
                f"labels reach from {self.labels.min()} to {self.labels.max()}, but the classes "
                f"are numbered 0 to {len(self.classes) - 1}: number them from zero"
            )
        finite = np.isfinite(self.logits).all(axis=1)
        if not finite.all():
            raise GspmcError(
                f"{(~finite).sum()} clips have logits that are NaN or infinite, first clip "
                f"{str(self.ids[~finite][0])!r}: the training diverged or its input was broken"
            )

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def known(self) -> np.ndarray:
        """bool (N,): the model knows the clip's class."""
        return self.labels != UNKNOWN_CLASS

    @property
    def hits(self) -> np.ndarray:
        """bool (N,): the right class is ranked first; never so where the class is unknown."""
        return self.logits.argmax(axis=1) == self.labels

    def take(self, chosen: np.ndarray) -> Scores:
        """The scores of some clips: bool (N,), or their places."""
        parts = {name: getattr(self, name)[chosen] for name in ("ids", "labels", "logits")}
        return replace(self, **parts, signers=self.signers[chosen])

    def save(self, path: str | Path) -> None:
        """Write an `.npz` without pickles: version, split, ids, labels, logits, classes, signers.

        Raises:
            GspmcError: the file cannot be written; nothing is left behind.
        """
        archive = io.BytesIO()  # on a full disk a half-written zip complains when it is collected
        np.savez(
            archive,
            version=np.int64(VERSION),
            split=np.str_(self.split),
            ids=self.ids,
            labels=self.labels,
            logits=self.logits,
            classes=np.asarray(self.classes, dtype=str),
            signers=self.signers,
        )
        with atomic_path(Path(path)) as temporary:
            temporary.write_bytes(archive.getbuffer())

    @classmethod
    def load(cls, path: str | Path) -> Scores:
        """Read what `save` wrote; nothing is unpickled.

        Raises:
            GspmcError: there is no such file, it is damaged or of another version, or its arrays
                do not belong together.
        """
        path = Path(path)
        if not path.is_file():
            raise GspmcError(f"no scores at {path}: write them with `gspmc evaluate`")
        fields = _read_arrays(path)
        version = fields.pop("version", None)
        if version is None or str(version) != str(VERSION):
            raise GspmcError(
                f"{path} holds scores of version {version}, this program reads {VERSION}: "
                "evaluate the run again"
            )
        missing = [name for name in cls.__dataclass_fields__ if name not in fields]
        if missing:
            raise GspmcError(f"{path} lacks {', '.join(missing)}: evaluate the run again")
        try:
            return cls(
                ids=_of_kind(fields["ids"], "U"),
                labels=_of_kind(fields["labels"], "i"),
                logits=_of_kind(fields["logits"], "f"),
                classes=tuple(_of_kind(fields["classes"], "U").reshape(-1).tolist()),
                signers=_of_kind(fields["signers"], "U"),
                split=str(_of_kind(fields["split"], "U")),
            )
        except GspmcError as error:
            raise GspmcError(f"{path}: {error}") from error


def _read_arrays(path: Path) -> dict[str, np.ndarray]:
    """Every array of the file.

    A damaged file makes numpy and zipfile raise a dozen kinds of error, which are all one to the
    user; zip's checksums see to it that damage is not taken for data.
    """
    try:
        if not zipfile.is_zipfile(path):
            raise ValueError("not a .npz file")
        with np.load(path, allow_pickle=False) as archive:
            return {name: archive[name] for name in archive.files}
    except Exception as error:
        raise GspmcError(
            f"{path} is damaged or no scores file ({first_line(error)}): evaluate the run again"
        ) from error


def _of_kind(array: np.ndarray, kind: str) -> np.ndarray:
    if array.dtype.kind != kind:
        raise GspmcError(f"an array of type {array.dtype} stands where none should: evaluate again")
    return array
