"""SLR-500, the isolated signs of the Chinese Sign Language dataset: 500 signs, 50 signers.

Source of the form: the file names of the set (Zhang et al., ICME 2016; Huang et al., AAAI 2019).
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from gspmc.data.importers.class_list import read_class_list
from gspmc.data.importers.found_files import find_keypoints
from gspmc.data.importers.gaps import Gap
from gspmc.data.importers.plan import Plan
from gspmc.data.importers.published import Listed, PublishedFormat, plan_of_files
from gspmc.errors import GspmcError

Protocol = Literal["signers-36-14", "signers-35-15"]
"""`signers-36-14`: signers 0 to 35 train, 36 to 49 test. `signers-35-15`: the paper's numbers (it
does not say which signers): of the signers there are, in order, the first 35 train, the others
test."""
CLASS_LIST = "gloss_label.txt"
_CLIP = re.compile(r"P(\d+)_(\d+)_(\d+)_(\d+)(?:\D.*)?")
_PER_GROUP = 20
"""Signs are numbered by group, from 1, and place in the group, from 0."""
_LAST_TRAIN, _LAST_TEST, _TRAIN_SIGNERS = 35, 49, 35


@dataclass(frozen=True)
class Slr500Format(PublishedFormat):
    """How keypoint files are to be read: SLR-500's videos have 30 frames a second."""

    fps: float = 30.0
    """Frames a second."""


@dataclass(frozen=True)
class _Name:
    signer: int
    number: int
    repetition: int
    code: str


def clip_name(stem: str) -> str | None:
    """`P01_25_19_2` of the stem `P01_25_19_2._color`; None where it is no clip."""
    match = _CLIP.fullmatch(stem)
    if not match or not int(match[2]) >= 1 or int(match[3]) >= _PER_GROUP:
        return None
    return f"P{match[1]}_{match[2]}_{match[3]}_{match[4]}"


def _parse(name: str) -> _Name:
    signer, group, place, repetition = name[1:].split("_")
    number = (int(group) - 1) * _PER_GROUP + int(place)
    return _Name(int(signer), number, int(repetition), signer)


def plan_slr500(
    source: str | Path,
    form: Slr500Format,
    protocol: str,
    classes: str | Path | None = None,
    val_signers: Iterable[int] = (),
) -> Plan:
    """Find the keypoints of SLR-500; all that is to be known of a clip is in its name.

    Every signer should have performed every sign equally often: what is missing to that is a gap.

    Args:
        source: folder of the keypoints.
        form: how keypoint files are read.
        protocol: one of `Protocol`.
        classes: the class list, if it is not in `source`.
        val_signers: of the protocol's training signers, those whose clips are `val`: it has none.

    Raises:
        GspmcError: another protocol, a `val` signer that it does not train on, or no class list.
    """
    if protocol not in get_args(Protocol):
        raise GspmcError(
            f"unknown --protocol {protocol!r}: use one of {', '.join(get_args(Protocol))}"
        )
    gaps: list[Gap] = []
    names = read_class_list(classes or Path(source) / CLASS_LIST)
    files = find_keypoints(source, clip_name, gaps)
    parsed = {name: _parse(name) for name in files}
    splits = _splits(sorted({clip.signer for clip in parsed.values()}), protocol)
    splits |= dict.fromkeys(_checked(val_signers, splits, protocol), "val")
    listed = []
    for name, clip in parsed.items():
        split = splits.get(clip.signer)
        if split is None:
            gaps.append(Gap("outside", name, f"{protocol} has no signer {clip.signer}"))
        else:
            listed.append(Listed(name, clip.number, clip.code, split))
    inside = {clip.name: files[clip.name] for clip in listed}
    gaps += _absent(parsed, len(names.names))
    return plan_of_files(source, listed, inside, names, form, gaps)


def _splits(signers: list[int], protocol: str) -> dict[int, str]:
    if protocol == "signers-35-15":
        return {
            signer: "train" if place < _TRAIN_SIGNERS else "test"
            for place, signer in enumerate(signers)
        }
    return {
        signer: "train" if signer <= _LAST_TRAIN else "test"
        for signer in signers
        if signer <= _LAST_TEST
    }


def _checked(val_signers: Iterable[int], splits: dict[int, str], protocol: str) -> Iterator[int]:
    train = [signer for signer, split in splits.items() if split == "train"]
    for signer in val_signers:
        if signer not in train:
            raise GspmcError(
                f"--val-signers {signer}: {protocol} trains on no such signer here, but on "
                f"{', '.join(map(str, train)) or 'nobody'}"
            )
        yield signer


def _absent(parsed: dict[str, _Name], classes: int) -> Iterator[Gap]:
    there = {(clip.signer, clip.number, clip.repetition) for clip in parsed.values()}
    repetitions = sorted({repetition for _, _, repetition in there})
    codes = {clip.signer: clip.code for clip in parsed.values()}
    for signer, code in sorted(codes.items()):
        for number in range(classes):
            for repetition in repetitions:
                if (signer, number, repetition) not in there:
                    group, place = divmod(number, _PER_GROUP)
                    name = f"P{code}_{group + 1:02}_{place:02}_{repetition}"
                    yield Gap("no_keypoints", name)
