"""Temperature, reject threshold, and how far either can be trusted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from gspmc.errors import GspmcError
from gspmc.evaluate.agreement import known_clips, refuse_shared_clips
from gspmc.evaluate.folds import Folds, deal_folds
from gspmc.evaluate.reliability import BINS, Bin, calibration_error, reliability_bins
from gspmc.evaluate.scores import Scores
from gspmc.evaluate.selective import (
    Rejection,
    RiskCoverage,
    choose_threshold,
    risk_coverage,
)
from gspmc.evaluate.temperature import fit_temperature, likelihood_loss, log_probabilities
from gspmc.models.calibration import Calibration

VERSION = 1


class Confidence(NamedTuple):
    """First answers of the clips of known classes."""

    probability: np.ndarray
    """(n,)"""
    right: np.ndarray
    """bool (n,)"""


@dataclass(frozen=True)
class Judged:
    """One split's scores at one temperature; they may be of several, divided beforehand."""

    scores: Scores
    temperature: float = 1.0

    @cached_property
    def confidence(self) -> Confidence:
        known = known_clips(self.scores)
        logs = log_probabilities(self.scores.logits[known], self.temperature)
        return Confidence(np.exp(logs.max(axis=1)), self.scores.hits[known])

    @cached_property
    def bins(self) -> list[Bin]:
        return reliability_bins(*self.confidence)

    @cached_property
    def curve(self) -> RiskCoverage:
        return risk_coverage(*self.confidence)

    def to_dict(self) -> dict[str, float]:
        return {
            "clips": len(self.confidence.right),
            "top1": float(self.confidence.right.mean()),
            "likelihood_loss": likelihood_loss(self.scores, self.temperature),
            "calibration_error": calibration_error(self.bins),
            "risk_coverage_area": self.curve.area,
        }


class Kept(NamedTuple):
    """Clips whose answer is not rejected."""

    accepted: int
    wrong: int


class Row(NamedTuple):
    """One line of the table."""

    name: str
    judged: Judged
    kept: Kept | None = None
    """None where no threshold was applied."""


@dataclass(frozen=True)
class Calibrated:
    """A calibration and what was measured of it."""

    calibration: Calibration
    fitted: Judged
    """On the clips it was fitted on: its calibration error flatters."""
    cross_fitted: Judged | None
    """Every fold at the temperature of the others; None where one of them tells of none."""
    folds: Folds
    rejection: Rejection | None
    test: Judged | None

    @property
    def rows(self) -> list[Row]:
        """What was measured, before calibration and after."""
        split = self.fitted.scores.split
        rows = [
            Row(f"{split}, as it is", Judged(self.fitted.scores)),
            Row(f"{split}, fitted", self.fitted, self._kept(self.fitted)),
        ]
        if self.cross_fitted is not None:
            rows.append(Row(f"{split}, cross-fitted", self.cross_fitted))
        if self.test is not None:
            name = self.test.scores.split
            rows.append(Row(f"{name}, as it is", Judged(self.test.scores)))
            rows.append(Row(f"{name}, calibrated", self.test, self._kept(self.test)))
        return rows

    def _kept(self, judged: Judged) -> Kept | None:
        threshold = self.calibration.reject_threshold
        if threshold is None:
            return None
        taken = judged.confidence.probability >= threshold
        return Kept(int(taken.sum()), int((taken & ~judged.confidence.right).sum()))

    def to_dict(self) -> dict[str, Any]:
        """Plain values, as they stand in `calibration.json`."""
        measured = []
        for row in self.rows:
            kept = {} if row.kept is None else row.kept._asdict()
            measured.append({"name": row.name, **row.judged.to_dict(), **kept})
        return {
            "version": VERSION,
            "temperature": self.calibration.temperature,
            "error": self.calibration.error,
            "rejection": None if self.rejection is None else self.rejection._asdict(),
            "bins": BINS,
            "folds": {"number": self.folds.total, "by": self.folds.by},
            "measured": measured,
        }


def calibrate(scores: Scores, error: float, test: Scores | None = None) -> Calibrated:
    """Fit a temperature and a reject threshold.

    Args:
        scores: of a split that trained nothing.
        error: highest share of wrong answers among those that are not rejected.
        test: scores to judge the calibration on.

    Raises:
        GspmcError: `error` is impossible, the scores tell of no temperature, or a clip is in both
            splits.
    """
    if not 0 < error < 1:
        raise GspmcError(f"error must be above 0 and below 1, not {error}")
    if test is not None:
        refuse_shared_clips(scores, test)
    temperature = fit_temperature(scores)
    fitted = Judged(scores, temperature)
    rejection = choose_threshold(*fitted.confidence, error, least=1 / len(scores.classes))
    folds = deal_folds(scores)
    calibration = Calibration(
        temperature=temperature,
        reject_threshold=None if rejection is None else rejection.threshold,
        error=error,
        fitted_on=scores.split,
        clips=len(fitted.confidence.right),
    )
    return Calibrated(
        calibration=calibration,
        fitted=fitted,
        cross_fitted=_cross_fit(scores, folds),
        folds=folds,
        rejection=rejection,
        test=None if test is None else Judged(test, temperature),
    )


def _cross_fit(scores: Scores, folds: Folds) -> Judged | None:
    logits = np.empty_like(scores.logits)
    for number in range(folds.total):
        held_out = folds.of_clip == number
        try:
            temperature = fit_temperature(scores.take(~held_out))
        except GspmcError:
            return None
        logits[held_out] = scores.logits[held_out] / temperature
    return Judged(replace(scores, logits=logits))
