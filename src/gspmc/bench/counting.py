"""Arithmetic and memory traffic of a computation, operation by operation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves
from torch.utils.flop_counter import FlopCounterMode

_ALLOCATIONS = {torch.ops.aten.empty, torch.ops.aten.new_empty, torch.ops.aten.empty_like}


class Work(NamedTuple):
    """What a computation asks of a machine."""

    flops: int
    """Additions and multiplications of matrix products and convolutions."""
    bytes: int
    """Operands read and results written by all operations, as if no cache kept anything."""


def count_work(call: Callable[[], Any]) -> Work:
    """Run `call` once and count."""
    with _Traffic() as traffic, FlopCounterMode(display=False) as counter:
        call()
    return Work(counter.get_total_flops(), traffic.bytes)


class _Traffic(TorchDispatchMode):
    """Sums the sizes of the tensors that each operation takes and gives; views are free."""

    def __init__(self) -> None:
        super().__init__()
        self.bytes = 0

    def __torch_dispatch__(
        self, func: Any, types: Any, args: Any = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        kwargs = kwargs or {}
        result = func(*args, **kwargs)
        if not func.is_view and func.overloadpacket not in _ALLOCATIONS:
            read = {name: value for name, value in kwargs.items() if name != "out"}
            tensors = tree_leaves((args, read, result))
            self.bytes += sum(t.nbytes for t in tensors if isinstance(t, Tensor))
        return result
