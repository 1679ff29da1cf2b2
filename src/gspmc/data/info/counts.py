"""What a set of clips holds: counts, lengths, and how much of every part is missing."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any, NamedTuple

from gspmc.data.clip import Clip
from gspmc.errors import GspmcError
from gspmc.skeleton import PARTS, get_layout


class MissingRate(NamedTuple):
    """How much of a part is missing, as fractions of one."""

    frames: float
    """Share of frames in which no point of the part is seen."""
    points: float
    """Share of the part's points, over all frames, that are not seen."""
    clips: float
    """Share of clips in which the part is never seen."""


class Lengths(NamedTuple):
    """Frames a clip."""

    shortest: int
    median: float
    longest: int


@dataclass(frozen=True)
class Info:
    """Counts over clips of one layout."""

    layout: str
    clips: int
    frames: int
    """Frames of all clips together."""
    lengths: Lengths
    splits: dict[str, int]
    """Clips by split."""
    classes: dict[str, dict[str, int]]
    """Clips by class and split, classes in alphabetical order."""
    signers: dict[str, dict[str, int]]
    """Clips by signer and split; the empty name gathers clips of unknown signers."""
    missing: dict[str, MissingRate]
    """By part of the layout."""
    extractors: dict[str, int]
    """Clips by name and version of what found the points."""
    fps: dict[float, int]
    """Clips by frame rate."""
    unknown_size: int
    """Clips whose width and height are unknown: their x was taken at aspect 1."""

    @property
    def shared_signers(self) -> list[str]:
        """Known signers with clips in more than one split."""
        return [name for name, splits in self.signers.items() if name and len(splits) > 1]

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        values = asdict(self) | {"lengths": self.lengths._asdict()}
        values["missing"] = {part: rate._asdict() for part, rate in self.missing.items()}
        values["fps"] = {f"{rate:g}": clips for rate, clips in self.fps.items()}
        return values | {"shared_signers": self.shared_signers}


def summarise(clips: Iterable[Clip]) -> Info:
    """Count clips one after the other; none is kept.

    Raises:
        GspmcError: there are no clips, or they are of several layouts.
    """
    layouts: Counter[str] = Counter()
    splits: Counter[str] = Counter()
    by_class: Counter[tuple[str, str]] = Counter()
    by_signer: Counter[tuple[str, str]] = Counter()
    extractors: Counter[str] = Counter()
    fps: Counter[float] = Counter()
    lengths: list[int] = []
    unknown_size = 0
    empty_frames, missing_points, empty_clips = Counter[str](), Counter[str](), Counter[str]()

    for clip in clips:
        pose = clip.pose
        layouts[pose.layout] += 1
        if len(layouts) > 1:
            raise GspmcError(
                f"clip {clip.id!r} is in layout {pose.layout}, those before it in "
                f"{next(iter(layouts))}: convert them to one layout"
            )
        splits[clip.split] += 1
        by_class[clip.label, clip.split] += 1
        by_signer[clip.signer, clip.split] += 1
        extractors[f"{pose.extractor} {pose.extractor_version}".strip()] += 1
        fps[float(pose.fps)] += 1
        lengths.append(len(pose.keypoints))
        unknown_size += pose.width is None or pose.height is None
        visible = pose.visible  # (T, V)
        for part, joints in get_layout(pose.layout).parts.items():
            seen = visible[:, list(joints)].sum(axis=1)  # (T,)
            empty_frames[part] += int((seen == 0).sum())
            missing_points[part] += int((len(joints) - seen).sum())
            empty_clips[part] += not seen.any()

    if not lengths:
        raise GspmcError("there are no clips to count: check the split or the import")
    name = next(iter(layouts))
    layout, frames = get_layout(name), sum(lengths)
    return Info(
        layout=name,
        clips=len(lengths),
        frames=frames,
        lengths=Lengths(min(lengths), float(median(lengths)), max(lengths)),
        splits=dict(splits.most_common()),
        classes=_nested(by_class),
        signers=_nested(by_signer),
        missing={
            part: MissingRate(
                frames=empty_frames[part] / frames,
                points=missing_points[part] / (frames * len(layout.parts[part])),
                clips=empty_clips[part] / len(lengths),
            )
            for part in PARTS
            if part in layout.parts
        },
        extractors=dict(extractors.most_common()),
        fps=dict(sorted(fps.items())),
        unknown_size=unknown_size,
    )


def _nested(counts: Mapping[tuple[str, str], int]) -> dict[str, dict[str, int]]:
    nested: dict[str, dict[str, int]] = {}
    for (name, split), clips in sorted(counts.items()):
        nested.setdefault(name, {})[split] = clips
    return nested
