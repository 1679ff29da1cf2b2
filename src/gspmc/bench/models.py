"""Encoders, the literal one among them, as things to time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from gspmc.bench.ctrgcn_reference import ReferenceCTRGCN
from gspmc.models import SignModel, build_encoder
from gspmc.models.cuda_graph import Recorded, record_training
from gspmc.models.folding import fold_batch_norms
from gspmc.models.output import EncoderOutput
from gspmc.skeleton import get_layout

REFERENCE = "literal ctrgcn"
_CLASSES = 500


@dataclass(frozen=True)
class Case:
    """A model on clips of one shape."""

    encoder: str
    """A registered name, or `REFERENCE`."""
    precision: str
    """`float32` or `bfloat16` (autocast)."""
    layout: str
    frames: int
    batch: int
    device: str = "cpu"
    graph: bool = False
    """By CUDA graphs."""

    @property
    def name(self) -> str:
        return f"{self.encoder} {self.precision}{' CUDA graph' * self.graph}"

    def model(self) -> SignModel:
        layout = get_layout(self.layout)
        channels = len(layout.channels)
        torch.manual_seed(0)
        encoder = (
            _LiteralEncoder(layout.name, channels)
            if self.encoder == REFERENCE
            else build_encoder(self.encoder, layout, channels)
        )
        model = SignModel(encoder, _CLASSES, None)
        for name, parameter in model.named_parameters():
            if name.endswith(".alpha"):  # as after some training: from zero on, nothing is refined
                nn.init.constant_(parameter, 0.3)
        return model.to(self.device)

    def clips(self) -> Tensor:
        layout = get_layout(self.layout)
        shape = (self.batch, len(layout.channels), self.frames, layout.num_joints)
        return torch.randn(shape, generator=torch.Generator().manual_seed(0)).to(self.device)

    def autocast(self) -> torch.autocast:
        enabled = self.precision == "bfloat16"
        return torch.autocast(self.device, dtype=torch.bfloat16, enabled=enabled)


class _LiteralEncoder(nn.Module):
    """The reference with the interface of an encoder."""

    def __init__(self, layout: str, channels: int) -> None:
        super().__init__()
        self.width = 256
        self.part_widths: dict[str, int] = {}
        self.encoder = ReferenceCTRGCN(get_layout(layout), channels, 64)

    def forward(self, x: Tensor) -> EncoderOutput:
        return EncoderOutput(self.encoder(x).mean(dim=2), {})


def training_step(case: Case) -> Callable[[], Tensor]:
    """Forward pass, cross-entropy, backward pass and the paper's optimiser, on the same clips."""
    model = case.model().train()
    clips = case.clips()
    labels = torch.arange(case.batch, device=case.device) % _CLASSES
    if case.graph:
        record_training(model, clips, case.precision == "bfloat16")
    optimiser = torch.optim.SGD(
        model.parameters(), lr=1e-3, momentum=0.9, nesterov=True, fused=True
    )

    def step() -> Tensor:
        with case.autocast():
            logits = model(clips).logits
        loss = F.cross_entropy(logits.float(), labels)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
        return loss.detach()

    return step


def inference(case: Case) -> Callable[[], Tensor]:
    """Logits of the same clips, with batch normalisations folded as recognition has them."""
    model, clips = case.model().eval(), case.clips()
    if case.encoder != REFERENCE:
        model = fold_batch_norms(model)

    def logits(x: Tensor) -> Tensor:
        with case.autocast():  # a record needs it inside
            return model(x).logits

    return partial(Recorded(logits, clips) if case.graph else torch.inference_mode()(logits), clips)
