"""One labelled clip."""

import re
from dataclasses import dataclass

from gspmc.errors import GspmcError
from gspmc.pose import PoseSequence

_NO_SPLIT = re.compile(r"\.{1,2}|.*[/\\\x00-\x1f\x7f].*", re.DOTALL)
"""Scores and metrics are in files that are called as their split."""


@dataclass(frozen=True)
class Clip:
    """A pose sequence with what a data set knows about it.

    Attributes:
        id: unique within a store.
        label: gloss, the class name by which stores, descriptions and bundles meet.
        signer: who signs; empty where unknown.
        split: `train`, `val`, `test` or a name of the data set's own.
        pose: the keypoints.
    """

    id: str
    label: str
    signer: str
    split: str
    pose: PoseSequence


def refuse_split(name: str, whose: str = "") -> None:
    """Make sure that a split is called as a file can be.

    Args:
        name: of the split.
        whose: what the error begins with.

    Raises:
        GspmcError: no file can, or it would be in another folder.
    """
    if _NO_SPLIT.fullmatch(name):
        raise GspmcError(f"{whose}split {name!r} cannot be the name of a file: call it otherwise")
