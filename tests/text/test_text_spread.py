"""Vectors moved apart, against what mean and covariance must be afterwards."""

import pytest
import torch
from torch.nn import functional as F

from gspmc.errors import GspmcError
from gspmc.text.bank import Kind, TextBank
from gspmc.text.spread import spread_vectors


def bank(vectors: torch.Tensor, kinds: list[Kind], texts: list[str] | None = None) -> TextBank:
    count = len(vectors)
    return TextBank(
        vectors=F.normalize(vectors, dim=1),
        texts=texts or [f"text {row}" for row in range(count)],
        labels=torch.arange(count),
        kind=tuple(kinds),
        parts=torch.zeros(count, 5, dtype=torch.bool),
        classes=tuple(map(str, range(count))),
        encoder="test",
    )


def alike(count: int, width: int = 6) -> torch.Tensor:
    """Vectors that are one and the same but for a little, and that in one direction mostly."""
    noise = torch.randn(count, width, generator=torch.Generator().manual_seed(0))
    noise[:, 0] *= 5
    return torch.full((count, width), 2.0) + 0.2 * noise


def mean_cosine(vectors: torch.Tensor) -> float:
    count = len(vectors)
    return float((vectors @ vectors.T).sum() - count) / (count * (count - 1))


def test_raw_is_the_bank_itself() -> None:
    own = bank(alike(4), ["refined"] * 4)
    assert spread_vectors(own, "raw") is own


def test_centred_is_the_literal_difference_of_each_kind() -> None:
    kinds: list[Kind] = ["refined", "part", "refined", "part", "refined"]
    own = bank(alike(5), kinds)
    moved = spread_vectors(own, "centred").vectors
    for kind in set(kinds):
        rows = [row for row in range(5) if kinds[row] == kind]
        mean = sum(own.vectors[row] for row in rows) / len(rows)
        for row in rows:
            expected = own.vectors[row] - mean
            torch.testing.assert_close(moved[row], expected / expected.norm())


def test_texts_that_are_often_used_count_once() -> None:
    twice = alike(4)[[0, 1, 2, 3, 0, 0]]
    texts = ["a", "b", "c", "d", "a", "a"]
    moved = spread_vectors(bank(twice, ["part"] * 6, texts), "centred").vectors
    once = spread_vectors(bank(alike(4), ["part"] * 4), "centred").vectors
    torch.testing.assert_close(moved, once[[0, 1, 2, 3, 0, 0]])


def test_they_are_further_apart_and_of_unit_length() -> None:
    own = bank(alike(40), ["refined"] * 40)
    raw, centred, whitened = (
        spread_vectors(own, spread).vectors for spread in ("raw", "centred", "whitened")
    )
    assert mean_cosine(raw) > 0.9 and abs(mean_cosine(centred)) < 0.1
    assert abs(mean_cosine(whitened)) < 0.1
    spreads = [torch.linalg.eigvalsh(v.T @ v / 40) for v in (centred, whitened)]
    assert spreads[0].max() > 0.5 and spreads[1].max() < 0.4  # of 1, evenly shared: 1/6 each
    for vectors in (centred, whitened):
        torch.testing.assert_close(vectors.norm(dim=1), torch.ones(40))


def test_with_many_texts_whitening_is_that_of_the_plain_covariance() -> None:
    samples = alike(20_000)
    own = bank(samples, ["part"] * 20_000)
    centred = own.vectors - own.vectors.mean(dim=0)
    covariance = (centred.T @ centred / 20_000).double()
    # Solved with Cholesky, which gives the same angles between vectors as the symmetric root.
    angles = torch.linalg.solve(covariance, centred[:5].double().T).T @ centred[:5].double().T
    lengths = angles.diagonal().sqrt()
    moved = spread_vectors(own, "whitened").vectors[:5].double()
    torch.testing.assert_close(
        moved @ moved.T, angles / lengths / lengths[:, None], atol=0.02, rtol=0
    )


def test_texts_that_do_not_differ_are_one_line() -> None:
    same = bank(alike(1)[[0, 0]], ["refined"] * 2, ["a", "a"])
    with pytest.raises(GspmcError, match="a text of kind refined is the mean .*--text.vectors raw"):
        spread_vectors(same, "centred")
    assert spread_vectors(same, "centred", ["part"]).vectors.equal(same.vectors)
