"""Models on a GPU without starting their kernels one by one.

Starting them is what the time of single clips and of small batches goes into. A CUDA graph is a
record of kernels that are started at once: https://docs.pytorch.org/docs/stable/notes/cuda.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

_WARM_UPS = 3
"""Calls before the record is made: algorithms are chosen and buffers allocated in them."""


class Recorded:
    """A call on clips of one shape: the same result for others of the shape, without gradients.

    Args:
        call: computes on the GPU alone and waits for nothing.
        clips: on a GPU; any clips of the shape.
    """

    def __init__(self, call: Callable[[Tensor], Tensor], clips: Tensor) -> None:
        self._call = call  # whose weights the record reads, wherever they are by then
        self._clips = clips.clone()
        self._graph = torch.cuda.CUDAGraph()
        stream = torch.cuda.Stream(clips.device)
        stream.wait_stream(torch.cuda.current_stream(clips.device))
        with torch.no_grad(), torch.cuda.device(clips.device):
            with torch.cuda.stream(stream):
                for _ in range(_WARM_UPS):
                    call(self._clips)
            torch.cuda.current_stream().wait_stream(stream)
            with torch.cuda.graph(self._graph):
                self._result = call(self._clips)

    def __call__(self, x: Tensor) -> Tensor:
        """A new tensor for every x, which may be on any device."""
        self._clips.copy_(x)
        self._graph.replay()
        return self._result.clone()


def record_training(module: nn.Module, clips: Tensor, half: bool) -> None:
    """Let a module's forward and backward pass in training mode be records from here on.

    Its weights and running statistics are what they were; the GPU's random numbers have moved on.
    One backward pass overwrites the gradients of the one before: take them to the optimiser in
    between. The records last as long as `module.forward`, an attribute from here on.

    Args:
        module: on a GPU, in training mode; takes clips and gives tensors alone. What it decides in
            Python is decided once.
        clips: on the GPU, of the shape and type that all later ones have.
        half: compute in bf16 what autocast does.

    Raises:
        RuntimeError, AssertionError: it cannot be recorded; the GPU may be of no more use then.
    """
    forward = module.forward

    def cast(x: Tensor) -> Any:
        # Around the forward pass alone, as usual; a cache of cast weights would not be recorded.
        with torch.autocast("cuda", torch.bfloat16, enabled=half, cache_enabled=False):
            return forward(x)

    buffers = [(buffer, buffer.clone()) for buffer in module.buffers()]
    module.forward = cast
    torch.cuda.make_graphed_callables(module, (clips,), allow_unused_input=True)
    with torch.no_grad():
        for buffer, before in buffers:
            buffer.copy_(before)
