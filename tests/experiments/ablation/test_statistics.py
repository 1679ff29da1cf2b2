"""Intervals and tests over signers against closed forms and slow literal versions."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest, norm

from gspmc.experiments.ablation.statistics import (
    holm,
    least_p,
    mean_over_signers,
    p_value,
    sums_by_signer,
)


def test_sums_are_by_signer_and_unknown_ones_stand_alone() -> None:
    signers = np.array(["b", "a", "b", "", ""])
    sums, counts = sums_by_signer(np.array([1.0, 2.0, 3.0, 4.0, 5.0]), signers)
    assert sorted(zip(sums, counts, strict=True)) == [(2, 1), (4, 1), (4, 2), (5, 1)]


def test_signers_are_drawn_as_wholes() -> None:
    # Three signers all right, three all wrong: a resample is 0 or 1 with a chance of 1/64 each, 1/6
    # or 5/6 with 6/64, and the 2.5 % lie between.
    values = np.repeat([0.0, 1.0], 30)
    estimate = mean_over_signers(values, np.repeat(list("abcdef"), 10))
    assert estimate == pytest.approx((0.5, 1 / 6, 5 / 6))
    values = np.repeat([0.0, 1.0], 50)
    by_clip = mean_over_signers(values, np.full(100, ""))  # 100 unknown signers: 1.96 × 0.05
    assert by_clip.low == pytest.approx(0.40, abs=0.015)
    assert by_clip.high == pytest.approx(0.60, abs=0.015)


@pytest.mark.parametrize("signers", [2, 5])
def test_few_signers_give_no_interval(signers: int) -> None:
    values = np.tile([0.0, 1.0], signers)
    names = np.repeat([f"s{each}" for each in range(signers)], 2)
    assert mean_over_signers(values, names) == (0.5, None, None)


def test_one_signer_gives_no_p() -> None:
    values = np.array([0.0, 1.0])
    assert mean_over_signers(values, np.array(["a", "a"])) == (0.5, None, None)
    assert p_value(values, np.array(["a", "a"])) is None


@given(st.lists(st.integers(-3, 3), min_size=2, max_size=8))
def test_p_is_the_share_of_sign_changes_as_far_from_zero(differences: list[int]) -> None:
    values = np.array(differences, dtype=float)
    far = [
        abs(np.dot(signs, values)) >= abs(values.sum()) - 1e-9
        for signs in product([-1, 1], repeat=len(values))
    ]
    signers = np.array([f"s{row}" for row in range(len(values))])
    assert p_value(values, signers) == pytest.approx(np.mean(far), abs=1e-9)


@pytest.mark.parametrize("lost", [0, 18, 29])
def test_p_of_single_clips_is_that_of_the_sign_test(lost: int) -> None:
    """Of 60 clips by unknown signers; the smallest of them is 2e-18."""
    values = np.concatenate([np.full(60 - lost, 3), np.full(lost, -3), np.zeros(10)])
    told = p_value(values, np.full(70, ""))
    assert told == pytest.approx(binomtest(lost, 60).pvalue, rel=1e-6)


def test_p_of_many_clips_is_nearly_that_of_a_normal_deviate() -> None:
    values = np.random.default_rng(0).integers(-3, 4, 100_000)
    deviate = values.sum() / np.sqrt((values**2).sum())
    told = p_value(values, np.full(len(values), ""))
    assert told == pytest.approx(2 * norm.sf(abs(deviate)), abs=2e-3)


def test_holm_by_hand() -> None:
    assert holm([0.04, 0.01, 0.03], 3) == pytest.approx([0.06, 0.03, 0.06])
    assert holm([0.04, 0.01, 0.03], 5) == pytest.approx([0.12, 0.05, 0.12])  # two to come
    assert holm([0.5, 0.9], 2) == [1.0, 1.0]
    assert holm([], 4) == []


@pytest.mark.parametrize("signers", [2, 5, 6])
def test_the_least_p_is_that_of_signers_who_all_agree(signers: int) -> None:
    agreed = p_value(np.ones(signers), np.array([f"s{each}" for each in range(signers)]))
    assert agreed == pytest.approx(least_p(signers))
