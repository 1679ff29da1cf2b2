"""The multi-positive term against closed forms and a literal version in loops."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor
from torch.nn import functional as F

from gspmc.losses import multi_positive_loss


def unit(rows: int, width: int = 5, seed: int = 0, dtype: torch.dtype = torch.float64) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return F.normalize(torch.randn(rows, width, generator=generator, dtype=dtype), dim=-1)


def same(labels: Tensor, text_labels: Tensor) -> Tensor:
    """The paper's positives: equal labels. (B,), (M,) -> bool (B, M)."""
    return labels[:, None] == text_labels


def literal_loss(
    features: Tensor, texts: Tensor, labels: list[int], text_labels: list[int], temperature: float
) -> float:
    """The printed sums, one number after the other, in Python floats."""
    logits = [
        [float(torch.dot(feature, text)) / temperature for text in texts] for feature in features
    ]
    positive = [[float(y == z) for z in text_labels] for y in labels]

    def mean_divergence(logits: list[list[float]], positive: list[list[float]]) -> float:
        divergences = []
        for row, mass in zip(logits, positive, strict=True):
            if sum(mass) == 0:
                continue
            normaliser = math.log(sum(math.exp(value) for value in row))
            divergence = 0.0
            for value, share in zip(row, mass, strict=True):
                if share:
                    p = share / sum(mass)
                    divergence += p * (math.log(p) - (value - normaliser))
            divergences.append(divergence)
        return sum(divergences) / len(divergences) if divergences else 0.0

    def transpose(matrix: list[list[float]]) -> list[list[float]]:
        return [list(column) for column in zip(*matrix, strict=True)]

    return 0.5 * (
        mean_divergence(logits, positive) + mean_divergence(transpose(logits), transpose(positive))
    )


label_lists = st.lists(st.integers(0, 3), min_size=1, max_size=7)


@settings(max_examples=60, deadline=None)
@given(label_lists, label_lists, st.integers(0, 10**6), st.sampled_from([0.07, 0.1, 1.0]))
def test_equals_the_literal_sums_and_is_never_negative(
    labels: list[int], text_labels: list[int], seed: int, temperature: float
) -> None:
    features, texts = unit(len(labels), seed=seed), unit(len(text_labels), seed=seed + 1)
    actual = multi_positive_loss(
        features, texts, same(torch.tensor(labels), torch.tensor(text_labels)), temperature
    )
    expected = literal_loss(features, texts, labels, text_labels, temperature)
    assert float(actual) == pytest.approx(expected, rel=1e-9, abs=1e-12)
    assert float(actual) >= -1e-12


@settings(max_examples=30, deadline=None)
@given(label_lists, label_lists, st.randoms(use_true_random=False))
def test_order_of_texts_and_of_clips_does_not_matter(labels, text_labels, random) -> None:
    features, texts = unit(len(labels)), unit(len(text_labels), seed=1)
    y, z = torch.tensor(labels), torch.tensor(text_labels)
    clip_order = random.sample(range(len(labels)), len(labels))
    text_order = random.sample(range(len(text_labels)), len(text_labels))
    torch.testing.assert_close(
        multi_positive_loss(
            features[clip_order], texts[text_order], same(y[clip_order], z[text_order])
        ),
        multi_positive_loss(features, texts, same(y, z)),
    )


def test_is_symmetric_infonce_when_each_clip_has_its_own_text() -> None:
    features, texts, labels = unit(6), unit(6, seed=1), torch.tensor([4, 0, 2, 9, 1, 7])
    logits = features @ texts.T / 0.1
    diagonal = torch.arange(6)
    infonce = (F.cross_entropy(logits, diagonal) + F.cross_entropy(logits.T, diagonal)) / 2
    torch.testing.assert_close(multi_positive_loss(features, texts, same(labels, labels)), infonce)


def test_duplicated_positives_share_the_mass() -> None:
    """Two equal texts of a label halve its share each: the best possible loss is still zero."""
    features = torch.eye(2, dtype=torch.float64)
    texts = torch.eye(2, dtype=torch.float64)[[0, 0, 1, 1]]
    labels, text_labels = torch.tensor([0, 1]), torch.tensor([0, 0, 1, 1])
    loss = multi_positive_loss(features, texts, same(labels, text_labels), temperature=0.02)
    assert float(loss) == pytest.approx(0, abs=1e-9)


def test_gradient_pulls_towards_both_positives_alike() -> None:
    texts = torch.eye(3, dtype=torch.float64)
    features = F.normalize(torch.ones(1, 3, dtype=torch.float64), dim=-1).requires_grad_()
    multi_positive_loss(features, texts, torch.tensor([[True, True, False]])).backward()
    pull = -features.grad[0]
    assert pull[0] == pull[1] > 0 > pull[2]


def test_texts_of_absent_labels_are_negatives_for_clips_and_have_no_row_of_their_own() -> None:
    features, texts = unit(2), unit(3, seed=1)
    labels, bank_labels = torch.tensor([0, 1]), torch.tensor([0, 1, 2])
    with_bank = multi_positive_loss(features, texts, same(labels, bank_labels))
    logits = features @ texts.T / 0.1
    expected = (F.cross_entropy(logits, labels) + F.cross_entropy(logits.T[:2], labels)) / 2
    torch.testing.assert_close(with_bank, expected)


def test_gradcheck_in_float64() -> None:
    features, texts = unit(4, 3).requires_grad_(), unit(6, 3, seed=1).requires_grad_()
    labels, text_labels = torch.tensor([0, 1, 1, 5]), torch.tensor([0, 0, 1, 2, 1, 3])
    assert torch.autograd.gradcheck(
        lambda s, t: multi_positive_loss(s, t, same(labels, text_labels), 0.5), (features, texts)
    )


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_computes_in_float32_under_autocast(dtype: torch.dtype) -> None:
    features, texts = unit(8, 64, dtype=torch.float32), unit(8, 64, 1, dtype=torch.float32)
    labels = torch.arange(8) // 2
    positives = same(labels, labels)
    halves = features.to(dtype).requires_grad_()
    with torch.autocast("cpu", dtype):
        loss = multi_positive_loss(halves, texts, positives, temperature=1e-3)
    loss.backward()
    assert loss.dtype == torch.float32
    assert torch.isfinite(loss) and torch.isfinite(halves.grad).all()
    # the same numbers without autocast: only the rounding of the input is left
    exact = multi_positive_loss(halves.detach().float(), texts, positives, temperature=1e-3)
    torch.testing.assert_close(loss, exact)


@pytest.mark.parametrize(
    ("labels", "text_labels"), [([0, 1], [2, 3, 3]), ([], [0, 1]), ([0, 1], []), ([], [])]
)
def test_nothing_positive_is_a_differentiable_zero(
    labels: list[int], text_labels: list[int]
) -> None:
    features = unit(len(labels)).requires_grad_()
    loss = multi_positive_loss(
        features,
        unit(len(text_labels)),
        same(torch.tensor(labels, dtype=torch.long), torch.tensor(text_labels, dtype=torch.long)),
    )
    loss.backward()
    assert loss.detach() == 0
    assert torch.equal(features.grad, torch.zeros_like(features))


@pytest.mark.parametrize(
    ("features", "texts", "positives", "temperature", "message"),
    [
        ((2, 4), (3, 5), (2, 3), 0.1, "one width"),
        ((2, 4), (3,), (2, 3), 0.1, "one width"),
        ((2, 4), (3, 4), (3, 2), 0.1, r"positives \(2, 3\), got \(3, 2\)"),
        ((2, 4), (3, 4), (2, 3), 0.0, "temperature above 0"),
    ],
)
def test_shapes_that_do_not_fit_are_refused(
    features, texts, positives, temperature, message
) -> None:
    with pytest.raises(ValueError, match=message):
        multi_positive_loss(
            torch.zeros(features),
            torch.zeros(texts),
            torch.zeros(positives, dtype=torch.bool),
            temperature,
        )
