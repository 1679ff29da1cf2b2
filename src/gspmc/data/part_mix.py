"""One hand of a clip taken from another clip of the same class: new clips of few."""

from __future__ import annotations

import torch
from torch import Tensor

from gspmc.pose import MIN_CONFIDENCE
from gspmc.skeleton import Layout

HANDS = ("left_hand", "right_hand")


class Classmates:
    """The clips of every class.

    Args:
        labels: (M,) class index of every clip.
    """

    def __init__(self, labels: Tensor) -> None:
        self.order = labels.argsort(stable=True)  # (M,) clips class by class
        _, of_clip, counts = labels.unique(return_inverse=True, return_counts=True)
        firsts = counts.cumsum(0) - counts
        place = torch.empty_like(self.order)
        place[self.order] = torch.arange(len(labels))
        self.first, self.count = firsts[of_clip], counts[of_clip]  # (M,) each
        self.place = place - self.first
        """(M,) where among the clips of its class each is."""

    def draw(self, rows: Tensor, generator: torch.Generator) -> Tensor:
        """(N,) another clip of each one's class, uniformly; itself where there is no other."""
        others = self.count[rows] - 1
        step = 1 + (torch.rand(len(rows), generator=generator) * others).long()
        step = step.minimum(others)  # a draw may be rounded up
        return self.order[self.first[rows] + (self.place[rows] + step) % self.count[rows]]


def mix_hands(
    x: Tensor,
    others: Tensor,
    has_other: Tensor,
    layout: Layout,
    share: float,
    generator: torch.Generator,
) -> Tensor:
    """In a share of the clips one hand, either alike, becomes that of the other clip.

    The hand comes with its place and its way through the whole clip. Where the other clip never
    shows it, all stays as it is.

    Args:
        x: (N, C, T, V), coordinates then confidence.
        others: the same shape, at the same shares of their clips' time.
        has_other: bool (N,), on the CPU.

    Returns:
        A new tensor of the same shape.
    """
    chosen = has_other & (torch.rand(len(x), generator=generator) < share)
    right = torch.rand(len(x), generator=generator) < 0.5
    taken = torch.zeros(len(x), x.shape[-1], dtype=torch.bool, device=x.device)  # (N, V)
    for hand, is_side in zip(HANDS, (~right, right), strict=True):
        joints = list(layout.parts.get(hand, ()))
        shown = (others[:, -1, :, joints] >= MIN_CONFIDENCE).flatten(1).any(dim=1)  # (N,)
        taken[:, joints] = ((chosen & is_side).to(x.device) & shown)[:, None]
    return torch.where(taken[:, None, None, :], others, x)
