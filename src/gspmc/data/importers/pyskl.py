"""pyskl and mmaction2: one pickle of annotations, read without running it.

Source of the form: pyskl's description of its data (`split` and `annotations`).
"""

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from gspmc.data.importers.class_list import ClassNames
from gspmc.data.importers.gaps import Gap
from gspmc.data.importers.keypoint_file import to_pose
from gspmc.data.importers.many_clips import ManyClipsFormat, class_names, with_layout
from gspmc.data.importers.mediapipe_array import seen_where_there
from gspmc.data.importers.plan import Plan, Reading, Row
from gspmc.data.importers.points import Points, Unit, one_person
from gspmc.data.importers.published import numbering
from gspmc.data.importers.safe_pickle import read_pickle
from gspmc.data.importers.split_names import SplitNames
from gspmc.errors import GspmcError
from gspmc.skeleton import get_layout

SIGNER = re.compile(r"(?:signer|P|S)(\d+)(?=\D|$)")
"""The signer in the names of AUTSL's and SLR-500's clips."""


@dataclass(frozen=True)
class AnnotationReader:
    """Reads the keypoints of one annotation: row.key is its place in the list."""

    annotations: list[dict[str, Any]]
    form: ManyClipsFormat

    def __call__(self, row: Row) -> Reading:
        annotation = self.annotations[int(row.key)]
        keypoint = annotation.get("keypoint")
        if not isinstance(keypoint, np.ndarray) or not np.issubdtype(keypoint.dtype, np.floating):
            raise GspmcError("it has no array of floats 'keypoint'")
        if keypoint.ndim != 4 or keypoint.shape[0] < 1 or keypoint.shape[-1] not in (2, 3):
            raise GspmcError(f"keypoint must be (M, T, V, 2 or 3), not {keypoint.shape}")
        values, notes = one_person(_with_confidence(keypoint, annotation, self.form.layout))
        width, height = self._size(annotation)
        unit: Unit = "fractions" if self.form.fractions else "pixels" if height else "height"
        points = Points(values, self.form.layout, unit, width, height, None, notes)
        return Reading(to_pose(points, self.form), notes)

    def _size(self, annotation: dict[str, Any]) -> tuple[int | None, int | None]:
        """Width and height: `img_shape` holds height and width."""
        try:
            height, width = (int(number) for number in annotation["img_shape"])
        except (KeyError, TypeError, ValueError, OverflowError):
            return self.form.width, self.form.height
        return (width, height) if min(width, height) > 0 else (self.form.width, self.form.height)


def _with_confidence(keypoint: np.ndarray, annotation: dict[str, Any], layout: str) -> np.ndarray:
    """float32 (M, T, V, C) with the channels of the layout."""
    score = annotation.get("keypoint_score")
    size = len(get_layout(layout).channels) - 1
    if keypoint.shape[-1] < size:
        raise GspmcError(f"keypoint has {keypoint.shape[-1]} numbers a point, {layout} {size}")
    if score is None:
        confidence = seen_where_there(keypoint)[..., 2:]
    elif (
        isinstance(score, np.ndarray)
        and np.issubdtype(score.dtype, np.floating)
        and score.shape == keypoint.shape[:3]
    ):
        confidence = score[..., None]
    else:
        shape = getattr(score, "shape", type(score).__name__)
        raise GspmcError(f"keypoint_score must be floats of {keypoint.shape[:3]}, not {shape}")
    return np.concatenate([keypoint[..., :size], confidence], axis=-1).astype(np.float32)


def plan_pyskl(
    source: str | Path,
    form: ManyClipsFormat,
    names: ClassNames,
    split_names: SplitNames,
) -> Plan:
    """Read an annotation file; it is held in memory as a whole.

    Args:
        source: the `.pkl` file.
        form: how the keypoints are read; pixels are divided by each clip's own `img_shape`.
        names: where the classes' names are found.
        split_names: which of the file's splits become the store's.

    Raises:
        GspmcError: the file is damaged, of another form, or holds what is not read; or a split is
            chosen that it has not.
    """
    content = read_pickle(source)
    gaps: list[Gap] = []
    annotations, splits = _parts(content, source)
    there = sorted({split for members in splits.values() for split in members})
    chosen = split_names.choose(there, str(source))
    if there and "train" not in chosen.values():
        detail = f"no split is called train, there are {', '.join(there)}: choose by --train NAME"
        gaps.append(Gap("note", Path(source).name, detail))
    good: list[tuple[int, dict[str, Any]]] = []
    for place, annotation in enumerate(annotations):
        if isinstance(annotation, dict) and _is_row(annotation):
            good.append((place, annotation))
        else:
            gaps.append(Gap("bad_row", f"annotation {place}", "it needs frame_dir and label"))
    numbers = [int(annotation["label"]) for _, annotation in good]
    listed = class_names(numbers, str(source), names, gaps)
    settled = _settle(form, [annotation for _, annotation in good])
    rows = []
    for (place, annotation), number in zip(good, numbers, strict=True):
        name = str(annotation["frame_dir"])
        label, all_members = listed.name(number), splits.get(name, [])
        members = [split for split in all_members if split in chosen]
        if label is None:
            gaps.append(Gap("unknown_class", name, f"number {number}"))
        elif splits and not members:
            only = f"only in {', '.join(all_members)}" if all_members else "no split names it"
            gaps.append(Gap("outside", name, only))
        else:
            if len(members) > 1:
                gaps.append(Gap("note", name, f"in the splits {', '.join(members)}: the first"))
            signer = SIGNER.match(Path(name).name)
            split = chosen[members[0]] if members else "train"
            rows.append(Row(name, label, signer[1] if signer else "", split, str(place)))
    found = {str(annotation["frame_dir"]) for _, annotation in good}
    gaps += [
        Gap("no_keypoints", name)
        for name, members in splits.items()
        if name not in found and not chosen.keys().isdisjoint(members)
    ]
    own = replace(settled, to_layout=settled.target)
    reader = AnnotationReader(annotations, own)
    return Plan(
        str(source), rows, reader, settled.target, repr(own), False, gaps, numbering(listed)
    )


def _parts(content: Any, source: str | Path) -> tuple[list[Any], dict[str, list[str]]]:
    """The annotations, and the splits of every clip; older files are the bare list."""
    if isinstance(content, list):
        return content, {}
    if (
        not isinstance(content, dict)
        or not isinstance(content.get("annotations"), list)
        or not isinstance(content.get("split", {}), dict)
    ):
        raise GspmcError(f"{source} must hold 'split' and 'annotations': is it pyskl's file?")
    splits: dict[str, list[str]] = {}
    for split, members in content.get("split", {}).items():
        for name in members:
            splits.setdefault(str(name), []).append(str(split))
    return content["annotations"], splits


def _is_row(annotation: dict[str, Any]) -> bool:
    return bool(annotation.get("frame_dir")) and isinstance(
        annotation.get("label"), (int, np.integer)
    )


def _settle(form: ManyClipsFormat, annotations: list[dict[str, Any]]) -> ManyClipsFormat:
    """The layout by the first annotation that has points."""
    for annotation in annotations:
        keypoint = annotation.get("keypoint")
        if isinstance(keypoint, np.ndarray) and keypoint.ndim == 4:
            return with_layout(form, keypoint.shape[2])
    raise GspmcError("not one annotation has an array 'keypoint' of (M, T, V, C)")
