"""The refined graph convolution of CTR-GCN, clip by clip and without keeping its topologies.

Paper: *Channel-wise Topology Refinement Graph Convolution for Skeleton-Based Action Recognition*,
https://arxiv.org/abs/2107.12213, equations 1 to 5.

The topologies of a batch hold K·C'·V² numbers a clip, several times as many as its features, and
almost all the time of a literal implementation goes into moving them. Here those of one clip are
computed into one buffer, used while they are in the cache, and computed again in the backward pass,
as are the relations that they come from. GPUs take some clips at a time
(:mod:`gspmc.models.topology_chunks`); for compilers and export it is a few large operations.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable
from torch.nn import functional as F
from torch.nn.grad import conv2d_input, conv2d_weight

from gspmc.models.topology_chunks import ChunkedGraphConvolution


def refined_graph_convolution(
    x: Tensor, weight: Tensor, bias: Tensor, theta: Tensor, phi: Tensor,
    mixing: Tensor, offset: Tensor, adjacency: Tensor,
) -> Tensor:  # fmt: skip
    """``sum_k sum_v topology_k[c, u, v] * psi_k[c, t, v]`` over K subsets of the graph, with
    ``psi = weight @ x + bias`` (the k-th third of its channels belongs to subset k) and
    ``topology_k = adjacency_k + mixing_k @ tanh(theta_k[u] - phi_k[v]) + offset_k``.

    Computed in x's dtype, or in autocast's; sums over clips at least in float32.

    Args:
        x: (N, C, T, V), fastest with channels last in memory.
        weight: (K·C', C, 1, 1); bias: (K·C',).
        theta: (N, K, R, V); phi: (N, K, R, V).
        mixing: (K, C', R); offset: (K, C'); adjacency: (K, V, V).

    Returns:
        (N, C', T, V), channels last.
    """
    device = x.device.type
    dtype = torch.get_autocast_dtype(device) if torch.is_autocast_enabled(device) else x.dtype
    # The adjacency and the offset ride along as two more relations, of weight 1 and `offset`.
    weights = torch.cat([mixing, torch.stack([torch.ones_like(offset), offset], -1)], -1)
    tensors = [tensor.to(dtype) for tensor in (x, weight, bias, theta, phi, weights, adjacency)]
    if torch.compiler.is_compiling():
        return _all_clips_at_once(*tensors)
    if device == "cpu":
        return _RefinedGraphConvolution.apply(*tensors)
    return ChunkedGraphConvolution.apply(*tensors)


def _all_clips_at_once(
    x: Tensor, weight: Tensor, bias: Tensor, theta: Tensor, phi: Tensor,
    weights: Tensor, adjacency: Tensor,
) -> Tensor:  # fmt: skip
    """The same in a few large operations: for compilers and for export."""
    K, channels, _ = weights.shape
    V = x.shape[-1]
    psi = F.conv2d(x, weight, bias).unflatten(1, (K, channels))  # (N, K, C', T, V)
    relations = torch.tanh(theta[..., :, None] - phi[..., None, :])  # (N, K, R, V, V)
    mixed = weights[..., :-2] @ relations.flatten(3)  # (N, K, C', V·V)
    topology = adjacency[:, None] + weights[..., -1][..., None, None] + mixed.unflatten(3, (V, V))
    out = (psi @ topology.mT).sum(dim=1)  # (N, C', T, V)
    return out.contiguous(memory_format=torch.channels_last)


class _RefinedGraphConvolution(torch.autograd.Function):
    """The same with `weights` (K, C', R + 2) for mixing, one and offset; all of one dtype."""

    @staticmethod
    @torch.autocast("cpu", enabled=False)
    def forward(
        ctx: Any, x: Tensor, weight: Tensor, bias: Tensor, theta: Tensor, phi: Tensor,
        weights: Tensor, adjacency: Tensor,
    ) -> Tensor:  # fmt: skip
        ctx.save_for_backward(x, weight, bias, theta, phi, weights, adjacency)
        N, _, T, V = x.shape
        K, channels, _ = weights.shape
        psi = F.conv2d(x, weight, bias)  # (N, K·C', T, V)
        relations = _relations_buffer(theta, adjacency)
        topology = psi.new_empty(channels, V, V)
        values, y = psi.new_empty(K, channels, T, V), psi.new_empty(channels, T, V)
        out = psi.new_empty(N, T, V, channels)
        for n in range(N):
            _fill_relations(relations, theta[n], phi[n])
            _joints_last(psi[n], out=values)
            for k in range(K):
                torch.mm(weights[k], relations[k], out=topology.view(channels, V * V))
                torch.baddbmm(y, values[k], topology.mT, beta=int(k > 0), out=y)
            out[n] = y.permute(1, 2, 0)
        return out.permute(0, 3, 1, 2)  # (N, C', T, V)

    @staticmethod
    @once_differentiable
    @torch.autocast("cpu", enabled=False)  # which forgets the signature of what it decorates
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor, ...]:  # type: ignore[override]
        x, weight, bias, theta, phi, weights, adjacency = ctx.saved_tensors
        N, _, T, V = x.shape
        K, channels, _ = weights.shape
        R = theta.shape[2]
        psi = F.conv2d(x, weight, bias)  # (N, K·C', T, V)
        at_least_single = torch.promote_types(psi.dtype, torch.float32)
        relations = _relations_buffer(theta, adjacency)
        topology = psi.new_empty(channels, V, V)
        values, grad_values = (psi.new_empty(K, channels, T, V) for _ in range(2))
        grad_y, grad_topology = psi.new_empty(channels, T, V), torch.empty_like(topology)
        grad_relations = torch.empty_like(relations)
        grad_psi = psi.new_empty(N, T, V, K * channels)
        grad_theta, grad_phi = torch.empty_like(theta), torch.empty_like(phi)
        grad_weights = torch.zeros_like(weights, dtype=at_least_single)
        grad_adjacency = torch.zeros_like(adjacency, dtype=at_least_single)
        for n in range(N):
            _fill_relations(relations, theta[n], phi[n])
            _joints_last(psi[n], out=values)
            grad_y.copy_(grad[n])
            for k in range(K):
                torch.mm(weights[k], relations[k], out=topology.view(channels, V * V))
                torch.bmm(grad_y, topology, out=grad_values[k])
                torch.bmm(grad_y.mT, values[k], out=grad_topology)
                flat = grad_topology.view(channels, V * V)
                grad_weights[k] += flat @ relations[k].T
                torch.mm(weights[k].T, flat, out=grad_relations[k])
            grad_adjacency += grad_relations[:, R].view(K, V, V)
            slope = grad_relations[:, :R] * (1 - relations[:, :R].square())
            slope = slope.view(K, R, V, V)
            grad_theta[n] = slope.sum(3)
            grad_phi[n] = slope.sum(2).neg_()
            grad_psi[n].unflatten(2, (K, channels)).copy_(grad_values.permute(2, 3, 0, 1))
        grad_psi = grad_psi.permute(0, 3, 1, 2)  # (N, K·C', T, V)
        return (
            conv2d_input(list(x.shape), weight, grad_psi),
            conv2d_weight(x, list(weight.shape), grad_psi),
            grad_psi.sum(dim=(0, 2, 3)),
            grad_theta,
            grad_phi,
            grad_weights.to(psi.dtype),
            grad_adjacency.to(psi.dtype),
        )


def _relations_buffer(theta: Tensor, adjacency: Tensor) -> Tensor:
    """(K, R + 2, V·V): room for a clip's relations, then the adjacency, then ones."""
    _, K, R, V = theta.shape
    relations = theta.new_ones(K, R + 2, V * V)
    relations[:, R] = adjacency.flatten(1)
    return relations


def _fill_relations(relations: Tensor, theta: Tensor, phi: Tensor) -> None:
    """Write tanh(theta[u] − phi[v]) of one clip, at least in float32.

    As 2·sigmoid(2·) − 1, which PyTorch computes several times as fast on some CPUs.
    """
    at_least_single = torch.promote_types(theta.dtype, torch.float32)
    theta, phi = theta.to(at_least_single), phi.to(at_least_single)
    doubled = (theta[..., :, None] - phi[..., None, :]).mul_(2)  # (K, R, V, V)
    relations[:, : theta.shape[1]] = doubled.sigmoid_().mul_(2).sub_(1).flatten(2)


def _joints_last(psi: Tensor, out: Tensor) -> None:
    """Lay (K·C', T, V), channels last, out as (K, C', T, V), joints last.

    As a matrix, whose transpose PyTorch copies in blocks.
    """
    pixels = psi.permute(1, 2, 0).reshape(-1, len(psi))  # (T·V, K·C')
    out.view(pixels.shape[1], -1).copy_(pixels.T)
