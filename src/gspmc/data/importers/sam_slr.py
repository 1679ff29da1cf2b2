"""SAM-SLR: one array (N, 3, T, V, M) a split, with a pickle of names and labels.

Source of the form: SAM-SLR's data preparation (Jiang et al., CVPR workshops 2021): clips shorter
than T frames are repeated until they fill it.
"""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from gspmc.data.importers.class_list import ClassNames
from gspmc.data.importers.gaps import Gap
from gspmc.data.importers.keypoint_file import to_pose
from gspmc.data.importers.many_clips import ManyClipsFormat, class_names, with_layout
from gspmc.data.importers.plan import Plan, Reading, Row
from gspmc.data.importers.points import Points, Unit, one_person
from gspmc.data.importers.published import numbering
from gspmc.data.importers.pyskl import SIGNER
from gspmc.data.importers.safe_pickle import read_pickle
from gspmc.errors import GspmcError, first_line

_DATA, _LABELS = "_data_joint.npy", "_label.pkl"


@dataclass(frozen=True)
class ArrayReader:
    """Reads one clip out of the mapped arrays: row.key is the split and its place there."""

    arrays: dict[str, np.ndarray]
    form: ManyClipsFormat

    def __call__(self, row: Row) -> Reading:
        split, _, place = row.key.rpartition(":")
        clip = np.asarray(self.arrays[split][int(place)])  # (3, T, V, M)
        values, notes = one_person(clip.transpose(3, 1, 2, 0))
        values = without_padding(values)
        unit: Unit = "pixels" if self.form.height else "height"
        if self.form.fractions:
            unit = "fractions"
        size = (self.form.width, self.form.height)
        points = Points(values, self.form.layout, unit, *size)
        return Reading(to_pose(points, self.form), notes)


def without_padding(frames: np.ndarray) -> np.ndarray:
    """The clip itself, of one that was filled up with zeros or by repeating it.

    Args:
        frames: (T, V, C).

    Returns:
        The first frames, until only zeros follow or all that follows repeats them.
    """
    filled = np.flatnonzero(frames.any(axis=(1, 2)))
    if not len(filled):
        return frames
    frames = frames[: filled[-1] + 1]
    again = np.flatnonzero((frames == frames[0]).all(axis=(1, 2)))[1:]
    for length in again:  # where the clip may begin anew
        if np.array_equal(frames[length:], frames[:-length]):
            return frames[:length]
    return frames


def plan_sam_slr(
    source: str | Path,
    form: ManyClipsFormat,
    names: ClassNames,
) -> Plan:
    """Find the arrays and the labels of SAM-SLR; arrays are mapped, not loaded.

    Args:
        source: folder with `train_data_joint.npy` and `train_label.pkl`, likewise for other splits.
        form: how the keypoints are read.
        names: where the classes' names are found.

    Raises:
        GspmcError: there is no such array, one is damaged or of another form, or its labels are.
    """
    source = Path(source)
    found = sorted(source.glob(f"*{_DATA}"))
    if not found:
        raise GspmcError(f"{source} holds no train{_DATA}: name SAM-SLR's data folder")
    arrays = {path.name.removesuffix(_DATA): _map(path) for path in found}
    counts = {array.shape[3] for array in arrays.values()}
    if len(counts) > 1:
        raise GspmcError(f"{source}: arrays have {sorted(counts)} points: import each alone")
    settled = with_layout(form, counts.pop())
    gaps: list[Gap] = []
    labelled = {split: _read_labels(source, split, len(a), gaps) for split, a in arrays.items()}
    numbers = {number for pairs in labelled.values() for _, number in pairs}
    listed = class_names(numbers, str(source), names, gaps)
    rows = []
    for split, pairs in labelled.items():
        for place, (name, number) in enumerate(pairs):
            label = listed.name(number)
            if label is None:
                gaps.append(Gap("unknown_class", name, f"number {number}"))
                continue
            signer = SIGNER.match(name)
            row = Row(name, label, signer[1] if signer else "", split, f"{split}:{place}")
            rows.append(row)
    own = replace(settled, to_layout=settled.target)
    reader = ArrayReader(arrays, own)
    return Plan(
        str(source), rows, reader, settled.target, repr(own), False, gaps, numbering(listed)
    )


def _map(path: Path) -> np.ndarray:
    try:
        array = np.load(path, mmap_mode="r", allow_pickle=False)
    except Exception as error:
        raise GspmcError(f"cannot read {path}: {first_line(error)}") from error
    if not isinstance(array, np.ndarray):
        raise GspmcError(f"{path} is an archive of arrays (.npz): save its array alone, by np.save")
    if array.ndim != 5 or array.shape[1] != 3 or not np.issubdtype(array.dtype, np.floating):
        raise GspmcError(
            f"{path} must hold floats of (N, 3, T, V, M), not {array.dtype} of {array.shape}"
        )
    return array


def _read_labels(source: Path, split: str, clips: int, gaps: list[Gap]) -> list[tuple[str, int]]:
    """Name and label of every clip of a split; none of a split without labels."""
    path = source / f"{split}{_LABELS}"
    if not path.exists():
        gaps += [Gap("no_label", f"{split} {place}", f"no {path.name}") for place in range(clips)]
        return []
    content = read_pickle(path)
    try:
        names, labels = content
        pairs = [(str(name), int(label)) for name, label in zip(names, labels, strict=True)]
    except (TypeError, ValueError, OverflowError) as error:
        raise GspmcError(f"{path} must hold sample names and as many labels: {error}") from error
    gaps += [Gap("no_label", f"{split} {place}") for place in range(len(pairs), clips)]
    gaps += [Gap("no_keypoints", name) for name, _ in pairs[clips:]]
    return pairs[:clips]
