"""Optimiser and learning-rate schedule out of a recipe."""

from torch import nn
from torch.optim import SGD, AdamW, Optimizer
from torch.optim.lr_scheduler import LambdaLR, LRScheduler, OneCycleLR

from gspmc.train.recipe import OptimiserRecipe, ScheduleRecipe


def build_optimiser(model: nn.Module, recipe: OptimiserRecipe) -> Optimizer:
    """SGD as in the paper, or AdamW without decay on vectors; fused, a step being one operation."""
    parameters = [p for p in model.parameters() if p.requires_grad]
    if recipe.name == "sgd":
        return SGD(
            parameters,
            lr=recipe.lr,
            momentum=recipe.momentum,
            nesterov=True,
            weight_decay=recipe.weight_decay,
            fused=True,
        )
    return AdamW(
        [
            {
                "params": [p for p in parameters if p.ndim > 1],
                "weight_decay": recipe.weight_decay,
            },
            {"params": [p for p in parameters if p.ndim <= 1], "weight_decay": 0.0},
        ],
        lr=recipe.lr,
        fused=True,
    )


def build_schedule(
    optimiser: Optimizer, recipe: ScheduleRecipe, lr: float, epochs: int, steps_per_epoch: int
) -> LRScheduler:
    """A schedule to be advanced after every step."""
    total = epochs * steps_per_epoch
    if recipe.name == "one_cycle":
        return OneCycleLR(optimiser, lr, total_steps=total + 1, pct_start=recipe.warmup)
    warmup = round(recipe.warmup * total)
    milestones = [round(share * epochs) * steps_per_epoch for share in recipe.milestones]

    def factor(step: int) -> float:
        rise = min(1.0, (step + 1) / max(warmup, 1))
        return rise * 0.1 ** sum(step >= milestone for milestone in milestones)

    return LambdaLR(optimiser, factor)
