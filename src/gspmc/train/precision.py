"""In which numbers to compute: bf16 where it pays."""

from __future__ import annotations

import time
from functools import cache
from typing import Any, Literal

import torch
from lightning.fabric.plugins import MixedPrecision

Chosen = Literal["bf16-mixed", "32-true"]

_SIDE = 512
"""Of the matrices whose products are timed: a few milliseconds each."""
_TIMES = 10


class HalfPrecision(MixedPrecision):
    """bf16 where autocast takes it, and nowhere else.

    Fabric's own rounds what goes into a model too. Coordinates would move by as much as a hand does
    from one frame to the next.
    """

    def convert_input(self, data: Any) -> Any:
        return data


def multiplies_bf16(device: torch.device) -> bool:
    """Whether there are instructions for it."""
    if device.type == "cuda":
        return torch.cuda.is_bf16_supported(including_emulation=False)
    return torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()


@cache
def best_precision(device: torch.device) -> Chosen:
    """The faster one; on a CPU by trial, since some have the instructions and are slow at them."""
    if not multiplies_bf16(device):
        return "32-true"
    if device.type == "cuda":
        return "bf16-mixed"
    half, single = (_seconds_of_a_product(dtype) for dtype in (torch.bfloat16, torch.float32))
    return "bf16-mixed" if half < single else "32-true"


def _seconds_of_a_product(dtype: torch.dtype) -> float:
    """The least of some: what else the machine does only adds to it."""
    matrix = torch.ones(_SIDE, _SIDE, dtype=dtype)
    taken = []
    for _ in range(_TIMES):
        began = time.perf_counter()
        torch.mm(matrix, matrix)
        taken.append(time.perf_counter() - began)
    return min(taken)
