"""What the importers of files with many clips share: layout by number of points, class names."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from gspmc.data.importers.class_list import ClassList, numbers_as_names, read_class_list
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
    classes: str | Path | None,
    language: Literal["tr", "en"],
    labels_from: Literal[0, 1] | None,
) -> ClassList:
    """The names of classes that a file knows by number.

    Args:
        numbers: of every clip.
        where: told in errors.
        classes: the class list; without it, numbers are the names.
        language: column of a class list in AUTSL's form.
        labels_from: number of the first class.

    Raises:
        GspmcError: the list cannot be read, or the numbers are shifted against it.
    """
    numbers = set(numbers)
    if classes is None:
        return numbers_as_names(numbers)
    is_table = Path(classes).suffix.lower() == ".csv"
    names = read_class_list(classes, language.upper() if is_table else None)
    if labels_from is not None:
        names = names.counting_from(labels_from)
    names.refuse_shifted(numbers, where)
    return names
