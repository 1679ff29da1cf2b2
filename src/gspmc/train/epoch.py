"""One pass over the training clips: what a step computes, and how the weights follow."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from lightning.fabric import Fabric
from torch import Tensor
from torch.utils.data import DataLoader

from gspmc.data.windows import Batch
from gspmc.losses.codes import code_loss
from gspmc.losses.mirrored import hands_as_described
from gspmc.losses.objective import gsp_objective
from gspmc.losses.targets import TextTargets
from gspmc.text.codes import UNKNOWN, Codes
from gspmc.train.processes import gather_batch
from gspmc.train.recipe import Recipe


@dataclass(frozen=True)
class Objective:
    """The losses of a recipe for the clips of one step, those of all processes together."""

    fabric: Fabric
    recipe: Recipe
    trainee: Any
    """Wrapped by Fabric."""
    targets: TextTargets | None
    codes: Codes | None
    """Both on the device."""
    generator: torch.Generator | None
    """Source of the synonym draws."""

    def __call__(
        self, x: Tensor, labels: Tensor, visible: Tensor, mirrored: Tensor
    ) -> dict[str, Tensor]:
        """Scalars by name; "total" is to be differentiated. Each has n rows, of one process."""
        text = self.recipe.text
        own = self.trainee(x, visible, mirrored)
        features, visible = hands_as_described(own.features, visible, mirrored)
        computed = {
            "logits": own.logits,
            **_named("features", features),
            **_named("codes", own.codes),
        }
        given = {
            "labels": labels,
            "visible": visible,
            **_named("codes", self._known_codes(labels, own.shown)),
        }
        computed, given = gather_batch(self.fabric, computed, given)
        losses = gsp_objective(
            computed["logits"],
            given["labels"],
            _group("features", computed),
            self.targets,
            visible=given["visible"],
            alpha=text.alpha,
            temperature=own.temperature[0] if own.temperature else text.temperature,
            label_smoothing=self.recipe.label_smoothing,
            negatives=text.negatives,
            generator=self.generator,
        )
        if self.codes is not None:
            losses["codes"] = code_loss(_group("codes", computed), _group("codes", given))
            losses["total"] = losses["total"] + self.recipe.codes.weight * losses["codes"]
        if own.temperature:
            losses["temperature"] = own.temperature[0]
        return losses

    def _known_codes(self, labels: Tensor, shown: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Field -> (n,) values of the clips that show what the field speaks of."""
        if self.codes is None:
            return {}
        known = self.codes.table[labels]  # (n, F)
        return {
            field.name: known[:, column]
            if field.part is None
            else known[:, column].where(shown[field.part], UNKNOWN)
            for column, field in enumerate(self.codes.fields)
        }


def run_epoch(
    objective: Objective,
    optimiser: Any,
    schedule: Any,
    loader: DataLoader[Batch],
    after_step: Callable[[], None],
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
        after_step()
    return {name: float(value) / len(loader) for name, value in sums.items()}


def _named(group: str, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    return {f"{group}:{name}": tensor for name, tensor in tensors.items()}


def _group(group: str, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    start = f"{group}:"
    return {name[len(start) :]: each for name, each in tensors.items() if name.startswith(start)}
