"""LSA64: 64 signs of Argentinian Sign Language, ten signers, five repetitions.

Source of the form: the set's own file names, `SSS_PPP_RRR` (Ronchetti et al., CACIC 2016).
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from gspmc.data.importers.class_list import ClassList, read_class_list
from gspmc.data.importers.found_files import find_keypoints
from gspmc.data.importers.gaps import Gap
from gspmc.data.importers.plan import Plan
from gspmc.data.importers.published import (
    Listed,
    PublishedFormat,
    by_signer,
    plan_of_files,
    refuse_strange_signers,
)

SIGNS = 64
_CLIP = re.compile(r"(\d{3})_(\d{3})_(\d{3})")


@dataclass(frozen=True)
class Lsa64Format(PublishedFormat):
    """How keypoint files are to be read: LSA64's videos have 60 frames a second."""

    fps: float = 60.0
    """Frames a second."""


def clip_name(stem: str) -> str | None:
    """The stem itself where it is sign, person and repetition; None else."""
    return stem if _CLIP.fullmatch(stem) else None


def plan_lsa64(
    source: str | Path,
    form: Lsa64Format,
    classes: str | Path | None = None,
    val_signers: Collection[int] = (),
    test_signers: Collection[int] = (),
) -> Plan:
    """Find the keypoints of LSA64; signs, persons and repetitions are numbered from one.

    Args:
        source: folder of the keypoints.
        form: how keypoint files are read.
        classes: list of the names, `01|Opaque|…` a line; without it a sign's name is its number.
        val_signers, test_signers: whose clips are `val` and `test`: the set has no splits.

    Raises:
        GspmcError: the class list cannot be read, the folder holds no keypoints, or a signer to
            validate or test on is not there or is both.
    """
    gaps: list[Gap] = []
    files = find_keypoints(source, clip_name, gaps)
    names = read_class_list(classes) if classes else _numbers()
    if names.first == 0:  # a plain list of names
        names = names.counting_from(1)
    refuse_strange_signers((int(name.split("_")[1]) for name in files), val_signers, test_signers)
    listed, there = [], set()
    for name in files:
        sign, person, repetition = map(int, name.split("_"))
        there.add((sign, person, repetition))
        split = by_signer(person, val_signers, test_signers)
        listed.append(Listed(name, sign, str(person), split))
    for sign in range(1, len(names.names) + 1):
        for person in sorted({p for _, p, _ in there}):
            for repetition in sorted({r for _, _, r in there}):
                if (sign, person, repetition) not in there:
                    gaps.append(Gap("no_keypoints", f"{sign:03}_{person:03}_{repetition:03}"))
    return plan_of_files(source, listed, files, names, form, gaps)


def _numbers() -> ClassList:
    names = tuple(f"{number:03}" for number in range(1, SIGNS + 1))
    return ClassList(names, first=1)
