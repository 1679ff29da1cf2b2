"""What one training step runs on the clips, as one module to wrap and to compile."""

from __future__ import annotations

from math import log
from typing import NamedTuple, cast

import torch
from torch import Tensor, nn

from gspmc.losses.mirrored import hands_as_described
from gspmc.losses.targets import PART_TERMS, TextTargets
from gspmc.models.output import ModelOutput
from gspmc.models.sign_model import SignModel
from gspmc.skeleton import PARTS
from gspmc.text.codes import Codes

WHOLE = "global"
MAX_LOG_SCALE = log(100)
"""CLIP's bound; the other one is 0, so that the temperature stays between 0.01 and 1."""


class Computed(NamedTuple):
    """What a step needs of n clips."""

    logits: Tensor
    """(n, K)."""
    features: dict[str, Tensor]
    """Of unit length, those that some text supervises: name -> (n, d)."""
    codes: dict[str, Tensor]
    """Field -> (n, values)."""
    shown: dict[str, Tensor]
    """Part -> bool (n,): the clip shows what the codes say of the part; empty without codes."""
    temperature: tuple[Tensor, ...]
    """One scalar, of the contrastive softmax, where it is learnt."""


class Trainee(nn.Module):
    """A model with all that it learns with, in `forward`, where DDP and the compiler look for it.

    A projection whose part no text speaks of is frozen: DDP waits for the gradients of all others.
    Each field of the codes has a linear head, on S_g or on the S_p of the part that it speaks of;
    the heads are no part of the model that is kept. A temperature that is given is the first one
    of those that are learnt: its logarithm is what moves, as in CLIP (arXiv 2103.00020).

    Shapes:
        input (n, C, T, V); visible bool (n, len(PARTS)); mirrored bool (n,).
    """

    def __init__(
        self,
        model: SignModel,
        targets: TextTargets | None,
        codes: Codes | None = None,
        temperature: float | None = None,
    ) -> None:
        super().__init__()
        self.model = model
        terms = targets.terms if targets is not None else {}
        self.supervised = {PART_TERMS.get(term, WHOLE) for term in terms}
        for name, projection in model.projections.items():
            projection.requires_grad_(name in self.supervised)
        self.fields = codes.fields if codes is not None else ()
        widths = {WHOLE: model.encoder.width, **cast(dict[str, int], model.encoder.part_widths)}
        self.heads = nn.ModuleList(
            nn.Linear(cast(int, widths[field.part or WHOLE]), len(field.values))
            for field in self.fields
        )
        self.log_scale: nn.Parameter | None = None
        if temperature is not None and terms:
            self.log_scale = nn.Parameter(torch.tensor(-log(temperature)))

    def extra_state(self) -> dict[str, Tensor]:
        """What is learnt besides the model, for a checkpoint."""
        return {
            name: value
            for name, value in self.state_dict().items()
            if not name.startswith("model.")
        }

    def load_extra_state(self, state: dict[str, Tensor]) -> None:
        own = {f"model.{name}": value for name, value in self.model.state_dict().items()}
        self.load_state_dict({**own, **state})

    def forward(self, x: Tensor, visible: Tensor, mirrored: Tensor) -> Computed:
        output: ModelOutput = self.model(x)
        # bf16 is for the encoder: the angles between features and texts are small differences.
        with torch.autocast(x.device.type, enabled=False):
            pooled = output.pooled.float()
            parts = {name: part.float() for name, part in output.parts.items()}
            features = self.model.project(ModelOutput(output.logits, pooled, parts))
            codes, shown = self._codes(pooled, parts, visible, mirrored)
        features = {name: features[name] for name in features if name in self.supervised}
        temperature: tuple[Tensor, ...] = ()
        if self.log_scale is not None:
            with torch.no_grad():  # a clamp with gradients would have none beyond the bounds
                self.log_scale.clamp_(0, MAX_LOG_SCALE)
            temperature = (self.log_scale.neg().exp(),)
        return Computed(output.logits, features, codes, shown, temperature)

    def _codes(
        self, pooled: Tensor, parts: dict[str, Tensor], visible: Tensor, mirrored: Tensor
    ) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
        if not self.fields:
            return {}, {}
        described, seen = hands_as_described(parts, visible, mirrored)
        described[WHOLE] = pooled
        codes = {
            field.name: head(described[field.part or WHOLE])
            for field, head in zip(self.fields, self.heads, strict=True)
        }
        return codes, {part: seen[:, PARTS.index(part)] for part in parts}
