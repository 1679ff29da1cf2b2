"""The refined graph convolution of CTR-GCN for GPUs: some clips at a time, in matrix products.

What is computed is told in :mod:`gspmc.models.topology`. The topologies of a chunk of clips are
written once and read at once by the products that need them, in the forward pass and, computed
again, in the backward pass. All subsets of the graph are one product: their joints lie side by side
in its inner dimension. Joints, frames, relations and channels of x are padded with zeros to a
multiple of eight, without which GPUs multiply half-precision numbers several times more slowly; one
of the padding channels is of ones, whose weights are the biases.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable
from torch.nn import functional as F

from gspmc.models.topology_operations import (
    channels_last,
    fill_relations,
    joints_last,
    relation_gradients,
)

ALIGNMENT = 8
CHUNK = 1 << 28
"""Numbers in the topologies of a chunk: enough for products that fill a GPU. With float32 they take
1 GiB, and what else a chunk needs as much again, or twice that in the backward pass."""
_MOST_CLIPS = 65535
"""That kernels can be told of at once."""


class ChunkedGraphConvolution(torch.autograd.Function):
    """Same inputs and outputs as the other implementations; all of one dtype."""

    @staticmethod
    def forward(
        ctx: Any, x: Tensor, weight: Tensor, bias: Tensor, theta: Tensor, phi: Tensor,
        weights: Tensor, adjacency: Tensor,
    ) -> Tensor:  # fmt: skip
        ctx.save_for_backward(x, weight, bias, theta, phi, weights, adjacency)
        N, _, T, V = x.shape
        with torch.autocast(x.device.type, enabled=False):
            chunks = _Chunks(x, weight, bias, theta, phi, weights, adjacency)
            out = x.new_empty(N, T, V, chunks.C)
            for clips in chunks:
                psi = chunks.psi(chunks.maps(clips))
                y = chunks.topology(chunks.relations(clips)).mT @ psi  # (n·C', P, S)
                channels_last(y.view(-1, chunks.C, chunks.P, chunks.S), out[clips])
        return out.permute(0, 3, 1, 2)  # (N, C', T, V)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor, ...]:
        x, weight, bias, theta, phi, weights, adjacency = ctx.saved_tensors
        with torch.autocast(x.device.type, enabled=False):
            chunks = _Chunks(x, weight, bias, theta, phi, weights, adjacency)
            sums = _Sums(chunks)
            grad_x = torch.empty_like(chunks.pixels)
            grad_theta, grad_phi = torch.empty_like(theta), torch.empty_like(phi)
            for clips in chunks:
                grad_theta[clips], grad_phi[clips] = chunks.gradients(
                    clips, grad[clips].permute(0, 2, 3, 1), grad_x[clips], sums
                )
        C, R, V = x.shape[1], chunks.R, chunks.V
        # (C'·K, rows) -> (K·C', rows)
        grad_weight = sums.weight.unflatten(0, (chunks.C, chunks.K)).transpose(0, 1).flatten(0, 1)
        return (
            grad_x.permute(0, 3, 1, 2),
            grad_weight[:, :C].to(x.dtype).reshape(weight.shape),
            grad_weight[:, C].to(x.dtype),
            grad_theta,
            grad_phi,
            sums.mixing[..., : R + 2].to(x.dtype),
            sums.adjacency[:, :V, :V].mT.to(x.dtype),
        )


class _Chunks:
    """The operands, padded. Iterating gives slices of clips, all about as large.

    C' channels of K subsets; R relations, Q with adjacency, ones and padding; V joints, P padded;
    T frames, S padded.
    """

    def __init__(
        self, x: Tensor, weight: Tensor, bias: Tensor, theta: Tensor, phi: Tensor,
        weights: Tensor, adjacency: Tensor,
    ) -> None:  # fmt: skip
        self.N, C, self.T, self.V = x.shape
        self.K, self.C, relations = weights.shape
        self.R, self.Q = relations - 2, _padded(relations)
        self.P, self.S, self.rows = _padded(self.V), _padded(self.T), _padded(C + 1)
        self.pixels = x.permute(0, 2, 3, 1).contiguous()  # (N, T, V, C)
        self.theta, self.phi, self.adjacency = theta, phi, adjacency
        self.mixing = F.pad(weights, (0, self.Q - relations))  # (K, C', Q)
        known = torch.cat([weight.flatten(1), bias[:, None]], 1)
        known = known.unflatten(0, (self.K, self.C)).transpose(0, 1).flatten(0, 1)
        self.weight = F.pad(known, (0, self.rows - C - 1))  # (C'·K, rows)

    def __iter__(self) -> Iterator[slice]:
        most = min(_MOST_CLIPS, max(1, CHUNK // (self.K * self.C * self.P**2)))
        count = max(1, -(-self.N // most))
        edges = [self.N * i // count for i in range(count + 1)]
        return (slice(*pair) for pair in pairwise(edges))

    def relations(self, clips: slice) -> Tensor:
        """(n, K, Q, P, P) of these clips."""
        theta = self.theta[clips]
        relations = theta.new_empty(len(theta), self.K, self.Q, self.P, self.P)
        fill_relations(relations, theta, self.phi[clips], self.adjacency)
        return relations

    def maps(self, clips: slice) -> Tensor:
        """x of these clips, (n, rows, P·S)."""
        return joints_last(self.pixels[clips], self.rows, self.P, self.S).flatten(2)

    def psi(self, maps: Tensor) -> Tensor:
        """(n·C', K·P, S)."""
        weight = self.weight.expand(len(maps), -1, -1)
        return torch.bmm(weight, maps).view(-1, self.K * self.P, self.S)

    def topology(self, relations: Tensor) -> Tensor:
        """(n·C', K·P, P): of joints v of every subset, to joints u; zero where one is padding."""
        n = len(relations)
        topology = relations.new_empty(n, self.C, self.K, self.P**2)
        for k in range(self.K):
            torch.bmm(
                self.mixing[k].expand(n, -1, -1), relations[:, k].flatten(2), out=topology[:, :, k]
            )
        return topology.view(-1, self.K * self.P, self.P)

    def gradients(
        self, clips: slice, grad: Tensor, grad_x: Tensor, sums: _Sums
    ) -> tuple[Tensor, Tensor]:
        """Of theta and phi; that of x is written, those that all clips share are added to `sums`.

        Args:
            grad: (n, T, V, C') of the output.
            grad_x: (n, T, V, C).
        """
        relations, maps = self.relations(clips), self.maps(clips)
        n = len(maps)
        grad_y = joints_last(grad, self.C, self.P, self.S).view(-1, self.P, self.S)  # (n·C', P, S)
        grad_psi = (self.topology(relations) @ grad_y).view(n, -1, self.P * self.S)
        grad_topology = torch.bmm(self.psi(maps), grad_y.mT).view(n, self.C, self.K, -1)
        weight = self.weight[:, : grad_x.shape[3]].mT.expand(n, -1, -1)
        channels_last(torch.bmm(weight, grad_psi).view(n, -1, self.P, self.S), grad_x)
        sums.add(sums.weight, torch.bmm(grad_psi, maps.mT))
        grad_relations = torch.empty_like(relations)
        for k in range(self.K):
            of_subset, edges = grad_topology[:, :, k], relations[:, k].flatten(2)
            sums.add(sums.mixing[k], torch.bmm(of_subset, edges.mT))
            mixing = self.mixing[k].mT.expand(n, -1, -1)
            torch.bmm(mixing, of_subset, out=grad_relations[:, k].flatten(2))
        sums.add(sums.adjacency, grad_relations[:, :, self.R])
        return relation_gradients(relations, grad_relations, self.R, self.V, self.theta.dtype)


class _Sums:
    """Gradients of what all clips share, padded, at least in float32."""

    def __init__(self, chunks: _Chunks) -> None:
        self._dtype = torch.promote_types(chunks.mixing.dtype, torch.float32)
        self.weight = torch.zeros_like(chunks.weight, dtype=self._dtype)
        self.mixing = torch.zeros_like(chunks.mixing, dtype=self._dtype)
        self.adjacency = chunks.mixing.new_zeros(chunks.K, chunks.P, chunks.P, dtype=self._dtype)

    def add(self, total: Tensor, of_clips: Tensor) -> None:
        """Add up (n, …)."""
        total += of_clips.sum(0, dtype=self._dtype)


def _padded(extent: int) -> int:
    return -(-extent // ALIGNMENT) * ALIGNMENT
