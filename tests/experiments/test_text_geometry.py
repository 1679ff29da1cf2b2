"""Whether texts that are alike belong to signs that are taken for each other."""

import numpy as np
import pytest
import torch
from benchmarks.text_geometry.measure import agreement, code_likeness, likeness, text_likeness
from scipy.stats import spearmanr

from gspmc.errors import GspmcError
from gspmc.evaluate.scores import Scores
from gspmc.text.bank import TextBank
from gspmc.text.codes import CodeField, Codes


def scores(logits: np.ndarray, labels: list[int], first: int = 0) -> Scores:
    clips, classes = logits.shape
    return Scores(
        ids=np.array([f"clip{first + number}" for number in range(clips)]),
        labels=np.array(labels),
        logits=logits,
        classes=tuple("abcdefghijklmnop"[:classes]),
        signers=np.array([""] * clips),
        split="val",
    )


def test_likeness_is_the_mean_log_probability_both_ways() -> None:
    p = np.array([[0.7, 0.2, 0.1], [0.5, 0.3, 0.2], [0.1, 0.8, 0.1], [0.2, 0.2, 0.6]])
    given = [scores(np.log(p[:3]) + 5, [0, 0, 1]), scores(np.log(p[3:]), [2], first=3)]
    told = np.stack([np.log(p[:2]).mean(0), np.log(p[2]), np.log(p[3])])
    told = told - told.mean(0)
    np.testing.assert_allclose(likeness(given), (told + told.T) / 2, atol=1e-5)
    with pytest.raises(GspmcError, match="too few clips of 'b'"):
        likeness(given, half=1)


def test_every_other_clip_of_a_class() -> None:
    logits = np.random.default_rng(0).normal(size=(8, 2))
    labels = [0, 0, 0, 0, 1, 1, 1, 1]
    apart = [scores(logits[half::2], labels[half::2]) for half in (0, 1)]
    whole = [scores(logits, labels)]
    for half in (0, 1):
        np.testing.assert_allclose(likeness(whole, half), likeness([apart[half]]), atol=1e-5)


def test_cosines_of_mean_vectors_and_shares_of_equal_fields() -> None:
    bank = TextBank(
        vectors=torch.tensor([[1.0, 0.0], [0.0, 1.0], [1.0, 0.0], [0.6, 0.8]]),
        texts=["", "", "", ""],
        labels=torch.tensor([0, 0, 1, 2]),
        kind=("refined", "refined", "refined", "part"),
        parts=torch.zeros(4, 5, dtype=torch.bool),
        classes=("a", "b", "c"),
        encoder="",
    )
    alike = text_likeness(bank, np.array(bank.kind) == "refined")
    assert alike[0, 1] == pytest.approx(0.5**0.5)
    assert np.isnan(alike[2]).all() and np.isnan(alike[:, 2]).all()
    fields = tuple(CodeField(name, ("x", "y")) for name in ("one", "two", "three"))
    codes = Codes(fields, torch.tensor([[0, 1, 0], [0, 0, -1], [1, 1, 1]]))
    np.testing.assert_allclose(code_likeness(codes), [[1, 0.5, 1 / 3], [0.5, 1, 0], [1 / 3, 0, 1]])


def test_agreement_is_a_rank_correlation_with_a_permutation_of_signs() -> None:
    rng = np.random.default_rng(1)
    points = rng.normal(size=(12, 2))
    looks = -np.linalg.norm(points[:, None] - points[None], axis=2)
    says = looks + 0.3 * rng.normal(size=looks.shape)
    says = (says + says.T) / 2
    pairs = np.triu_indices(11, k=1)
    unknown = says.copy()
    unknown[11] = unknown[:, 11] = np.nan
    found = agreement(looks, unknown, seed=0)
    expected = spearmanr(looks[:11, :11][pairs], says[:11, :11][pairs]).statistic
    assert found["classes"] == 11
    assert found["mean"] == pytest.approx(says[:11, :11][pairs].mean(), abs=1e-3)
    assert found["correlation"] == pytest.approx(expected, abs=1e-3)
    assert found["p"] <= 0.01
    orders = [rng.permutation(12) for _ in range(8)]
    by_chance = [agreement(looks, says[np.ix_(order, order)], seed=0)["p"] for order in orders]
    assert 0.2 < np.mean(by_chance) < 0.8  # uniform: 0.5, with a standard error of 0.1
