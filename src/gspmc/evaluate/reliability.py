"""Whether a recogniser is right as often as it says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

BINS = 15
"""As many as Guo et al. (ICML 2017)."""


class Bin(NamedTuple):
    """Clips whose confidence lies in [low, high); the last bin takes 1 too."""

    low: float
    high: float
    clips: int
    confidence: float
    """Mean of the clips' confidence; 0 without clips."""
    accuracy: float
    """Share of the clips that are right; 0 without clips."""


def reliability_bins(confidence: np.ndarray, right: np.ndarray, bins: int = BINS) -> list[Bin]:
    """Bins of equal width from 0 to 1.

    Args:
        confidence: (N,) probability of the first answer.
        right: bool (N,), whether that answer is right.
        bins: how many.
    """
    edges = np.linspace(0, 1, bins + 1)
    place = np.clip(np.searchsorted(edges, confidence, side="right") - 1, 0, bins - 1)  # (N,)
    clips = np.bincount(place, minlength=bins)
    many = np.maximum(clips, 1)
    means = np.bincount(place, weights=confidence, minlength=bins) / many
    shares = np.bincount(place, weights=right, minlength=bins) / many
    return [
        Bin(float(edges[n]), float(edges[n + 1]), int(clips[n]), float(means[n]), float(shares[n]))
        for n in range(bins)
    ]


def calibration_error(bins: Sequence[Bin]) -> float:
    """Expected calibration error: mean over clips of |accuracy − confidence| of their bin.

    It depends on the bins and is never below 0, so that few clips look worse calibrated than many.
    """
    clips = sum(each.clips for each in bins)
    return sum(each.clips * abs(each.accuracy - each.confidence) for each in bins) / max(1, clips)
