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
        pixels = _pixels(x)
        relations = _relations_buffer(theta, adjacency.mT)
        topology = x.new_empty(channels, V, V)  # [c, v, u]: the product below reads it fastest so
        values, y = x.new_empty(K, channels, T, V), x.new_empty(channels, T, V)
        out = x.new_empty(N, T * V, channels)
        for n in range(N):
            _fill_relations(relations, -phi[n], -theta[n])  # the same, at [v, u]
            _project(pixels[n], weight, bias, out=values)
            for k in range(K):
                torch.mm(weights[k], relations[k], out=topology.view(channels, V * V))
                torch.baddbmm(y, values[k], topology, beta=int(k > 0), out=y)
            out[n] = y.view(channels, -1).T
        return out.unflatten(1, (T, V)).permute(0, 3, 1, 2)  # (N, C', T, V)

    @staticmethod
    @once_differentiable
    @torch.autocast("cpu", enabled=False)  # which forgets the signature of what it decorates
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor, ...]:  # type: ignore[override]
        x, weight, bias, theta, phi, weights, adjacency = ctx.saved_tensors
        N, C, T, V = x.shape
        K, channels, _ = weights.shape
        R = theta.shape[2]
        at_least_single = torch.promote_types(x.dtype, torch.float32)
        pixels, grad_pixels = _pixels(x), _pixels(grad)
        relations = _relations_buffer(theta, adjacency)
        topology = x.new_empty(channels, V, V)  # [c, u, v]
        values, grad_values = (x.new_empty(K, channels, T, V) for _ in range(2))
        flat_grad_values = grad_values.view(K * channels, T * V)
        grad_y, grad_topology = x.new_empty(channels, T, V), torch.empty_like(topology)
        grad_relations = torch.empty_like(relations)
        grad_x = torch.empty_like(pixels)
        grad_theta, grad_phi = torch.empty_like(theta), torch.empty_like(phi)
        grad_weight = torch.zeros(K * channels, C, dtype=at_least_single)
        grad_bias = torch.zeros(K * channels, dtype=at_least_single)
        grad_weights = torch.zeros_like(weights, dtype=at_least_single)
        grad_adjacency = torch.zeros_like(adjacency, dtype=at_least_single)
        for n in range(N):
            _fill_relations(relations, theta[n], phi[n])
            _project(pixels[n], weight, bias, out=values)
            grad_y.view(channels, -1).copy_(grad_pixels[n].T)
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
            torch.mm(flat_grad_values.T, weight.flatten(1), out=grad_x[n])
            grad_weight += flat_grad_values @ pixels[n]
            grad_bias += flat_grad_values.sum(1, dtype=at_least_single)
        return (
            grad_x.unflatten(1, (T, V)).permute(0, 3, 1, 2),
            grad_weight.to(x.dtype).view_as(weight),
            grad_bias.to(x.dtype),
            grad_theta,
            grad_phi,
            grad_weights.to(x.dtype),
            grad_adjacency.to(x.dtype),
        )


def _pixels(x: Tensor) -> Tensor:
    """(N, C, T, V) -> (N, T·V, C), a view where channels are last in memory."""
    return x.permute(0, 2, 3, 1).flatten(1, 2)


def _project(pixels: Tensor, weight: Tensor, bias: Tensor, out: Tensor) -> None:
    """psi of one clip (T·V, C), laid out joints last, (K, C', T, V), without a copy."""
    torch.mm(weight.flatten(1), pixels.T, out=out.view(len(weight), -1)).add_(bias[:, None])


def _relations_buffer(theta: Tensor, adjacency: Tensor) -> Tensor:
    """(K, R + 2, V·V): room for a clip's relations, then the adjacency, then ones."""
    _, K, R, V = theta.shape
    relations = theta.new_empty(K, R + 2, V * V)
    relations[:, R] = adjacency.flatten(1)
    relations[:, R + 1] = 1
    return relations


def _fill_relations(relations: Tensor, theta: Tensor, phi: Tensor) -> None:
    """Write tanh(theta[u] − phi[v]) of one clip, at [u, v], at least in float32.

    As 2·sigmoid(2·) − 1, which PyTorch computes several times as fast on some CPUs.
    """
    at_least_single = torch.promote_types(theta.dtype, torch.float32)
    theta, phi = 2 * theta.to(at_least_single), 2 * phi.to(at_least_single)
    doubled = theta[..., :, None] - phi[..., None, :]  # (K, R, V, V)
    torch.sub(doubled.sigmoid_().mul_(2).flatten(2), 1, out=relations[:, : theta.shape[1]])
