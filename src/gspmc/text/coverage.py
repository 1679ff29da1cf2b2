"""Which labels have descriptions, and which signs are described in the same words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from gspmc.text.description import Description
from gspmc.text.matching import match_descriptions


@dataclass(frozen=True)
class Coverage:
    """Labels of a store beside the labels of a description file."""

    undescribed: list[str]
    """Labels without a description."""
    unused: list[str]
    """Descriptions of signs that have no clip."""
    alike: list[list[str]]
    """Signs with clips whose refined texts are the same but for case and spaces."""


def coverage(labels: Collection[str], descriptions: Mapping[str, Description]) -> Coverage:
    """Compare by label name.

    Args:
        labels: of the clips, each once.
        descriptions: label -> description.
    """
    same: dict[str, list[str]] = defaultdict(list)
    undescribed, unused = match_descriptions(labels, descriptions)
    for label in sorted(set(labels) - set(undescribed)):
        same[" ".join(descriptions[label].refined_text.casefold().split())].append(label)
    return Coverage(
        undescribed=sorted(undescribed),
        unused=sorted(unused),
        alike=[group for group in same.values() if len(group) > 1],
    )
