"""What the importers of sets with one keypoint file a clip share."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from gspmc.data.importers.class_list import ClassList
from gspmc.data.importers.gaps import Gap
from gspmc.data.importers.keypoint_file import KeypointFormat, read_points, to_pose
from gspmc.data.importers.plan import Plan, Reading, Row
from gspmc.data.importers.points import default_target
from gspmc.errors import GspmcError

_NAMED = 60
"""Signers that a message names at most."""


@dataclass(frozen=True)
class PublishedFormat(KeypointFormat):
    """How keypoint files are to be read; whole-body points become `gsp87`."""

    layout: str = "coco_wholebody133"
    """Layout of the files."""
    to_layout: str | None = None
    """Layout to convert to; gsp87 by default, where the files have all of its points."""

    @property
    def target(self) -> str:
        """The layout of the store."""
        return self.to_layout or default_target(self.layout)


class Listed(NamedTuple):
    """A clip as the lists of a set name it."""

    name: str
    number: int
    """Of its class."""
    signer: str
    split: str
    fps: float = 0
    first: int = 0
    last: int = -1


@dataclass(frozen=True)
class FileReader:
    """Reads the keypoint file of a row."""

    form: KeypointFormat

    def __call__(self, row: Row) -> Reading:
        points = read_points(Path(row.key), self.form)
        if points.values.ndim == 3 and (row.first or row.last >= 0):
            end = None if row.last < 0 else row.last
            points = replace(points, values=points.values[row.first : end])
        pose = to_pose(points, self.form)
        if row.fps:
            pose = replace(pose, fps=row.fps)
        return Reading(pose, points.notes)


def plan_of_files(
    source: str | Path,
    listed: Iterable[Listed],
    files: Mapping[str, str],
    classes: ClassList,
    form: PublishedFormat,
    gaps: list[Gap],
) -> Plan:
    """Bring lists, files and classes together.

    Args:
        source: told in the store.
        listed: the clips that the set's lists name.
        files: clip name -> path of its keypoints.
        classes: the class list.
        form: how files are read.
        gaps: what was found until now; it grows.
    """
    rows, known = [], set()
    for clip in listed:
        known.add(clip.name)
        label = classes.name(clip.number)
        if label is None:
            gaps.append(Gap("unknown_class", clip.name, f"number {clip.number}"))
        elif clip.name not in files:
            gaps.append(Gap("no_keypoints", clip.name))
        else:
            rows.append(Row(clip.name, label, clip.signer, clip.split, files[clip.name], *clip[4:]))
    gaps += [Gap("no_label", name) for name in files if name not in known]
    own = replace(form, to_layout=form.target)
    return Plan(
        str(source), rows, FileReader(own), form.target, repr(own), True, gaps, numbering(classes)
    )


def numbering(classes: ClassList) -> dict[int, str]:
    """Number -> name."""
    return dict(enumerate(classes.names, start=classes.first))


def refuse_strange_signers(
    known: Iterable[int], val: Collection[int], test: Collection[int]
) -> None:
    """Make sure that those who are to be `val` or `test` are there, and are one of both.

    Raises:
        GspmcError: one is not.
    """
    there = sorted(set(known))
    for option, chosen in (("--val-signers", val), ("--test-signers", test)):
        absent = sorted(set(chosen) - set(there))
        if absent:
            few = [*map(str, there[:_NAMED]), *(["…"] if len(there) > _NAMED else [])]
            raise GspmcError(
                f"{option}: no clip is by signer {absent[0]}, but by {', '.join(few) or 'nobody'}"
            )
    both = sorted(set(val) & set(test))
    if both:
        raise GspmcError(f"signer {both[0]} is among --val-signers and --test-signers: choose one")


def by_signer(signer: int, val: Collection[int], test: Collection[int]) -> str:
    """The split of a signer where a set has none of its own."""
    return "test" if signer in test else "val" if signer in val else "train"
