"""Rank fusion: one list out of several, by ranks alone, as their scores cannot be compared."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)

RANK_CONSTANT = 60
"""k of Cormack, Clarke and Büttcher, "Reciprocal Rank Fusion outperforms Condorcet …" (2009)."""


def fuse(rankings: Iterable[Sequence[Key]]) -> list[Key]:
    """Best first by the sum of 1 / (k + rank); of equals, the one that was met first."""
    scores: dict[Key, float] = {}
    for ranking in rankings:
        for rank, key in enumerate(ranking, start=1):
            scores[key] = scores.get(key, 0.0) + 1 / (RANK_CONSTANT + rank)
    return sorted(scores, key=lambda key: -scores[key])
