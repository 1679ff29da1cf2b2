"""The whole calibration: what it stores, and what it says of itself."""

import json

import numpy as np
import pytest
from tests.scored import changed, drawn_scores

from gspmc.errors import GspmcError
from gspmc.evaluate import compute_metrics
from gspmc.evaluate.calibrate import Judged, calibrate
from gspmc.evaluate.calibration_table import calibration_table
from gspmc.evaluate.reliability import calibration_error
from gspmc.evaluate.temperature import fit_temperature

VAL = drawn_scores(400, scale=4.0)
TEST = drawn_scores(400, seed=1, split="test", scale=4.0)


def test_overconfident_scores_are_mended() -> None:
    found = calibrate(VAL, 0.3, TEST)
    assert found.calibration.temperature == fit_temperature(VAL) == pytest.approx(4, rel=0.25)
    errors = {row.name: calibration_error(row.judged.bins) for row in found.rows}
    assert list(errors) == [
        "val, as it is",
        "val, fitted",
        "val, cross-fitted",
        "test, as it is",
        "test, calibrated",
    ]
    as_it_is, fitted, crossed, test_before, test_after = errors.values()
    assert max(fitted, crossed) < as_it_is / 2 and test_after < test_before / 2


def test_top1_stays_and_is_that_of_the_metrics() -> None:
    found = calibrate(VAL, 0.3)
    for row in found.rows:
        assert row.judged.to_dict()["top1"] == pytest.approx(compute_metrics(VAL).top1)


def test_the_threshold_accepts_what_it_says() -> None:
    found = calibrate(VAL, 0.3, TEST)
    assert found.rejection is not None
    assert found.calibration.reject_threshold == found.rejection.threshold
    kept = {row.name: row.kept for row in found.rows}
    assert kept["val, fitted"] == (found.rejection.accepted, found.rejection.wrong)
    assert kept["val, as it is"] is None is kept["val, cross-fitted"]
    on_test = kept["test, calibrated"]
    assert on_test is not None and 0 < on_test.wrong / on_test.accepted < 0.3


def test_without_a_threshold_none_is_stored() -> None:
    found = calibrate(drawn_scores(30, scale=4.0), 0.01)
    assert found.rejection is None and found.calibration.reject_threshold is None
    assert all(row.kept is None for row in found.rows)
    assert found.to_dict()["rejection"] is None


def test_cross_fitting_does_not_see_the_fold() -> None:
    found = calibrate(VAL, 0.3)
    assert found.cross_fitted is not None
    for number in range(found.folds.total):
        held_out = found.folds.of_clip == number
        rest = {
            field: getattr(VAL, field)[~held_out]
            for field in ("ids", "labels", "logits", "signers")
        }
        expected = VAL.logits[held_out] / fit_temperature(changed(VAL, **rest))
        np.testing.assert_allclose(found.cross_fitted.scores.logits[held_out], expected, rtol=1e-6)


def test_a_fold_without_errors_elsewhere_leaves_cross_fitting_out() -> None:
    """All errors are one signer's: without him no temperature can be fitted."""
    scores = drawn_scores(40, signers=5)
    answers = np.where(scores.signers == "s0", (scores.labels + 1) % 4, scores.labels)
    found = calibrate(changed(scores, logits=3 * np.eye(4)[answers]), 0.3)
    assert found.cross_fitted is None
    assert [row.name for row in found.rows] == ["val, as it is", "val, fitted"]


def test_unknown_classes_are_left_out() -> None:
    labels = VAL.labels.copy()
    labels[::2] = -1
    half = changed(VAL, labels=labels)
    assert calibrate(half, 0.3).calibration.clips == 200
    assert len(Judged(half).confidence.right) == 200


def test_a_clip_in_both_splits_is_refused() -> None:
    with pytest.raises(GspmcError, match="'val0'"):
        calibrate(VAL, 0.3, changed(TEST, ids=["val0", *TEST.ids[1:]]))


@pytest.mark.parametrize("error", [0, 1, -0.1, float("nan")])
def test_impossible_errors(error: float) -> None:
    with pytest.raises(GspmcError, match="error must be above 0 and below 1"):
        calibrate(VAL, error)


def test_table_and_file_hold_every_row() -> None:
    found = calibrate(VAL, 0.3, TEST)
    assert calibration_table(found.rows).row_count == 5
    values = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert [row["name"] for row in values["measured"]] == [row.name for row in found.rows]
    assert values["bins"] == 15
    assert found.rejection is not None
    assert values["measured"][1]["accepted"] == values["rejection"]["accepted"]
