"""AUTSL: 226 Turkish signs, 43 signers, keypoints one file a clip.

Source of the form: the set's own lists (Sincan and Keles, IEEE Access 2020) and the whole-body
keypoints that SAM-SLR's authors published (Jiang et al., CVPR workshops 2021).
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from gspmc.data.importers.class_list import ClassNames
from gspmc.data.importers.found_files import find_keypoints
from gspmc.data.importers.gaps import Gap
from gspmc.data.importers.numerals import whole_number
from gspmc.data.importers.plan import Plan
from gspmc.data.importers.published import Listed, PublishedFormat, plan_of_files
from gspmc.errors import GspmcError

CLASS_LIST = "SignList_ClassId_TR_EN.csv"
_LISTS = {
    "train": ("train_labels.csv", "train/ground_truth.csv", "train_labels/ground_truth.csv"),
    "val": (
        "validation_labels.csv",
        "val_labels.csv",
        "val/ground_truth.csv",
        "validation/ground_truth.csv",
        "val_labels/ground_truth.csv",
        "validation_labels/ground_truth.csv",
    ),
    "test": ("test_labels.csv", "test/ground_truth.csv", "test_labels/ground_truth.csv"),
}
"""Split -> where its list may be, under the folder of the set; first as the set itself has it."""
_UNNAMED = "ground_truth.csv"
_CLIP = re.compile(r"(signer(\d+)_sample\d+)(_color)?")


@dataclass(frozen=True)
class AutslFormat(PublishedFormat):
    """How keypoint files are to be read: AUTSL's pictures are 512 × 512, 30 frames a second."""

    fps: float = 30.0
    """Frames a second."""
    width: int | None = 512
    """Of the picture in pixels, where coordinates are in pixels."""
    height: int | None = 512
    """Likewise; coordinates are divided by it."""


def clip_name(stem: str) -> str | None:
    """`signer0_sample1` of a file's stem; None where it is no clip (the depth videos are none)."""
    match = _CLIP.fullmatch(stem)
    return match[1] if match else None


def plan_autsl(
    source: str | Path,
    form: AutslFormat,
    names: ClassNames,
    keypoints: str | Path | None = None,
) -> Plan:
    """Find the lists, the classes and the keypoints of AUTSL.

    Args:
        source: folder with the lists of the splits and the class list.
        form: how keypoint files are read.
        names: where the classes' names are found, if the list is not in `source`.
        keypoints: folder of the keypoints, if they are not under `source`.

    Raises:
        GspmcError: a list is missing, or its labels count from another number.
    """
    source = Path(source)
    gaps: list[Gap] = []
    classes = names.read(names.classes or source / CLASS_LIST, as_table=True)
    listed: list[Listed] = []
    lists = _find_lists(source)
    gaps += [
        Gap("no_list", names_of[0], f"no clip will be {split}")
        for split, names_of in _LISTS.items()
        if split not in lists
    ]
    for split, path in lists.items():
        of_split = list(_read_list(path, split, gaps))
        classes.refuse_shifted((clip.number for clip in of_split), str(path))
        listed += of_split
    gaps += classes.note_doubt(clip.number for clip in listed)
    files = find_keypoints(keypoints or source, clip_name, gaps)
    return plan_of_files(source, listed, files, classes, form, gaps)


def _find_lists(source: Path) -> dict[str, Path]:
    found = {
        split: path
        for split, names in _LISTS.items()
        for path in [next((source / n for n in names if (source / n).is_file()), None)]
        if path
    }
    unnamed = source / _UNNAMED
    if unnamed.is_file():  # the validation's as published alone, else the test's
        missing = next((split for split in ("val", "test") if split not in found), None)
        if missing is None:
            raise GspmcError(f"{unnamed}: both val and test have a list already: take it away")
        found[missing] = unnamed
    if not found:
        raise GspmcError(
            f"{source} has none of AUTSL's lists: put train_labels.csv, validation_labels.csv and "
            "test_labels.csv there"
        )
    return found


def _read_list(path: Path, split: str, gaps: list[Gap]) -> Iterator[Listed]:
    """Rows `signer0_sample1,41`."""
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            for line, row in enumerate(csv.reader(file), start=1):
                if not row:
                    continue
                match = _CLIP.fullmatch(row[0].strip())
                number = whole_number(row[1]) if len(row) > 1 else None
                if not match or number is None:
                    gaps.append(Gap("bad_row", f"{path.name}:{line}", ",".join(row)[:80]))
                    continue
                yield Listed(match[1], number, match[2], split)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise GspmcError(f"cannot read {path}: {error}") from error
