"""Which classes the splits cover, and labels that are probably one."""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

FEW_CLIPS = 3
"""Fewer training clips than this are few."""


@dataclass(frozen=True)
class ClassReport:
    """Coverage of the classes."""

    clips: dict[str, dict[str, int]]
    """Class -> split -> clips."""
    absent: dict[str, list[str]]
    """Split -> classes that have no clip in it."""
    untrained: list[str]
    """Classes with clips in other splits and none in `train`; empty without such a split."""
    few: list[str]
    """Classes with less than FEW_CLIPS clips in `train`, none included."""
    imbalance: float
    """Clips of the largest class over clips of the smallest."""
    variants: list[list[str]]
    """Labels that differ in case, white space, underscores or Unicode form alone."""


def check_classes(labels: Sequence[str], splits: Sequence[str]) -> ClassReport:
    """Count the classes of a store.

    Args:
        labels, splits: of every clip.
    """
    clips: dict[str, dict[str, int]] = defaultdict(dict)
    for (label, split), count in sorted(Counter(zip(labels, splits, strict=True)).items()):
        clips[label][split] = count
    names = sorted(set(splits))
    training = "train" in names
    sizes = [sum(by_split.values()) for by_split in clips.values()]
    return ClassReport(
        clips=dict(clips),
        absent={
            split: missing
            for split in names
            if (missing := [label for label in clips if split not in clips[label]])
        },
        untrained=[label for label in clips if training and "train" not in clips[label]],
        few=[label for label in clips if training and clips[label].get("train", 0) < FEW_CLIPS],
        imbalance=max(sizes) / min(sizes),
        variants=label_variants(clips),
    )


def label_variants(labels: Mapping[str, object] | Sequence[str]) -> list[list[str]]:
    """Groups of labels that are the same but for case, spaces, underscores and Unicode form."""
    same: dict[str, list[str]] = defaultdict(list)
    for label in sorted(labels):
        plain = unicodedata.normalize("NFKC", label).casefold().replace("_", " ")
        same[" ".join(plain.split())].append(label)
    return [group for group in same.values() if len(group) > 1]
