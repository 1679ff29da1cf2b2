"""Calibration error by hand, and as torchmetrics computes it."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.scored import drawn_scores
from torchmetrics.functional.classification import multiclass_calibration_error

from gspmc.evaluate.calibrate import Judged
from gspmc.evaluate.reliability import calibration_error, reliability_bins


def test_four_clips_by_hand() -> None:
    bins = reliability_bins(
        np.array([0.95, 0.85, 0.55, 1.0]), np.array([True, False, True, True]), bins=5
    )
    assert [each.clips for each in bins] == [0, 0, 1, 0, 3]
    assert bins[4].confidence == pytest.approx((0.95 + 0.85 + 1.0) / 3)
    assert bins[4].accuracy == pytest.approx(2 / 3)
    assert (bins[0].low, bins[0].high, bins[4].high) == (0, 0.2, 1)
    expected = (1 * abs(1 - 0.55) + 3 * abs(2 / 3 - 2.8 / 3)) / 4
    assert calibration_error(bins) == pytest.approx(expected)


def test_an_edge_belongs_to_the_bin_above() -> None:
    bins = reliability_bins(np.array([0.0, 0.5, 0.5, 1.0]), np.ones(4, bool), bins=2)
    assert [each.clips for each in bins] == [1, 3]


@given(seed=st.integers(0, 300), clips=st.integers(1, 80), classes=st.integers(2, 9))
@settings(deadline=None)
def test_equals_torchmetrics(seed: int, clips: int, classes: int) -> None:
    scores = drawn_scores(clips, classes, seed, noise=seed)
    for bins in (5, 15):
        ours = calibration_error(reliability_bins(*Judged(scores).confidence, bins))
        theirs = multiclass_calibration_error(
            torch.from_numpy(scores.logits).softmax(dim=1),
            torch.from_numpy(scores.labels),
            num_classes=classes,
            n_bins=bins,
        )
        assert ours == pytest.approx(float(theirs), abs=1e-5)
