"""What one training step runs on the clips, as one module to wrap and to compile."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from gspmc.models.output import ModelOutput
from gspmc.models.sign_model import SignModel


class Trainee(nn.Module):
    """A model with its projections in `forward`: DDP counts only what is used in there.

    Shapes:
        input (N, C, T, V); logits (N, K) and features of unit length, name -> (N, d), as
        :meth:`~gspmc.models.sign_model.SignModel.project` gives them.
    """

    def __init__(self, model: SignModel) -> None:
        super().__init__()
        self.model = model

    def forward(self, x: Tensor) -> tuple[Tensor, dict[str, Tensor]]:
        output: ModelOutput = self.model(x)
        # bf16 is for the encoder: the angles between features and texts are small differences.
        with torch.autocast(x.device.type, enabled=False):
            pooled = output.pooled.float()
            parts = {name: part.float() for name, part in output.parts.items()}
            features = self.model.project(ModelOutput(output.logits, pooled, parts))
        return output.logits, features
