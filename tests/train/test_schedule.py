"""Optimisers and schedules against closed forms."""

import math

import pytest
from torch import nn
from torch.optim import SGD, AdamW

from gspmc.train.recipe import OptimiserRecipe, ScheduleRecipe
from gspmc.train.schedule import build_optimiser, build_schedule

LR = 0.06


def rates(recipe: ScheduleRecipe, epochs: int, steps: int) -> list[float]:
    """The learning rate of every step, and the one that would come after the last."""
    layer = nn.Linear(2, 2)
    optimiser = build_optimiser(layer, OptimiserRecipe(name="sgd", lr=LR))
    schedule = build_schedule(optimiser, recipe, LR, epochs, steps)
    found = []
    for _ in range(epochs * steps):
        found.append(optimiser.param_groups[0]["lr"])
        optimiser.step()
        schedule.step()
    return [*found, optimiser.param_groups[0]["lr"]]


@pytest.mark.parametrize("steps", [1, 3, 7])
def test_the_papers_steps(steps: int) -> None:
    """110 epochs: 5 of linear warm-up, a tenth from epoch 90 on and again from epoch 100 on."""
    found = rates(ScheduleRecipe(name="step", warmup=5 / 110), 110, steps)
    warmup = 5 * steps
    for step, rate in enumerate(found[:-1]):
        epoch = step // steps
        tenths = (epoch >= 90) + (epoch >= 100)
        expected = LR * min(1, (step + 1) / warmup) * 0.1**tenths
        assert rate == pytest.approx(expected, rel=1e-9), (step, epoch)
    assert found[warmup - 1] == pytest.approx(LR) and found[0] == pytest.approx(LR / warmup)


def test_milestones_are_shares_of_however_many_epochs() -> None:
    found = rates(ScheduleRecipe(name="step", warmup=0.0), 11, 2)
    drops = [step for step in range(1, 22) if found[step] < found[step - 1] * 0.5]
    assert drops == [9 * 2, 10 * 2]
    assert found[0] == LR  # without warm-up the first step has the full rate
    one = rates(ScheduleRecipe(name="step", warmup=0.0, milestones=(0.5,)), 4, 3)
    assert one[:12] == pytest.approx([LR] * 6 + [LR / 10] * 6)


@pytest.mark.parametrize(("epochs", "steps"), [(10, 10), (3, 2), (120, 7)])
def test_one_cycle_rises_and_falls_along_cosines(epochs: int, steps: int) -> None:
    total = epochs * steps
    found = rates(ScheduleRecipe(name="one_cycle", warmup=0.15), epochs, steps)
    start, end, top = LR / 25, LR / 25 / 1e4, 0.15 * (total + 1) - 1

    def cosine(first: float, last: float, share: float) -> float:
        return last + (first - last) / 2 * (1 + math.cos(math.pi * share))

    for step, rate in enumerate(found):
        if step <= top:
            expected = cosine(start, LR, step / top)
        else:
            expected = cosine(LR, end, (step - top) / (total - top))
        assert rate == pytest.approx(expected, rel=1e-6, abs=1e-12)
    assert found[-1] == pytest.approx(end)
    assert max(found) <= LR * (1 + 1e-9)


def test_vectors_do_not_decay_under_adamw() -> None:
    model = nn.Sequential(nn.Conv1d(2, 3, 3), nn.BatchNorm1d(3), nn.Linear(4, 2))
    optimiser = build_optimiser(model, OptimiserRecipe(lr=LR, weight_decay=0.05))
    assert isinstance(optimiser, AdamW)
    decay = {
        id(parameter): group["weight_decay"]
        for group in optimiser.param_groups
        for parameter in group["params"]
    }
    assert len(decay) == len(list(model.parameters()))
    for parameter in model.parameters():
        assert decay[id(parameter)] == (0.05 if parameter.ndim > 1 else 0.0)
    assert all(group["lr"] == LR for group in optimiser.param_groups)


def test_sgd_is_nesterovs_and_frozen_weights_are_left_out() -> None:
    model = nn.Linear(2, 2)
    model.bias.requires_grad_(False)
    optimiser = build_optimiser(model, OptimiserRecipe(name="sgd", lr=LR, weight_decay=5e-4))
    assert isinstance(optimiser, SGD)
    (group,) = optimiser.param_groups
    assert (group["nesterov"], group["momentum"], group["weight_decay"]) == (True, 0.9, 5e-4)
    assert [id(p) for p in group["params"]] == [id(model.weight)]
