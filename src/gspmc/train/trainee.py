"""What one training step runs on the clips, as one module to wrap, to record and to compile."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn

from gspmc.losses.targets import PART_TERMS, TextTargets
from gspmc.models.output import ModelOutput
from gspmc.models.sign_model import SignModel


class Computed(NamedTuple):
    """What a step needs of n clips."""

    logits: Tensor
    """(n, K)."""
    features: dict[str, Tensor]
    """Of unit length, those that some text supervises: name -> (n, d)."""


class Trainee(nn.Module):
    """A model with its projections, in `forward`, where DDP and the compiler look for them.

    A projection whose part no text speaks of is frozen: DDP waits for the gradients of all others.

    Shapes:
        input (n, C, T, V).
    """

    def __init__(self, model: SignModel, targets: TextTargets | None) -> None:
        super().__init__()
        self.model = model
        terms = targets.terms if targets is not None else {}
        self.supervised = {PART_TERMS.get(term, "global") for term in terms}
        for name, projection in model.projections.items():
            projection.requires_grad_(name in self.supervised)

    def forward(self, x: Tensor) -> Computed:
        output: ModelOutput = self.model(x)
        # bf16 is for the encoder: the angles between features and texts are small differences.
        with torch.autocast(x.device.type, enabled=False):
            pooled = output.pooled.float()
            parts = {name: part.float() for name, part in output.parts.items()}
            features = self.model.project(ModelOutput(output.logits, pooled, parts))
        features = {name: features[name] for name in features if name in self.supervised}
        return Computed(output.logits, features)
