"""What the importers of files with many clips share: layout by number of points, class names."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from gspmc.data.importers.class_list import ClassList, ClassNames, numbers_as_names
from gspmc.data.importers.gaps import Gap
from gspmc.data.importers.published import PublishedFormat
from gspmc.errors import GspmcError
from gspmc.skeleton import get_layout, layout_names

_BY_COUNT = "by-count"


@dataclass(frozen=True)
class ManyClipsFormat(PublishedFormat):
    """How the keypoints are to be read."""

    layout: str = _BY_COUNT
    """Layout of the keypoints; by default the one that has their number of points."""


def with_layout(form: ManyClipsFormat, points: int) -> ManyClipsFormat:
    """The form with its layout settled.

    Raises:
        GspmcError: no layout has so many points.
    """
    if form.layout != _BY_COUNT:
        return form
    for name in layout_names():
        if get_layout(name).num_joints == points:
            return replace(form, layout=name)
    raise GspmcError(f"no layout has {points} points: name one by --layout")


def class_names(
    numbers: Iterable[int],
    where: str,
    names: ClassNames,
    gaps: list[Gap],
) -> ClassList:
    """The names of classes that a file knows by number.

    Args:
        numbers: of every clip.
        where: told in errors.
        names: where they are found; without a list, numbers are the names.
        gaps: gets a note where numbers may be shifted against the list.

    Raises:
        GspmcError: the list cannot be read, or the numbers are shifted against it.
    """
    numbers = set(numbers)
    if names.classes is None:
        return numbers_as_names(numbers)
    listed = names.read(names.classes, as_table=Path(names.classes).suffix.lower() == ".csv")
    listed.refuse_shifted(numbers, where)
    gaps += listed.note_doubt(numbers)
    return listed
