"""Risk and coverage by hand; thresholds that keep what they promise."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from gspmc.evaluate.selective import choose_threshold, risk_coverage, search_steps, upper_bound


def test_risk_and_coverage_by_hand() -> None:
    curve = risk_coverage(np.array([0.6, 0.9, 0.8, 0.7]), np.array([True, True, False, True]))
    assert curve.coverage.tolist() == [0.25, 0.5, 0.75, 1]
    assert curve.risk.tolist() == pytest.approx([0, 1 / 2, 1 / 3, 1 / 4])
    assert curve.area == pytest.approx((0 + 1 / 2 + 1 / 3 + 1 / 4) / 4)


def test_equal_confidences_have_no_order() -> None:
    confidence = np.array([0.5, 0.9, 0.5, 0.5])
    curves = [
        risk_coverage(confidence, np.array([first, True, second, third])).risk.tolist()
        for first, second, third in [(0, 1, 1), (1, 0, 1), (1, 1, 0)]
        for first, second, third in [(bool(first), bool(second), bool(third))]
    ]
    assert curves[0] == curves[1] == curves[2]
    assert curves[0] == pytest.approx([0, 1 / 6, 2 / 9, 1 / 4])


@given(clips=st.integers(1, 400), failure=st.sampled_from([0.001, 0.05]), data=st.data())
def test_the_bound_solves_the_binomial_tail(
    clips: int, failure: float, data: st.DataObject
) -> None:
    """At the bound so few errors or fewer have probability `failure`: Clopper and Pearson's."""
    wrong = data.draw(st.integers(0, clips))
    bound = upper_bound(wrong, clips, failure)
    assert wrong / clips <= bound <= 1
    if wrong < clips:
        assert binom.cdf(wrong, clips, bound) == pytest.approx(failure, rel=1e-6)


def test_without_errors_the_bound_has_a_closed_form() -> None:
    assert upper_bound(0, 59, 0.05) == pytest.approx(1 - 0.05 ** (1 / 59))


def sure(right: int, wrong: int) -> tuple[np.ndarray, np.ndarray]:
    """First so many right clips, then so many wrong ones, less and less confident."""
    total = right + wrong
    return np.linspace(0.99, 0.3, total), np.arange(total) < right


def test_a_threshold_between_right_and_wrong() -> None:
    confidence, right = sure(300, 100)
    found = choose_threshold(confidence, right, error=0.05)
    assert found is not None
    assert found.accepted == (confidence >= found.threshold).sum() >= 300
    assert found.wrong == (~right[: found.accepted]).sum()
    failure = 0.05 / search_steps(400)
    assert found.bound == upper_bound(found.wrong, found.accepted, failure) <= 0.05
    one_more = upper_bound(found.wrong + 1, found.accepted + 1, failure)
    assert one_more > 0.05  # no more could be accepted
    assert confidence[found.accepted] < found.threshold < confidence[found.accepted - 1]


def test_all_may_be_accepted_and_what_is_lower_than_ever_seen_is_not() -> None:
    confidence = np.linspace(0.99, 0.6, 500)
    found = choose_threshold(confidence, np.ones(500, bool), error=0.05, least=0.1)
    assert found is not None and found.accepted == 500
    assert found.threshold == pytest.approx((0.6 + 0.1) / 2)


def test_few_clips_promise_nothing() -> None:
    """Without any error, log(steps / 0.05) / −log(1 − error) clips are needed."""
    confidence, right = sure(40, 0)
    assert choose_threshold(confidence, right, error=0.05) is None
    for clips in range(1, 200):
        needed = math.log(search_steps(clips) / 0.05) / -math.log(1 - 0.05)
        found = choose_threshold(*sure(clips, 0), error=0.05)
        assert (found is not None) == (clips >= needed)


def test_equal_confidences_are_accepted_together() -> None:
    confidence = np.repeat([0.9, 0.5], [200, 200])
    right = np.repeat([True, False], [200, 200])
    found = choose_threshold(confidence, right, error=0.05)
    assert found is not None and found.accepted == 200 and found.wrong == 0
    assert choose_threshold(np.full(400, 0.5), right, error=0.05) is None


@given(clips=st.integers(1, 300), seed=st.integers(0, 100), error=st.floats(0.01, 0.9))
@settings(deadline=None)
def test_what_is_found_is_what_is_said(clips: int, seed: int, error: float) -> None:
    generator = np.random.default_rng(seed)
    confidence = generator.choice(np.linspace(0.1, 1, 50), clips)
    right = generator.random(clips) < confidence
    found = choose_threshold(confidence, right, error)
    if found is not None:
        taken = confidence >= found.threshold
        assert (taken.sum(), (taken & ~right).sum()) == (found.accepted, found.wrong)
        assert found.wrong / found.accepted <= found.bound <= error


def test_the_promise_holds_as_often_as_it_says() -> None:
    """Over 400 draws the true risk at the chosen threshold is above the wish in few of them."""
    generator = np.random.default_rng(0)
    broken = found_any = 0
    for _ in range(400):
        confidence = generator.uniform(0.3, 1, 300)
        right = generator.random(300) < confidence
        found = choose_threshold(confidence, right, error=0.2)
        if found is not None:
            found_any += 1
            broken += (1 - found.threshold) / 2 > 0.2  # mean of 1 − c over [threshold, 1]
    assert found_any > 200
    assert broken / 400 <= 0.05
