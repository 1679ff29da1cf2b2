"""CTR-GCN with multi-scale temporal convolution: the encoder of the paper.

Papers: *Channel-wise Topology Refinement Graph Convolution for Skeleton-Based Action Recognition*,
Chen et al., ICCV 2021, https://arxiv.org/abs/2107.12213; as used in arXiv 2505.02304.
Written from the papers' equations; no code of the authors (CC BY-NC) was used.

Ours: any layout in place of NTU's 25 joints; part features pooled from the last map; the subsets
of a unit kept in fused weights; means taken before the 1x1 convolutions and the scale and offset of
the topology folded into its 1x1 convolution, which is the same mathematics with fewer tensors of
size (N, C, V, V); no biases where a batch normalisation follows and would remove them. Maps lie in
memory channels last, and the topologies of a batch are never there at once
(:mod:`gspmc.models.topology`).
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from gspmc.models.output import EncoderOutput
from gspmc.models.part_pooling import PartPooling, mean_over_time
from gspmc.models.registry import register_encoder
from gspmc.models.topology import refined_graph_convolution
from gspmc.skeleton import Layout, graph_subsets

FIRST_RELATION_CHANNELS = 8
"""R of the first unit, whose input has too few channels to be divided."""
RELATION_REDUCTION = 8
"""R = input channels / this in all others."""
UNIT_NORM_GAIN = 1e-6
"""A unit starts as its residual: the gain of its batch normalisation is next to nothing."""


class TopologyRefinement(nn.Module):
    """Channel-wise topology refinement: graph convolution whose edges depend on channel and clip.

    For each of K = 3 subsets of the graph, ``Q = tanh(theta(x)[u] - phi(x)[v])`` from features
    averaged over time, ``topology = A + alpha * xi(Q)``, and the output is the sum over subsets of
    ``sum_v topology[c, u, v] * psi(x)[c, t, v]`` (arXiv 2107.12213, equations 1-5).

    Subset k owns the k-th third of the output channels of ``theta``, ``phi``, ``psi`` and ``xi``;
    ``xi`` maps each subset's R relation channels by itself.

    Shapes:
        input (N, C, T, V), output (N, C', T, V); parameters A (K, V, V), alpha ().
    """

    def __init__(
        self, in_channels: int, out_channels: int, relation_channels: int, subsets: Tensor
    ) -> None:
        super().__init__()
        count = len(subsets)
        self.A = nn.Parameter(subsets.clone())
        self.alpha = nn.Parameter(torch.zeros(()))
        self.theta = nn.Conv2d(in_channels, count * relation_channels, 1)
        self.phi = nn.Conv2d(in_channels, count * relation_channels, 1)
        self.xi = nn.Conv2d(count * relation_channels, count * out_channels, 1, groups=count)
        self.psi = nn.Conv2d(in_channels, count * out_channels, 1)
        for convolution in (self.theta, self.phi, self.xi, self.psi):
            initialise_convolution(convolution, fused=count)

    def forward(self, x: Tensor) -> Tensor:
        count = len(self.A)
        mean = mean_over_time(x).mT[:, :, None]  # (N, C, 1, V)
        assert self.xi.bias is not None and self.psi.bias is not None
        # Contiguous: theta and phi are read once for every edge.
        return refined_graph_convolution(
            x,
            self.psi.weight,
            self.psi.bias,
            self.theta(mean).contiguous().unflatten(1, (count, -1)).squeeze(3),  # (N, K, R, V)
            self.phi(mean).contiguous().unflatten(1, (count, -1)).squeeze(3),
            self.alpha * self.xi.weight.view(count, -1, self.xi.weight.shape[1]),  # (K, C', R)
            self.alpha * self.xi.bias.view(count, -1),  # (K, C')
            self.A,
        )


class GraphUnit(nn.Module):
    """ReLU(BN(topology refinement(x)) + residual(x)); spatial half of a block.

    Shapes:
        input (N, C, T, V), output (N, C', T, V).
    """

    def __init__(
        self, in_channels: int, out_channels: int, relation_channels: int, subsets: Tensor
    ) -> None:
        super().__init__()
        self.graph = TopologyRefinement(in_channels, out_channels, relation_channels, subsets)
        self.norm = nn.BatchNorm2d(out_channels)
        nn.init.constant_(self.norm.weight, UNIT_NORM_GAIN)
        self.residual: nn.Module = nn.Identity()
        if in_channels != out_channels:
            self.residual = normalised_convolution(in_channels, out_channels)

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(self.norm(self.graph(x)) + self.residual(x), inplace=True)


class _ChannelsLastGradient(torch.autograd.Function):
    """Identity whose gradient is channels last: a slice of one is not, and then takes slow paths.

    Batch normalisation of such a gradient costs ten times as much on a CPU. Of a single clip, the
    view that this is has strides that hide that its channels are last, so it is for training alone.
    """

    @staticmethod
    def forward(ctx: Any, x: Tensor) -> Tensor:
        return x.view_as(x)

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> Tensor:
        return grad.contiguous(memory_format=torch.channels_last)


class TemporalUnit(nn.Module):
    """Four temporal branches of C/4 channels each, side by side; no residual of its own.

    1x1 -> convolution over 5 frames with dilation 1; the same with dilation 2; 1x1 -> maximum
    over 3 frames; 1x1 alone. The three branches that begin with a 1x1 share one fused ``enter``.

    Shapes:
        input (N, C, T, V), output (N, C, ceil(T / stride), V).
    """

    def __init__(self, channels: int, stride: int) -> None:
        super().__init__()
        if channels % 4:
            raise ValueError(f"expected channels divisible by 4, got {channels}")
        quarter = channels // 4
        self.stride = stride
        self.enter = normalised_convolution(channels, 3 * quarter, fused=3)
        self.short = normalised_convolution(quarter, quarter, frames=5, stride=stride)
        self.long = normalised_convolution(quarter, quarter, frames=5, stride=stride, dilation=2)
        self.point = normalised_convolution(channels, quarter)

    def forward(self, x: Tensor) -> Tensor:
        short, long, peak = F.relu(self.enter(x), inplace=True).chunk(3, dim=1)
        peak = F.max_pool2d(peak, (3, 1), (self.stride, 1), (1, 0))  # over 3 frames
        branches = [
            self.short(short),
            self.long(long),
            peak,
            self.point(every_nth_frame(x, self.stride)),
        ]
        if torch.is_grad_enabled():
            branches = [_ChannelsLastGradient.apply(branch) for branch in branches]
        return torch.cat(branches, dim=1)


class Block(nn.Module):
    """ReLU(temporal(graph(x)) + residual(x)), the residual taken from the block's input.

    Shapes:
        input (N, C, T, V), output (N, C', ceil(T / stride), V).
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        subsets: Tensor,
        *,
        stride: int = 1,
        first: bool = False,
    ) -> None:
        super().__init__()
        relation_channels = (
            FIRST_RELATION_CHANNELS if first else max(1, in_channels // RELATION_REDUCTION)
        )
        self.graph = GraphUnit(in_channels, out_channels, relation_channels, subsets)
        self.temporal = TemporalUnit(out_channels, stride)
        self.stride = stride
        self.residual: nn.Module | None = None
        if not first:
            changes = stride != 1 or in_channels != out_channels
            self.residual = (
                normalised_convolution(in_channels, out_channels) if changes else nn.Identity()
            )

    def forward(self, x: Tensor) -> Tensor:
        y = self.temporal(self.graph(x))
        if self.residual is not None:
            y = y + self.residual(every_nth_frame(x, self.stride))
        return F.relu(y, inplace=True)


class CTRGCN(nn.Module):
    """Ten blocks over batch-normalised joints, then pooling over the clip and over its parts.

    Shapes:
        input (N, C, T, V) with any T >= 1; pooled and every part (N, 4 * base_channels).
    """

    def __init__(self, layout: Layout, in_channels: int, base_channels: int) -> None:
        super().__init__()
        self.in_channels, self.num_joints = in_channels, layout.num_joints
        subsets = torch.from_numpy(graph_subsets(layout))  # (3, V, V)
        self.norm = nn.BatchNorm1d(layout.num_joints * in_channels)
        plan = [(base_channels, 1)] * 4 + [(2 * base_channels, 2)] + [(2 * base_channels, 1)] * 2
        plan += [(4 * base_channels, 2)] + [(4 * base_channels, 1)] * 2
        blocks: list[Block] = []
        channels = in_channels
        for width, stride in plan:
            blocks.append(Block(channels, width, subsets, stride=stride, first=not blocks))
            channels = width
        self.blocks = nn.Sequential(*blocks)
        self.pool = PartPooling(layout)
        self.width = channels
        self.part_widths = dict.fromkeys(self.pool.parts, channels)

    def forward(self, x: Tensor) -> EncoderOutput:
        N, C, T, V = x.shape
        if self.in_channels != C or self.num_joints != V:
            raise ValueError(
                f"expected clips (N, {self.in_channels}, T, {self.num_joints}), "
                f"got {tuple(x.shape)}"
            )
        x = x.permute(0, 3, 1, 2).reshape(N, V * C, T)
        x = self.norm(x).view(N, V, C, T).permute(0, 2, 3, 1)  # (N, C, T, V)
        x = x.contiguous(memory_format=torch.channels_last)
        return self.pool(self.blocks(x))


def every_nth_frame(x: Tensor, n: int) -> Tensor:
    """(N, C, T, V) -> (N, C, ceil(T / n), V): what a 1x1 convolution with stride n looks at.

    A strided 1x1 convolution itself is not used: channels last, the backward pass of oneDNN's, as
    of PyTorch 2.13, writes beyond its buffers. Channels are last here and in the gradient.
    """
    return x if n == 1 else x.permute(0, 2, 3, 1)[:, ::n].contiguous().permute(0, 3, 1, 2)


def normalised_convolution(
    in_channels: int,
    out_channels: int,
    *,
    frames: int = 1,
    stride: int = 1,
    dilation: int = 1,
    fused: int = 1,
) -> nn.Sequential:
    """A convolution over time, (N, C, T, V) -> (N, C', ceil(T / stride), V), and its batch norm."""
    convolution = nn.Conv2d(
        in_channels,
        out_channels,
        (frames, 1),
        stride=(stride, 1),
        padding=(dilation * (frames - 1) // 2, 0),
        dilation=(dilation, 1),
        bias=False,
    )
    initialise_convolution(convolution, fused)
    return nn.Sequential(convolution, nn.BatchNorm2d(out_channels))


def initialise_convolution(convolution: nn.Conv2d, fused: int = 1) -> None:
    """Kaiming normal by fan-out, zero bias; each of ``fused`` convolutions has its own fan-out."""
    with torch.no_grad():
        for weight in convolution.weight.chunk(fused):
            nn.init.kaiming_normal_(weight, mode="fan_out")
        if convolution.bias is not None:
            convolution.bias.zero_()


@register_encoder
def ctrgcn(layout: Layout, in_channels: int, *, base_channels: int = 64) -> CTRGCN:
    """The paper's encoder: widths base, 2 base and 4 base in blocks 1-4, 5-7 and 8-10.

    Args:
        layout: V joints, their graph and parts.
        in_channels: C of the clips.
        base_channels: 64 in the paper; divisible by 4.
    """
    return CTRGCN(layout, in_channels, base_channels)
