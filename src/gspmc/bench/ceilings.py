"""What the machine can do at best: a large matrix product and a large copy."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import torch

from gspmc.bench.timing import alternate

_SIDES = {"cpu": 2048, "cuda": 8192}
"""Of the matrices: large enough that starting the product takes no time beside it."""
_COPIED_BYTES = 256 << 20


def ceilings(device: torch.device, dtypes: list[torch.dtype], rounds: int) -> dict[str, float]:
    """Best of `rounds`: FLOP/s of a matrix product by dtype, bytes/s read or written by a copy."""
    side = _SIDES[device.type]
    source = torch.ones(_COPIED_BYTES, dtype=torch.uint8, device=device)
    target = torch.empty_like(source)
    ways: dict[str, Callable[[], Any]] = {"copy_bytes_per_second": partial(target.copy_, source)}
    for dtype in dtypes:
        matrix = torch.ones(side, side, dtype=dtype, device=device)
        name = f"matmul_{str(dtype).removeprefix('torch.')}_flops_per_second"
        ways[name] = partial(torch.mm, matrix, matrix)
    work = {name: 2 * side**3 for name in ways} | {"copy_bytes_per_second": 2 * _COPIED_BYTES}
    seconds = alternate(ways, rounds)
    return {name: work[name] / min(taken) for name, taken in seconds.items()}
