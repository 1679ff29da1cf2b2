"""One pass over the training clips: what a step computes, and how the weights follow."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import torch
from lightning.fabric import Fabric
from torch import Tensor
from torch.utils.data import DataLoader

from gspmc.data.windows import Batch
from gspmc.losses.mirrored import hands_as_described
from gspmc.losses.objective import gsp_objective
from gspmc.losses.targets import TextTargets
from gspmc.train.processes import gather_batch
from gspmc.train.recipe import Recipe

_LOGITS = "logits"
"""Their name beside those of the features."""


@dataclass(frozen=True)
class Objective:
    """The losses of a recipe for the clips of one step, those of all processes together."""

    fabric: Fabric
    recipe: Recipe
    trainee: Any
    """Wrapped by Fabric."""
    targets: TextTargets | None
    """On the device."""
    generator: torch.Generator | None
    """Source of the synonym draws."""

    def __call__(
        self, x: Tensor, labels: Tensor, visible: Tensor, mirrored: Tensor
    ) -> dict[str, Tensor]:
        """Scalars by name; "total" is to be differentiated. Each has n rows, of one process."""
        text = self.recipe.text
        logits, features = self.trainee(x)
        features, visible = hands_as_described(features, visible, mirrored)
        computed, given = gather_batch(
            self.fabric, {_LOGITS: logits, **features}, {"labels": labels, "visible": visible}
        )
        logits = computed.pop(_LOGITS)
        return gsp_objective(
            logits,
            given["labels"],
            computed,
            self.targets,
            visible=given["visible"],
            alpha=text.alpha,
            temperature=text.temperature,
            label_smoothing=self.recipe.label_smoothing,
            negatives=text.negatives,
            generator=self.generator,
        )


def run_epoch(
    objective: Objective, optimiser: Any, schedule: Any, loader: DataLoader[Batch]
) -> dict[str, float]:
    """One pass over the training clips; the mean of every term."""
    fabric, recipe, trainee = objective.fabric, objective.recipe, objective.trainee
    trainee.train()
    sums: dict[str, Tensor] = defaultdict(lambda: torch.zeros((), device=fabric.device))
    for batch in loader:
        optimiser.zero_grad(set_to_none=True)
        columns = (batch.x, batch.labels, batch.visible, batch.mirrored)
        tensors = [each.to(fabric.device, non_blocking=True) for each in columns]
        parts = zip(*(each.chunk(recipe.accumulate) for each in tensors), strict=True)
        for number, part in enumerate(parts, start=1):
            with fabric.no_backward_sync(trainee, enabled=number < recipe.accumulate):
                losses = objective(*part)
                fabric.backward(losses["total"] / recipe.accumulate)
            for name, value in losses.items():
                sums[name] += value.detach() / recipe.accumulate
        if recipe.optimiser.clip_norm is not None:
            fabric.clip_gradients(
                trainee,
                optimiser,
                max_norm=recipe.optimiser.clip_norm,
                error_if_nonfinite=False,  # the epoch's loss tells it, in words
            )
        optimiser.step()
        schedule.step()
    return {name: float(value) / len(loader) for name, value in sums.items()}
