"""Two models on the same clips, class by class."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.stats import binomtest

from gspmc.errors import GspmcError
from gspmc.evaluate.scores import Scores


class PairedHits(NamedTuple):
    """Clip by clip, whether either model ranks the right class first."""

    labels: np.ndarray
    """str (N,): class of every clip that both models know."""
    signers: np.ndarray
    """str (N,)."""
    own: np.ndarray
    """bool (N,)."""
    baseline: np.ndarray
    """bool (N,)."""


class ClassGain(NamedTuple):
    """One class's clips under both models."""

    label: str
    clips: int
    own: float
    """Top-1 accuracy."""
    baseline: float
    won: int
    """Clips right with the model and wrong with the baseline."""
    lost: int
    """The reverse."""

    @property
    def gain(self) -> float:
        """Difference of the accuracies, as a fraction of one."""
        return (self.won - self.lost) / self.clips

    @property
    def p(self) -> float:
        """Of the sign test, see `sign_test`; not adjusted for the number of classes."""
        return sign_test(self.won, self.lost)


def pair(own: Scores, baseline: Scores) -> PairedHits:
    """Bring two models' scores of the same clips together, whatever the order of clips or classes.

    Raises:
        GspmcError: they are of different clips, or the models know different classes.
    """
    if set(own.ids.tolist()) != set(baseline.ids.tolist()):
        differing = len(set(own.ids.tolist()) ^ set(baseline.ids.tolist()))
        raise GspmcError(
            f"scored on different clips ({differing} were scored by one of them alone): "
            "evaluate both on one split of one store"
        )
    if set(own.classes) != set(baseline.classes):
        raise GspmcError("they know different classes: train both on the same ones")
    mine, theirs = np.argsort(own.ids), np.argsort(baseline.ids)
    labels, other_labels = _truth(own)[mine], _truth(baseline)[theirs]
    if (labels != other_labels).any():
        name = str(own.ids[mine][labels != other_labels][0])
        raise GspmcError(f"clip {name!r} has two labels: evaluate both on one store")
    known = own.known[mine]
    return PairedHits(
        labels[known],
        own.signers[mine][known],
        own.hits[mine][known],
        baseline.hits[theirs][known],
    )


def class_gains(hits: PairedHits) -> list[ClassGain]:
    """Every class that has clips, greatest gain first; where equal, the one with more clips."""
    gains = []
    for label in np.unique(hits.labels):
        own, baseline = (each[hits.labels == label] for each in (hits.own, hits.baseline))
        gains.append(
            ClassGain(
                str(label),
                len(own),
                float(own.mean()),
                float(baseline.mean()),
                int((own & ~baseline).sum()),
                int((baseline & ~own).sum()),
            )
        )
    return sorted(gains, key=lambda gain: (-gain.gain, -gain.clips, gain.label))


def sign_test(won: int, lost: int) -> float:
    """Two-sided exact p: were won and lost clips equally likely, how often as one-sided a count?

    Clips that both get right or both get wrong say nothing and do not count. Every clip is taken
    for an independent draw.
    """
    return float(binomtest(won, won + lost).pvalue) if won + lost else 1.0


def _truth(scores: Scores) -> np.ndarray:
    """str (N,): class names, empty where the model does not know the clip's class."""
    return np.array([*scores.classes, ""])[scores.labels]
