"""Codes as targets, against sums in plain numbers."""

import math

import pytest
import torch

from gspmc.losses import code_loss


def literal(logits: dict, truth: dict) -> float:
    means = []
    for name, rows in logits.items():
        losses = [
            math.log(sum(math.exp(value) for value in row)) - row[right]
            for row, right in zip(rows.tolist(), truth[name].tolist(), strict=True)
            if right >= 0
        ]
        if losses:
            means.append(sum(losses) / len(losses))
    return sum(means) / len(means) if means else 0.0


@pytest.mark.parametrize("known", [0, 1, 2, 3])
def test_the_mean_over_fields_of_the_mean_over_clips(known: int) -> None:
    generator = torch.Generator().manual_seed(known)
    sizes = {"Movement": 3, "right_hand/Handshape": 5, "left_hand/Handshape": 2}
    logits = {n: torch.randn(6, size, generator=generator) for n, size in sizes.items()}
    truth = {n: torch.randint(-1, size, (6,), generator=generator) for n, size in sizes.items()}
    for name in [*sizes][known:]:
        truth[name][:] = -1
    assert float(code_loss(logits, truth)) == pytest.approx(literal(logits, truth), rel=1e-5)


def test_nothing_known_is_zero_with_zero_gradients() -> None:
    values = torch.randn(3, 4, requires_grad=True)
    loss = code_loss({"a": values}, {"a": torch.tensor([-1, -1, -1])})
    loss.backward()
    assert loss == 0 and values.grad is not None and not values.grad.any()


def test_half_precision_is_computed_in_full() -> None:
    values = torch.randn(3, 4).bfloat16()
    assert code_loss({"a": values}, {"a": torch.tensor([0, 1, -1])}).dtype == torch.float32
