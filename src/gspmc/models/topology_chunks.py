"""The refined graph convolution of CTR-GCN for GPUs: some clips at a time, in matrix products.

What is computed is told in :mod:`gspmc.models.topology`. The topologies of a chunk of clips and one
subset of the graph are written once and read at once by the products that need them, in the forward
pass and, computed again, in the backward pass. Joints and relations are padded with zeros to a
multiple of eight, without which GPUs multiply half-precision numbers several times more slowly.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable
from torch.nn import functional as F

ALIGNMENT = 8
CHUNK = 1 << 26
"""Numbers in the topologies of a chunk: enough for products that fill a GPU."""


class ChunkedGraphConvolution(torch.autograd.Function):
    """Same inputs and outputs as the other implementations; all of one dtype."""

    @staticmethod
    def forward(
        ctx: Any, x: Tensor, weight: Tensor, bias: Tensor, theta: Tensor, phi: Tensor,
        weights: Tensor, adjacency: Tensor,
    ) -> Tensor:  # fmt: skip
        ctx.save_for_backward(x, weight, bias, theta, phi, weights, adjacency)
        with torch.autocast(x.device.type, enabled=False):
            chunks = _Chunks(x, weight, bias, theta, phi, weights, adjacency)
            out = x.new_empty(len(x), chunks.T, chunks.V, chunks.C)
            for clips in chunks:
                chunks.relate(clips)
                y: Tensor | None = None
                for k in range(chunks.K):
                    psi, topology = chunks.psi(clips, k), chunks.topology(k)
                    y = psi @ topology.mT if y is None else y.baddbmm_(psi, topology.mT)
                assert y is not None
                out[clips] = chunks.joints_first(y)
        return out.permute(0, 3, 1, 2)  # (N, C', T, V)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor, ...]:
        x, weight, bias, theta, phi, weights, adjacency = ctx.saved_tensors
        with torch.autocast(x.device.type, enabled=False):
            chunks = _Chunks(x, weight, bias, theta, phi, weights, adjacency)
            sums = {
                name: torch.zeros_like(like, dtype=torch.promote_types(x.dtype, torch.float32))
                for name, like in (
                    ("weight", chunks.weight),
                    ("bias", chunks.bias),
                    ("mixing", chunks.mixing),
                    ("adjacency", adjacency),
                )
            }
            grad_x = torch.empty_like(x.permute(0, 2, 3, 1), memory_format=torch.contiguous_format)
            grad_theta, grad_phi = torch.empty_like(theta), torch.empty_like(phi)
            for clips in chunks:
                grad_x[clips], grad_theta[clips], grad_phi[clips] = chunks.gradients(
                    clips, grad[clips], sums
                )
        R = theta.shape[2]
        return (
            grad_x.permute(0, 3, 1, 2),
            sums["weight"].view_as(weight).to(x.dtype),
            sums["bias"].view_as(bias).to(x.dtype),
            grad_theta,
            grad_phi,
            sums["mixing"][..., : R + 2].to(x.dtype),
            sums["adjacency"].to(x.dtype),
        )


class _Chunks:
    """The operands, padded, and room for the relations of a chunk.

    Iterating gives slices of clips, the larger ones first.
    """

    def __init__(
        self, x: Tensor, weight: Tensor, bias: Tensor, theta: Tensor, phi: Tensor,
        weights: Tensor, adjacency: Tensor,
    ) -> None:  # fmt: skip
        self.N, _, self.T, self.V = x.shape
        self.K, self.C, relations = weights.shape
        self.R = relations - 2
        self.P, Q = _padded(self.V), _padded(relations)
        self.size = min(self.N, max(1, CHUNK // (self.C * self.P**2)))
        self.theta, self.phi = theta, phi
        self.weight = weight.view(self.K, self.C, -1)  # (K, C', C)
        self.bias = bias.view(self.K, self.C, 1)
        self.mixing = F.pad(weights, (0, Q - relations))  # (K, C', Q)
        pixels = F.pad(x.permute(0, 2, 3, 1), (0, 0, 0, self.P - self.V))
        self.pixels = pixels.reshape(self.N, self.T * self.P, -1)  # (N, T·P, C)
        self.relations = x.new_zeros(self.size, self.K, Q, self.P, self.P)
        self.relations[:, :, self.R, : self.V, : self.V] = adjacency
        self.relations[:, :, self.R + 1, : self.V, : self.V] = 1

    def __iter__(self) -> Iterator[slice]:
        for start in range(0, self.N, self.size):
            yield slice(start, min(start + self.size, self.N))

    def relate(self, clips: slice) -> None:
        """Write tanh(theta[u] − phi[v]) of these clips, computed in float32."""
        theta, phi = (
            each[clips].to(torch.promote_types(each.dtype, torch.float32))
            for each in (self.theta, self.phi)
        )
        self.count = len(theta)
        known = self._known(self.relations[: self.count])
        known.copy_((theta[..., :, None] - phi[..., None, :]).tanh_())

    def psi(self, clips: slice, k: int) -> Tensor:
        """(n·C', T, P) of one subset; the padded joints have values, but no edges."""
        weight = self.weight[k].expand(self.count, -1, -1)
        return torch.baddbmm(self.bias[k], weight, self.pixels[clips].mT).view(-1, self.T, self.P)

    def topology(self, k: int) -> Tensor:
        """(n·C', P, P) of one subset, zero where joints are padded."""
        return torch.bmm(self._mixing(k), self._flat(self.relations, k)).view(-1, self.P, self.P)

    def gradients(
        self, clips: slice, grad: Tensor, sums: dict[str, Tensor]
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Of x (n, T, V, C), theta and phi; those that all clips share are added to `sums`."""
        self.relate(clips)
        kept = sums["bias"].dtype
        grad_y = F.pad(grad, (0, self.P - self.V)).contiguous().view(-1, self.T, self.P)
        grad_relations = torch.empty_like(self.relations[: self.count])
        grad_pixels = torch.zeros_like(self.pixels[clips])
        for k in range(self.K):
            grad_topology = grad_y.mT @ self.psi(clips, k)  # (n·C', P, P)
            flat = grad_topology.view(self.count, self.C, -1)
            sums["mixing"][k] += (flat @ self._flat(self.relations, k).mT).sum(0, dtype=kept)
            self._flat(grad_relations, k).copy_(self._mixing(k).mT @ flat)
            values = (grad_y @ self.topology(k)).view(self.count, self.C, -1)  # (n, C', T·P)
            weight = self.weight[k].expand(self.count, -1, -1)
            grad_pixels.baddbmm_(values.mT, weight)
            sums["weight"][k] += (values @ self.pixels[clips]).sum(0, dtype=kept)
            sums["bias"][k] += values.sum(dim=(0, 2), dtype=kept)[:, None]
        sums["adjacency"] += grad_relations[:, :, self.R, : self.V, : self.V].sum(0, dtype=kept)
        slope = 1 - self._known(self.relations[: self.count]).to(kept).square()
        slope *= self._known(grad_relations)  # (n, K, R, V, V)
        grad_x = grad_pixels.view(self.count, self.T, self.P, -1)[:, :, : self.V]
        return grad_x, slope.sum(4), slope.sum(3).neg_()

    def joints_first(self, y: Tensor) -> Tensor:
        """(n·C', T, P) as (n, T, V, C'), the padding cut off."""
        return y.view(self.count, self.C, self.T, self.P)[..., : self.V].permute(0, 2, 3, 1)

    def _known(self, relations: Tensor) -> Tensor:
        """(n, K, R, V, V): without padding, adjacency and ones."""
        return relations[:, :, : self.R, : self.V, : self.V]

    def _mixing(self, k: int) -> Tensor:
        return self.mixing[k].expand(self.count, -1, -1)  # (n, C', Q)

    def _flat(self, relations: Tensor, k: int) -> Tensor:
        return relations[: self.count, k].flatten(2)  # (n, Q, P·P)


def _padded(extent: int) -> int:
    return -(-extent // ALIGNMENT) * ALIGNMENT
