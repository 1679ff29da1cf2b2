"""What :mod:`gspmc.models.topology_chunks` does between its matrix products.

In plain PyTorch, or by the kernels of :mod:`gspmc.models.topology_kernels` on a GPU where Triton
works: it comes with PyTorch for GPUs, and needs a C compiler. The log says which. What is written
to must be contiguous; the rest may have any strides.
"""

from __future__ import annotations

import logging
from functools import cache
from types import ModuleType

import torch
from torch import Tensor

from gspmc.errors import first_line

_LOG = logging.getLogger(__name__)


def fill_relations(relations: Tensor, theta: Tensor, phi: Tensor, adjacency: Tensor) -> None:
    """Write tanh(theta[u] − phi[v]) at [v, u], then the adjacency of u and v, then ones, then
    zeros; zeros wherever u or v is no joint. Computed at least in float32.

    Args:
        relations: (n, K, Q, P, P) with Q >= R + 2 and P >= V, overwritten.
        theta, phi: (n, K, R, V).
        adjacency: (K, V, V).
    """
    if kernels := _kernels_for(relations):
        kernels.fill_relations(relations, theta, phi, adjacency)
        return
    R, V = theta.shape[2:]
    at_least_single = torch.promote_types(theta.dtype, torch.float32)
    theta, phi = theta.to(at_least_single), phi.to(at_least_single)
    relations.zero_()
    joints = relations[..., :V, :V]
    joints[:, :, :R] = (theta[..., None, :] - phi[..., :, None]).tanh_()
    joints[:, :, R] = adjacency.mT
    joints[:, :, R + 1] = 1


def relation_gradients(
    relations: Tensor, grad: Tensor, R: int, V: int, dtype: torch.dtype
) -> tuple[Tensor, Tensor]:
    """Gradients of theta and phi, (n, K, R, V) in `dtype`, from those of the filled relations."""
    if kernels := _kernels_for(relations):
        return kernels.relation_gradients(relations, grad, R, V, dtype)
    at_least_single = torch.promote_types(relations.dtype, torch.float32)
    tanh = relations[:, :, :R, :V, :V].to(at_least_single)
    slope = (1 - tanh.square()) * grad[:, :, :R, :V, :V]
    return slope.sum(3).to(dtype), slope.sum(4).neg_().to(dtype)


def joints_last(pixels: Tensor, rows: int, P: int, S: int) -> Tensor:
    """(n, T, V, C) as (n, rows, P, S), joints before frames: the channels, then, if there are more
    rows, a row of ones, then zeros; zeros wherever there is no joint or frame."""
    if kernels := _kernels_for(pixels):
        return kernels.joints_last(pixels, rows, P, S)
    n, T, V, C = pixels.shape
    out = pixels.new_zeros(n, rows, P, S)
    out[:, :C, :V, :T] = pixels.permute(0, 3, 2, 1)
    out[:, C : C + 1, :V, :T] = 1
    return out


def channels_last(maps: Tensor, out: Tensor) -> None:
    """Write (n, C, P, S), joints before frames, into (n, T, V, C) with T <= S and V <= P."""
    if kernels := _kernels_for(maps):
        kernels.channels_last(maps, out)
        return
    _, T, V, _ = out.shape
    out.copy_(maps[:, :, :V, :T].permute(0, 3, 2, 1))


def _kernels_for(tensor: Tensor) -> ModuleType | None:
    if not tensor.is_cuda or tensor.dtype == torch.float64:  # the kernels compute in float32
        return None
    return _kernels(tensor.device)


@cache
def _kernels(device: torch.device) -> ModuleType | None:
    try:
        from gspmc.models import topology_kernels

        topology_kernels.joints_last(torch.zeros(1, 1, 1, 1, device=device), 1, 1, 1)
    except Exception as error:  # whatever keeps Triton from working: no compiler, an unknown GPU
        _LOG.warning("graph convolution in plain PyTorch, slower: no Triton: %s", first_line(error))
        return None
    _LOG.info("graph convolution with Triton kernels")
    return topology_kernels
