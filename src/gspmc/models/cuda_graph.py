"""Clips of one shape through a model on a GPU without starting its kernels one by one.

Starting them is what the time of a single clip goes into. A CUDA graph is a record of all of them,
started at once: https://docs.pytorch.org/docs/stable/notes/cuda.html#cuda-graphs
"""

from collections.abc import Callable

import torch
from torch import Tensor

_WARM_UPS = 3
"""Calls before the record is made: kernels are compiled and algorithms chosen in them."""


def record(call: Callable[[Tensor], Tensor], clips: Tensor) -> Callable[[Tensor], Tensor]:
    """`call`, recorded on the clips given: the same for others of their shape.

    Args:
        call: computes on the GPU alone and waits for nothing; no gradients are recorded.
        clips: on a GPU; any clips of the shape.

    Returns:
        Takes clips on any device; every call gives a new tensor.
    """
    held = clips.clone()
    stream = torch.cuda.Stream(clips.device)
    stream.wait_stream(torch.cuda.current_stream(clips.device))
    graph = torch.cuda.CUDAGraph()
    with torch.no_grad(), torch.cuda.device(clips.device):
        with torch.cuda.stream(stream):
            for _ in range(_WARM_UPS):
                call(held)
        torch.cuda.current_stream().wait_stream(stream)
        with torch.cuda.graph(graph):
            result = call(held)

    def replay(x: Tensor) -> Tensor:
        held.copy_(x)
        graph.replay()
        return result.clone()

    return replay
