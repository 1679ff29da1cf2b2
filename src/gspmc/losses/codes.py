"""The codes of an expert as auxiliary targets."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor
from torch.nn import functional as F

from gspmc.losses.multipositive import full_precision


def code_loss(logits: Mapping[str, Tensor], truth: Mapping[str, Tensor]) -> Tensor:
    """Mean of the cross-entropies of all fields that some clip has a code in.

    Signs that share a value are pulled together in that field, where a loss that knows labels alone
    pushes them apart.

    Args:
        logits: field -> (N, values).
        truth: field -> (N,) index of the value, −1 where nothing is known: that clip is left out
            of that field's mean.

    Returns:
        A scalar; zero, with zero gradients, where nothing is known.
    """
    losses, present = [], []
    for name, values in logits.items():
        known = truth[name] >= 0
        total = F.cross_entropy(
            full_precision(values), truth[name], ignore_index=-1, reduction="sum"
        )
        losses.append(total / known.sum().clamp(min=1))
        present.append(known.any())
    return torch.stack(losses).sum() / torch.stack(present).sum().clamp(min=1)
