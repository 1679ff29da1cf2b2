"""Answering only when sure: what is gained, and from which confidence on."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

FAILURE = 0.05
"""How often a bound may be wrong."""


class RiskCoverage(NamedTuple):
    """Share of wrong answers among the most confident clips, for every number of them."""

    coverage: np.ndarray
    """(N,) 1/N, 2/N, … 1."""
    risk: np.ndarray
    """(N,)"""

    @property
    def area(self) -> float:
        """AURC: mean risk over all coverages; 0 is perfect, and N random clips have their risk."""
        return float(self.risk.mean())


class Rejection(NamedTuple):
    """Answers below a threshold are rejected; those at or above it were judged."""

    threshold: float
    accepted: int
    wrong: int
    bound: float
    """With 95 % confidence the share of wrong ones among all accepted is at most this."""


def risk_coverage(confidence: np.ndarray, right: np.ndarray) -> RiskCoverage:
    """The curve of Geifman and El-Yaniv (NeurIPS 2017).

    Clips of equal confidence are taken in no order: each counts as wrong as they are on average.

    Args:
        confidence: (N,).
        right: bool (N,).
    """
    _, group, sizes = np.unique(confidence, return_inverse=True, return_counts=True)
    wrong = (np.bincount(group, weights=~right) / sizes)[group]
    taken = np.arange(1, len(confidence) + 1)
    risk = np.cumsum(wrong[np.argsort(-confidence, kind="stable")]) / taken
    return RiskCoverage(taken / len(confidence), risk)


def upper_bound(wrong: int, clips: int, failure: float) -> float:
    """Clopper and Pearson's one-sided upper bound of a share: exact for independent clips.

    Args:
        wrong: how many of the clips.
        clips: how many there are.
        failure: probability that the true share is above the bound, at most.
    """
    from scipy.stats import beta

    return 1.0 if wrong == clips else float(beta.ppf(1 - failure, wrong + 1, clips - wrong))


def choose_threshold(
    confidence: np.ndarray, right: np.ndarray, error: float, least: float = 0.0
) -> Rejection | None:
    """A low threshold at which errors among the accepted stay within `error`.

    "Selection with guaranteed risk" of Geifman and El-Yaniv: a binary search over the numbers of
    accepted clips, each step of which tests `upper_bound` ≤ error. A lower threshold, which the
    search skipped, may pass too. Trying several would find one that looks good by chance, so every
    step may be wrong with a share of 5 % alone. It begins at the fewest clips that can pass at all,
    log(share) / log(1 − error) without any error among them [our change]. The clips count as
    independent, which those of one signer are not.

    Args:
        confidence: (N,).
        right: bool (N,).
        error: highest share of wrong answers.
        least: lowest confidence possible, one by the number of classes.

    Returns:
        None where no number of clips passes.
    """
    ordered = np.sort(confidence)[::-1]
    failure = FAILURE / search_steps(len(ordered))
    holds: Rejection | None = None
    fewest = math.ceil(math.log(failure) / math.log1p(-error))
    low, high = fewest - 1, len(ordered) + 1  # so many accepted clips may pass, so many do not
    while high - low > 1:
        threshold = ordered[(low + high) // 2 - 1]
        taken = confidence >= threshold
        accepted, wrong = int(taken.sum()), int((taken & ~right).sum())
        bound = upper_bound(wrong, accepted, failure)
        if bound <= error:
            below = ordered[accepted] if accepted < len(ordered) else least
            # Half-way to the next clip: the same clip may come out a little different elsewhere.
            holds = Rejection(float((threshold + below) / 2), accepted, wrong, bound)
            low = accepted
        else:
            high = int((confidence > threshold).sum()) + 1
    return holds


def search_steps(clips: int) -> int:
    """Steps that the binary search over so many clips can take."""
    return int(clips).bit_length()
