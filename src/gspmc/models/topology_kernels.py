"""Kernels between the matrix products of :mod:`gspmc.models.topology_chunks`, for GPUs, in Triton.

Each does in one pass over memory what takes PyTorch several, or one that is far from the speed of
the memory, such as turning channels last into joints last. The same in plain PyTorch is
:mod:`gspmc.models.topology_operations`, which alone imports this file and says what is computed.
"""

from __future__ import annotations

import torch
import triton
import triton.language as tl
from torch import Tensor

_PLACES, _CHANNELS = 64, 64
"""Of a tile that is turned: numbers that lie side by side in memory with joints and with channels
last."""
_ROWS = 16
"""Of a tile of edges, which is as wide as there are joints."""


def fill_relations(relations: Tensor, theta: Tensor, phi: Tensor, adjacency: Tensor) -> None:
    """As :func:`gspmc.models.topology_operations.fill_relations`."""
    assert relations.is_contiguous()
    n, K, Q, P, _ = relations.shape
    R, V = theta.shape[2:]
    with torch.cuda.device_of(relations):
        _fill_relations[(n * K * Q, triton.cdiv(P, _ROWS))](
            theta.contiguous(), phi.contiguous(), adjacency.contiguous(), relations, K, Q, R, V, P,
            COLUMNS=triton.next_power_of_2(P), ROWS=_ROWS,
        )  # fmt: skip


def relation_gradients(
    relations: Tensor, grad: Tensor, R: int, V: int, dtype: torch.dtype
) -> tuple[Tensor, Tensor]:
    """As :func:`gspmc.models.topology_operations.relation_gradients`."""
    n, K, Q, P, _ = relations.shape
    grad_theta, grad_phi = relations.new_empty(2, n, K, R, V, dtype=dtype)
    with torch.cuda.device_of(relations):
        _relation_gradients[(n * K * R,)](
            relations.contiguous(), grad.contiguous(), grad_theta, grad_phi, Q, R, V, P,
            COLUMNS=triton.next_power_of_2(V), ROWS=_ROWS,
        )  # fmt: skip
    return grad_theta, grad_phi


def joints_last(pixels: Tensor, rows: int, P: int, S: int) -> Tensor:
    """As :func:`gspmc.models.topology_operations.joints_last`."""
    n, T, V, C = pixels.shape
    out = pixels.new_empty(n, rows, P, S)
    grid = (triton.cdiv(P * S, _PLACES), triton.cdiv(rows, _CHANNELS), n)
    with torch.cuda.device_of(pixels):
        _joints_last[grid](
            pixels.contiguous(), out, rows, C, T, V, P, S, PLACES=_PLACES, CHANNELS=_CHANNELS
        )
    return out


def channels_last(maps: Tensor, out: Tensor) -> None:
    """As :func:`gspmc.models.topology_operations.channels_last`."""
    assert out.is_contiguous()
    n, C, P, S = maps.shape
    _, T, V, _ = out.shape
    grid = (triton.cdiv(P * S, _PLACES), triton.cdiv(C, _CHANNELS), n)
    with torch.cuda.device_of(maps):
        _channels_last[grid](
            maps.contiguous(), out, C, T, V, P, S, PLACES=_PLACES, CHANNELS=_CHANNELS
        )


@triton.jit
def _fill_relations(
    theta,  # (n, K, R, V)
    phi,  # (n, K, R, V)
    adjacency,  # (K, V, V)
    relations,  # (n, K, Q, P, P)
    K,
    Q,
    R,
    V,
    P,
    COLUMNS: tl.constexpr,
    ROWS: tl.constexpr,
):
    row = tl.program_id(0)
    subset, q = row // Q, row % Q  # n·K subsets
    u = tl.arange(0, COLUMNS)
    v = tl.program_id(1) * ROWS + tl.arange(0, ROWS)
    joints = (subset * R + q) * V
    of_relation = tl.where(q < R, V, 0)  # joints to be read
    of_adjacency = tl.where(q == R, V, 0)
    to_u = tl.load(theta + joints + u, mask=u < of_relation, other=0.0).to(tl.float32)
    from_v = tl.load(phi + joints + v, mask=v < of_relation, other=0.0).to(tl.float32)
    tanh = 2 * tl.sigmoid(2 * (to_u[None, :] - from_v[:, None])) - 1  # to 1e-7
    known = (v < V)[:, None] & (u < V)[None, :]
    place = (subset % K * V + u[None, :]) * V + v[:, None]
    mask = (v < of_adjacency)[:, None] & (u < of_adjacency)[None, :]
    edges = tl.load(adjacency + place, mask=mask, other=0.0).to(tl.float32)
    others = tl.where(q == R, edges, tl.where(q == R + 1, 1.0, 0.0))
    tl.store(
        relations + row.to(tl.int64) * P * P + v[:, None] * P + u[None, :],
        tl.where(known, tl.where(q < R, tanh, others), 0.0),
        mask=(v < P)[:, None] & (u < P)[None, :],
    )


@triton.jit
def _relation_gradients(
    relations,  # (n, K, Q, P, P)
    grad,  # the same
    grad_theta,  # (n, K, R, V)
    grad_phi,  # (n, K, R, V)
    Q,
    R,
    V,
    P,
    COLUMNS: tl.constexpr,
    ROWS: tl.constexpr,
):
    row = tl.program_id(0)  # n·K·R of them
    start = (row // R * Q + row % R).to(tl.int64) * P * P
    u = tl.arange(0, COLUMNS)
    over_v = tl.zeros([COLUMNS], tl.float32)
    for first in range(0, V, ROWS):
        v = first + tl.arange(0, ROWS)
        known = (v < V)[:, None] & (u < V)[None, :]
        place = start + v[:, None] * P + u[None, :]
        tanh = tl.load(relations + place, mask=known, other=0.0).to(tl.float32)
        slope = (1 - tanh * tanh) * tl.load(grad + place, mask=known, other=0.0).to(tl.float32)
        over_v += tl.sum(slope, 0)
        tl.store(grad_phi + row * V + v, -tl.sum(slope, 1), mask=v < V)
    tl.store(grad_theta + row * V + u, over_v, mask=u < V)


@triton.jit
def _joints_last(
    pixels,  # (n, T, V, C)
    out,  # (n, rows, P, S)
    rows,
    C,
    T,
    V,
    P,
    S,
    PLACES: tl.constexpr,
    CHANNELS: tl.constexpr,
):
    place = tl.program_id(0) * PLACES + tl.arange(0, PLACES)
    c = tl.program_id(1) * CHANNELS + tl.arange(0, CHANNELS)
    clip = tl.program_id(2).to(tl.int64)
    v, t = place // S, place % S
    known = (v < V) & (t < T)
    value = tl.load(
        pixels + clip * T * V * C + ((t * V + v) * C)[:, None] + c[None, :],
        mask=known[:, None] & (c < C)[None, :],
        other=0.0,
    )
    ones = known[:, None] & (c == C)[None, :]
    value = tl.where(ones, 1.0, value.to(tl.float32))
    tl.store(
        out + clip * rows * P * S + c[None, :] * (P * S) + place[:, None],
        value,
        mask=(place < P * S)[:, None] & (c < rows)[None, :],
    )


@triton.jit
def _channels_last(
    maps,  # (n, C, P, S)
    out,  # (n, T, V, C)
    C,
    T,
    V,
    P,
    S,
    PLACES: tl.constexpr,
    CHANNELS: tl.constexpr,
):
    place = tl.program_id(0) * PLACES + tl.arange(0, PLACES)
    c = tl.program_id(1) * CHANNELS + tl.arange(0, CHANNELS)
    clip = tl.program_id(2).to(tl.int64)
    v, t = place // S, place % S
    known = ((v < V) & (t < T))[:, None] & (c < C)[None, :]
    value = tl.load(maps + clip * C * P * S + c[None, :] * (P * S) + place[:, None], mask=known)
    tl.store(out + clip * T * V * C + ((t * V + v) * C)[:, None] + c[None, :], value, mask=known)
