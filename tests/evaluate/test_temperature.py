"""The temperature: recovered where known, of the least loss, refused where none is."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.scored import changed, drawn_scores

from gspmc.errors import GspmcError
from gspmc.evaluate.temperature import fit_temperature, likelihood_loss, log_probabilities

FEW = drawn_scores(clips=4, classes=2)


def test_two_classes_have_a_closed_form() -> None:
    """Three of four right at a margin of m: p = 3/4, so m / T = log 3."""
    scores = changed(FEW, labels=[0, 0, 0, 1], logits=[[5.0, 1.0]] * 4)
    assert fit_temperature(scores) == pytest.approx(4 / math.log(3), rel=1e-9)


@pytest.mark.parametrize("scale", [0.01, 0.25, 1.0, 3.0, 200.0])
def test_a_known_scale_is_recovered(scale: float) -> None:
    plain = fit_temperature(drawn_scores(clips=4000))
    assert plain == pytest.approx(1, abs=0.05)
    scaled = fit_temperature(drawn_scores(clips=4000, scale=scale))
    assert scaled == pytest.approx(scale * plain, rel=1e-5)


@given(seed=st.integers(0, 200), classes=st.integers(2, 6), scale=st.floats(0.05, 20))
@settings(deadline=None)
def test_no_other_temperature_has_less_loss(seed: int, classes: int, scale: float) -> None:
    scores = drawn_scores(30, classes, seed, noise=seed, scale=scale)
    try:
        best = fit_temperature(scores)
    except GspmcError:
        return
    least = likelihood_loss(scores, best)
    for factor in (0.3, 0.9, 0.99, 1.01, 1.1, 3):
        assert likelihood_loss(scores, best * factor) >= least - 1e-9


@given(seed=st.integers(0, 100), temperature=st.floats(0.05, 50))
@settings(deadline=None)
def test_first_answers_stay(seed: int, temperature: float) -> None:
    logits = drawn_scores(20, seed=seed).logits
    logs = log_probabilities(logits, temperature)
    assert (logs.argmax(axis=1) == logits.argmax(axis=1)).all()
    np.testing.assert_allclose(np.exp(logs).sum(axis=1), 1)


def test_loss_by_hand() -> None:
    scores = changed(FEW, labels=[0, 1, -1, -1], logits=[[1.0, 0.0], [0.0, 2.0], [9, 0], [0, 9]])
    expected = (math.log(1 + math.exp(-0.5)) + math.log(1 + math.exp(-1.0))) / 2
    assert likelihood_loss(scores, 2.0) == pytest.approx(expected)


def test_huge_logits_are_finite() -> None:
    scores = changed(FEW, labels=[0, 0, 0, 1], logits=[[3e30, 1e30]] * 4)
    assert fit_temperature(scores) == pytest.approx(2e30 / math.log(3), rel=1e-6)


@pytest.mark.parametrize(
    ("labels", "logits", "message"),
    [
        ([0, 0, 1, 1], [[2, 0], [1, 0], [0, 1], [0, 2]], "are all recognised right"),
        ([0, 0, 1, 1], [[0, 0]] * 4, "no more than chance"),
        ([1, 1, 0, 0], [[2, 0], [1, 0], [0, 1], [0, 2]], "no more than chance"),
        ([0, 0, 1, 1], [[2, 0]] * 4, "no more than chance"),
        ([-1] * 4, [[2, 0]] * 4, "nothing can be fitted"),
    ],
)
def test_clips_that_tell_of_no_temperature(
    labels: list[int], logits: list[list[float]], message: str
) -> None:
    with pytest.raises(GspmcError, match=message) as failure:
        fit_temperature(changed(FEW, labels=labels, logits=logits))
    assert "\n" not in str(failure.value)
