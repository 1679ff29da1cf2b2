"""The refined graph convolution of CTR-GCN as fused Triton kernels, for CUDA.

What is computed is told in :mod:`gspmc.models.topology`, which alone imports this file: Triton is
there only where PyTorch was built for GPUs.

A program computes a tile of 16 x 16 edges of the topology for a few channels in registers and uses
it at once; the backward pass computes it again. Neither the topologies (N, K, C', V, V), nor their
gradients, nor the relations (N, K, R, V, V) that they come from are ever in global memory. The
relations are computed again for every tile of channels too: kept, they would be as large as the
features of the layer, and reading R of them for 16 or 32 channels takes about as long as two
special function instructions each.

All sums are taken in one order, so results are the same in every run.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import torch
import triton
import triton.language as tl
from torch import Tensor
from torch.autograd.function import once_differentiable
from torch.nn import functional as F
from torch.nn.grad import conv2d_input, conv2d_weight

OLDEST_TRITON = (3, 6)
"""Compilers before it need more shared memory, or end the process over float32."""
if tuple(int(number) for number in triton.__version__.split(".")[:2]) < OLDEST_TRITON:
    raise ImportError(
        f"Triton {triton.__version__} is older than {'.'.join(map(str, OLDEST_TRITON))}"
    )

DTYPES = (torch.float32, torch.float16, torch.bfloat16)
JOINTS = 16
"""Joints of a tile along either axis: the least that tensor cores take, the least padding of V."""
ADJACENCY_JOINTS = 64
"""The same for the gradient of the adjacency, which is a plain matrix product."""
MOST_RELATIONS = 64
"""R beyond which a tile would not fit into registers by far."""
LAUNCH = {"num_warps": 8, "num_stages": 1}
"""One stage: shared memory is better spent on larger tiles; no kernel takes more than 82 KB."""


class Tiles(NamedTuple):
    """Extents of a program's tile, powers of two from 16 on."""

    channels: int
    frames: int
    relations: int


def forward_tiles(dtype: torch.dtype, channels: int, frames: int, relations: int) -> Tiles:
    """For C' channels, T frames and R relations: as much as the registers hold.

    The more channels, the fewer times a relation is computed again.
    """
    most_frames = 32 if dtype == torch.float32 else 64
    frames = min(padded(frames), most_frames)
    return Tiles(min(padded(channels), 32, 16 * most_frames // frames), frames, padded(relations))


def backward_tiles(dtype: torch.dtype, frames: int, relations: int) -> Tiles:
    """The same for the backward pass, which has more to hold."""
    return Tiles(16, min(padded(frames), 16 if dtype == torch.float32 else 32), padded(relations))


def padded(extent: int) -> int:
    """The next power of two, 16 or more: what `tl.arange` and `tl.dot` take."""
    return max(16, 1 << (extent - 1).bit_length())


@triton.jit
def _tanh(x):
    # Exact to 1e-7 absolutely; libdevice's is not in the interpreter.
    return 2 * tl.sigmoid(2 * x) - 1


@triton.jit
def _load_joints(pointer, r, v, R, V):
    """(R, V) of theta or phi of one clip and subset, in float32."""
    mask = (r < R)[:, None] & (v < V)[None, :]
    return tl.load(pointer + r[:, None] * V + v[None, :], mask=mask, other=0.0).to(tl.float32)


@triton.jit
def _load_map(pointer, c, t, v, C, T, V, stride):
    """(C, T, V) of one clip's map whose (T, V, C) lie in memory, `stride` numbers a joint."""
    mask = (c < C)[:, None, None] & (t < T)[None, :, None] & (v < V)[None, None, :]
    joint = t[None, :, None] * V + v[None, None, :]
    return tl.load(pointer + joint * stride + c[:, None, None], mask=mask, other=0.0)


@triton.jit
def _forward_kernel(
    psi,  # (N, T, V, K·C)
    theta,  # (N, K, R, V)
    phi,  # (N, K, R, V)
    weights,  # (K, C, R + 2)
    adjacency,  # (K, V, V)
    out,  # (N, T, V, C)
    K,
    C,
    T,
    V,
    R,
    BC: tl.constexpr,
    BT: tl.constexpr,
    BR: tl.constexpr,
    BV: tl.constexpr,
    PRECISION: tl.constexpr,
):
    """out[c, t, u] of one clip for a tile of channels, frames and joints u."""
    # Tiles that read the same psi are neighbours, and so are in the cache together.
    u_tiles, t_tiles, c_tiles = tl.cdiv(V, BV), tl.cdiv(T, BT), tl.cdiv(C, BC)
    program = tl.program_id(0)
    u = program % u_tiles * BV + tl.arange(0, BV)
    program //= u_tiles
    t = program % t_tiles * BT + tl.arange(0, BT)
    program //= t_tiles
    c = program % c_tiles * BC + tl.arange(0, BC)
    n = (program // c_tiles).to(tl.int64)  # offsets of clips may exceed 32 bits
    r = tl.arange(0, BR)
    psi += n * T * V * K * C
    result = tl.zeros((BC, BT, BV), tl.float32)
    for k in range(K):
        row = weights + (k * C + c) * (R + 2)
        known = (c < C)[:, None] & (r < R)[None, :]
        mixing = tl.load(row[:, None] + r[None, :], mask=known, other=0.0)  # (BC, BR)
        offset = tl.load(row + R + 1, mask=c < C, other=0.0).to(tl.float32)
        joints = (n * K + k) * R * V
        theta_u = _load_joints(theta + joints, r, u, R, V)
        for start in range(0, V, BV):
            v = start + tl.arange(0, BV)
            phi_v = _load_joints(phi + joints, r, v, R, V)
            # Transposed, (v, u), as the product with psi takes it.
            relations = _tanh(theta_u[:, None, :] - phi_v[:, :, None])
            relations = tl.reshape(relations, (BR, BV * BV)).to(mixing.dtype)
            topology = tl.dot(mixing, relations, input_precision=PRECISION)
            topology = tl.reshape(topology, (BC, BV, BV)) + offset[:, None, None]
            edge = (k * V + u[None, :]) * V + v[:, None]
            within = (v < V)[:, None] & (u < V)[None, :]
            edges = tl.load(adjacency + edge, mask=within, other=0.0).to(tl.float32)
            topology = (topology + edges[None, :, :]).to(mixing.dtype)
            values = _load_map(psi + k * C, c, t, v, C, T, V, K * C)
            result = tl.dot(values, topology, result, input_precision=PRECISION)
    mask = (c < C)[:, None, None] & (t < T)[None, :, None] & (u < V)[None, None, :]
    joint = (n * T + t[None, :, None]) * V + u[None, None, :]
    tl.store(out + joint * C + c[:, None, None], result.to(out.dtype.element_ty), mask=mask)


@triton.jit
def _backward_kernel(
    grad,  # (N, T, V, C)
    psi,  # (N, T, V, K·C)
    theta,  # (N, K, R, V)
    phi,  # (N, K, R, V)
    weights,  # (K, C, R + 2)
    adjacency,  # (K, V, V)
    grad_psi,  # (N, T, V, K·C)
    grad_theta,  # (N, K, tiles, R, V), zeros
    grad_phi,  # (N, K, tiles, R, V)
    grad_weights,  # (N, K, frame tiles, C, R + 2)
    K,
    C,
    T,
    V,
    R,
    BC: tl.constexpr,
    BT: tl.constexpr,
    BR: tl.constexpr,
    BV: tl.constexpr,
    PRECISION: tl.constexpr,
):
    """All gradients but the adjacency's, of one clip and subset for a tile of channels and frames.

    All are linear in the gradient of the topology, which is a sum over frames, and those of theta
    and phi also in its sum over channels: each tile has partial sums of its own.
    """
    t_tiles, c_tiles = tl.cdiv(T, BT), tl.cdiv(C, BC)
    program = tl.program_id(0)
    t_tile = program % t_tiles
    tile = program % (t_tiles * c_tiles)
    t = t_tile * BT + tl.arange(0, BT)
    c = tile // t_tiles * BC + tl.arange(0, BC)
    program //= t_tiles * c_tiles
    k = program % K
    n = (program // K).to(tl.int64)
    r = tl.arange(0, BR)
    grad += n * T * V * C
    psi += n * T * V * K * C + k * C
    grad_psi += n * T * V * K * C + k * C
    theta += (n * K + k) * R * V
    phi += (n * K + k) * R * V
    grad_theta += ((n * K + k) * t_tiles * c_tiles + tile) * R * V
    grad_phi += ((n * K + k) * t_tiles * c_tiles + tile) * R * V
    grad_weights += ((n * K + k) * t_tiles + t_tile) * C * (R + 2)

    row = weights + (k * C + c) * (R + 2)
    mixing_mask = (c < C)[:, None] & (r < R)[None, :]
    mixing = tl.load(row[:, None] + r[None, :], mask=mixing_mask, other=0.0)  # (BC, BR)
    offset = tl.load(row + R + 1, mask=c < C, other=0.0).to(tl.float32)
    grad_mixing = tl.zeros((BV, BC, BR), tl.float32)
    grad_offset = tl.zeros((BC,), tl.float32)
    for v_start in range(0, V, BV):
        v = v_start + tl.arange(0, BV)
        phi_v = _load_joints(phi, r, v, R, V)
        values = _load_map(psi, c, t, v, C, T, V, K * C)
        grad_values = tl.zeros((BC, BT, BV), tl.float32)
        grad_phi_v = tl.zeros((BR, BV), tl.float32)
        for u_start in range(0, V, BV):
            u = u_start + tl.arange(0, BV)
            theta_u = _load_joints(theta, r, u, R, V)
            relations = _tanh(theta_u[:, :, None] - phi_v[:, None, :])  # (BR, BV, BV)
            slope = 1 - relations * relations
            relations = relations.to(mixing.dtype)
            flat = tl.reshape(relations, (BR, BV * BV))
            topology = tl.dot(mixing, flat, input_precision=PRECISION)
            topology = tl.reshape(topology, (BC, BV, BV)) + offset[:, None, None]
            within = (u < V)[:, None] & (v < V)[None, :]
            edge = (k * V + u[:, None]) * V + v[None, :]
            edges = tl.load(adjacency + edge, mask=within, other=0.0).to(tl.float32)
            topology = (topology + edges[None, :, :]).to(mixing.dtype)
            grad_u = _load_map(grad, c, t, u, C, T, V, C)
            grad_values = tl.dot(grad_u, topology, grad_values, input_precision=PRECISION)

            # Zero for joints, channels and frames beyond the last, as are both factors.
            grad_topology = tl.dot(
                tl.permute(grad_u, (0, 2, 1)), values, input_precision=PRECISION
            )  # (BC, BV, BV)
            grad_offset += tl.sum(tl.sum(grad_topology, axis=2), axis=1)
            grad_topology = grad_topology.to(mixing.dtype)
            # One product a joint u: a single one over all edges is too small for all warps.
            grad_mixing = tl.dot(
                tl.permute(grad_topology, (1, 0, 2)),
                tl.permute(relations, (1, 2, 0)),
                grad_mixing,
                input_precision=PRECISION,
            )
            grad_topology = tl.reshape(grad_topology, (BC, BV * BV))
            grad_relations = tl.dot(tl.trans(mixing), grad_topology, input_precision=PRECISION)
            grad_relations = tl.reshape(grad_relations, (BR, BV, BV)) * slope
            grad_phi_v -= tl.sum(grad_relations, axis=1)
            # This program alone adds to these numbers, and so in one order.
            tl.atomic_add(
                grad_theta + r[:, None] * V + u[None, :],
                tl.sum(grad_relations, axis=2),
                mask=(r < R)[:, None] & (u < V)[None, :],
                sem="relaxed",
            )
        joints_mask = (r < R)[:, None] & (v < V)[None, :]
        tl.store(grad_phi + r[:, None] * V + v[None, :], grad_phi_v, mask=joints_mask)
        mask = (c < C)[:, None, None] & (t < T)[None, :, None] & (v < V)[None, None, :]
        joint = t[None, :, None] * V + v[None, None, :]
        pointer = grad_psi + joint * (K * C) + c[:, None, None]
        tl.store(pointer, grad_values.to(grad_psi.dtype.element_ty), mask=mask)
    row = grad_weights + c * (R + 2)
    tl.store(row[:, None] + r[None, :], tl.sum(grad_mixing, axis=0), mask=mixing_mask)
    tl.store(row + R, tl.zeros((BC,), tl.float32), mask=c < C)  # of the constant one
    tl.store(row + R + 1, grad_offset, mask=c < C)


@triton.jit
def _adjacency_kernel(
    grad,  # (N, T, V, C)
    psi,  # (N, T, V, K·C)
    grad_adjacency,  # (N, K, V, V)
    K,
    C,
    T,
    V,
    BC: tl.constexpr,
    BV: tl.constexpr,
    PRECISION: tl.constexpr,
):
    """sum_c sum_t grad[c, t, u] · psi[c, t, v] of one clip and subset for a tile of edges."""
    v_tiles, c_tiles = tl.cdiv(V, BV), tl.cdiv(C, BC)
    program = tl.program_id(0)
    v = program % v_tiles * BV + tl.arange(0, BV)
    program //= v_tiles
    u = program % v_tiles * BV + tl.arange(0, BV)
    program //= v_tiles
    k = program % K
    n = (program // K).to(tl.int64)
    grad += n * T * V * C
    psi += n * T * V * K * C + k * C
    result = tl.zeros((BV, BV), tl.float32)
    for step in range(T * c_tiles):
        t = step // c_tiles
        c = step % c_tiles * BC + tl.arange(0, BC)
        left = grad + (t * V + u[:, None]) * C + c[None, :]
        left = tl.load(left, mask=(u < V)[:, None] & (c < C)[None, :], other=0.0)
        right = psi + (t * V + v[None, :]) * (K * C) + c[:, None]
        right = tl.load(right, mask=(c < C)[:, None] & (v < V)[None, :], other=0.0)
        result = tl.dot(left, right, result, input_precision=PRECISION)
    edge = ((n * K + k) * V + u[:, None]) * V + v[None, :]
    tl.store(grad_adjacency + edge, result, mask=(u < V)[:, None] & (v < V)[None, :])


class FusedGraphConvolution(torch.autograd.Function):
    """Same inputs and outputs as the other implementations; all of one dtype of `DTYPES`."""

    @staticmethod
    def forward(
        ctx: Any, x: Tensor, weight: Tensor, bias: Tensor, theta: Tensor, phi: Tensor,
        weights: Tensor, adjacency: Tensor,
    ) -> Tensor:  # fmt: skip
        theta, phi, weights, adjacency = (
            tensor.contiguous() for tensor in (theta, phi, weights, adjacency)
        )
        ctx.save_for_backward(x, weight, bias, theta, phi, weights, adjacency)
        N, _, T, V = x.shape
        K, C, _ = weights.shape
        R = theta.shape[2]
        psi = _joints_outside(F.conv2d(x, weight, bias))  # (N, T, V, K·C)
        out = psi.new_empty(N, T, V, C)
        tiles = forward_tiles(psi.dtype, C, T, R)
        programs = N * _count(C, tiles.channels) * _count(T, tiles.frames) * _count(V, JOINTS)
        with torch.cuda.device_of(x):
            _forward_kernel[(programs,)](
                psi, theta, phi, weights, adjacency, out, K, C, T, V, R,
                *tiles, JOINTS, _precision(), **LAUNCH,
            )  # fmt: skip
        return out.permute(0, 3, 1, 2)  # (N, C, T, V)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor, ...]:
        x, weight, bias, theta, phi, weights, adjacency = ctx.saved_tensors
        N, _, T, V = x.shape
        K, C, _ = weights.shape
        R = theta.shape[2]
        with torch.autocast(x.device.type, enabled=False):
            psi = _joints_outside(F.conv2d(x, weight, bias))  # (N, T, V, K·C)
        grad = _joints_outside(grad)  # (N, T, V, C)
        tiles = backward_tiles(psi.dtype, T, R)
        c_tiles, t_tiles = _count(C, tiles.channels), _count(T, tiles.frames)
        precision = _precision()
        single = {"dtype": torch.float32, "device": x.device}
        grad_psi = torch.empty_like(psi)
        grad_theta = torch.zeros(N, K, c_tiles * t_tiles, R, V, **single)
        grad_phi = torch.empty(N, K, c_tiles * t_tiles, R, V, **single)
        grad_weights = torch.empty(N, K, t_tiles, C, R + 2, **single)
        grad_adjacency = torch.empty(N, K, V, V, **single)
        edges = _count(V, ADJACENCY_JOINTS) ** 2
        with torch.cuda.device_of(x):
            _backward_kernel[(N * K * c_tiles * t_tiles,)](
                grad, psi, theta, phi, weights, adjacency,
                grad_psi, grad_theta, grad_phi, grad_weights, K, C, T, V, R,
                *tiles, JOINTS, precision, **LAUNCH,
            )  # fmt: skip
            _adjacency_kernel[(N * K * edges,)](
                grad, psi, grad_adjacency, K, C, T, V,
                min(padded(C), 32), ADJACENCY_JOINTS, precision, num_warps=4, num_stages=3,
            )  # fmt: skip
        grad_psi = grad_psi.permute(0, 3, 1, 2)  # (N, K·C, T, V)
        with torch.autocast(x.device.type, enabled=False):
            grad_x = conv2d_input(list(x.shape), weight, grad_psi)
            grad_weight = conv2d_weight(x, list(weight.shape), grad_psi)
        return (
            grad_x,
            grad_weight,
            grad_psi.sum(dim=(0, 2, 3)),
            grad_theta.sum(dim=2).to(psi.dtype),
            grad_phi.sum(dim=2).to(psi.dtype),
            grad_weights.sum(dim=(0, 2)).to(psi.dtype),
            grad_adjacency.sum(dim=0).to(psi.dtype),
        )


def _joints_outside(x: Tensor) -> Tensor:
    """(N, C, T, V) as (N, T, V, C) in memory; no copy of what is channels last."""
    return x.permute(0, 2, 3, 1).contiguous()


def _count(extent: int, tile: int) -> int:
    return -(-extent // tile)


def _precision() -> str:
    """Of products in float32: as PyTorch is told, on tensor cores either way."""
    return "tf32x3" if torch.get_float32_matmul_precision() == "highest" else "tf32"
