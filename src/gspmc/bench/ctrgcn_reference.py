"""CTR-GCN written literally, as the method states it: the slow oracle of the encoder.

Three subsets one after the other, every 1x1 convolution before its mean over time, the topology
scaled and added as printed, sums as einsum, temporal branches apart. Loads the encoder's state
dict: where the encoder fuses weights, the subset or branch takes its slice.
"""

from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from gspmc.skeleton import Layout, graph_subsets


def convolve(weight: Tensor, bias: Tensor | None, x: Tensor, k: int) -> Tensor:
    """The k-th of three 1x1 convolutions whose weights lie one after the other."""
    weight_k = weight.chunk(3)[k]
    return F.conv2d(x, weight_k, None if bias is None else bias.chunk(3)[k])


class ReferenceTopology(nn.Module):
    def __init__(self, inputs: int, outputs: int, relation: int, subsets: Tensor) -> None:
        super().__init__()
        self.A = nn.Parameter(subsets.clone())
        self.alpha = nn.Parameter(torch.zeros(()))
        self.theta = nn.Conv2d(inputs, 3 * relation, 1)
        self.phi = nn.Conv2d(inputs, 3 * relation, 1)
        self.xi = nn.Conv2d(3 * relation, 3 * outputs, 1, groups=3)
        self.psi = nn.Conv2d(inputs, 3 * outputs, 1)

    def forward(self, x: Tensor) -> Tensor:
        y = torch.zeros(())
        for k in range(3):
            theta = convolve(self.theta.weight, self.theta.bias, x, k).mean(dim=2)  # (N, R, V)
            phi = convolve(self.phi.weight, self.phi.bias, x, k).mean(dim=2)  # (N, R, V)
            Q = torch.tanh(theta[:, :, :, None] - phi[:, :, None, :])  # (N, R, V, V)
            xi = convolve(self.xi.weight, self.xi.bias, Q, k)  # (N, C', V, V)
            topology = self.A[k] + self.alpha * xi
            psi = convolve(self.psi.weight, self.psi.bias, x, k)  # (N, C', T, V)
            y = y + torch.einsum("ncuv,nctv->nctu", topology, psi)
        return y


def normalised(
    inputs: int, outputs: int, frames: int = 1, stride: int = 1, dilation: int = 1
) -> nn.Sequential:
    padding = dilation * (frames - 1) // 2
    return nn.Sequential(
        nn.Conv2d(
            inputs, outputs, (frames, 1), (stride, 1), (padding, 0), (dilation, 1), bias=False
        ),
        nn.BatchNorm2d(outputs),
    )


class ReferenceGraphUnit(nn.Module):
    def __init__(self, inputs: int, outputs: int, relation: int, subsets: Tensor) -> None:
        super().__init__()
        self.graph = ReferenceTopology(inputs, outputs, relation, subsets)
        self.norm = nn.BatchNorm2d(outputs)
        self.residual = nn.Identity() if inputs == outputs else normalised(inputs, outputs)

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(self.norm(self.graph(x)) + self.residual(x))


class ReferenceTemporalUnit(nn.Module):
    def __init__(self, channels: int, stride: int) -> None:
        super().__init__()
        quarter = channels // 4
        self.enter = normalised(channels, 3 * quarter)
        self.short = normalised(quarter, quarter, 5, stride, 1)
        self.long = normalised(quarter, quarter, 5, stride, 2)
        self.point = normalised(channels, quarter, 1, stride)
        self.stride = stride

    def forward(self, x: Tensor) -> Tensor:
        convolution, norm = cast(nn.Conv2d, self.enter[0]), cast(nn.BatchNorm2d, self.enter[1])
        assert norm.running_mean is not None and norm.running_var is not None
        means, variances = norm.running_mean.chunk(3), norm.running_var.chunk(3)

        def enter(branch: int) -> Tensor:
            y = convolve(convolution.weight, None, x, branch)
            weight, bias = norm.weight.chunk(3)[branch], norm.bias.chunk(3)[branch]
            mean, variance = means[branch], variances[branch]
            y = F.batch_norm(y, mean, variance, weight, bias, self.training, 0.0, norm.eps)
            return F.relu(y)

        peak = F.max_pool2d(enter(2), (3, 1), (self.stride, 1), (1, 0))
        branches = [self.short(enter(0)), self.long(enter(1)), peak, self.point(x)]
        return torch.cat(branches, dim=1)


class ReferenceBlock(nn.Module):
    def __init__(self, number: int, inputs: int, outputs: int, subsets: Tensor) -> None:
        super().__init__()
        stride = 2 if number in (5, 8) else 1
        relation = 8 if number == 1 else max(1, inputs // 8)
        self.graph = ReferenceGraphUnit(inputs, outputs, relation, subsets)
        self.temporal = ReferenceTemporalUnit(outputs, stride)
        self.number = number
        if number in (5, 8):
            self.residual = normalised(inputs, outputs, 1, stride)

    def forward(self, x: Tensor) -> Tensor:
        y = self.temporal(self.graph(x))
        if self.number == 1:
            return F.relu(y)
        return F.relu(y + (self.residual(x) if self.number in (5, 8) else x))


class ReferenceCTRGCN(nn.Module):
    """(N, C, T, V) -> (N, D, V): the last map, averaged over time, joints kept."""

    def __init__(self, layout: Layout, in_channels: int, base_channels: int) -> None:
        super().__init__()
        widths = [base_channels] * 4 + [2 * base_channels] * 3 + [4 * base_channels] * 3
        subsets = torch.from_numpy(graph_subsets(layout))
        self.norm = nn.BatchNorm1d(layout.num_joints * in_channels)
        self.blocks = nn.Sequential(
            *(
                ReferenceBlock(number, inputs, outputs, subsets)
                for number, (inputs, outputs) in enumerate(
                    zip([in_channels, *widths[:-1]], widths, strict=True), start=1
                )
            )
        )

    def forward(self, x: Tensor) -> Tensor:
        N, C, T, V = x.shape
        x = self.norm(x.permute(0, 3, 1, 2).reshape(N, V * C, T))
        x = x.reshape(N, V, C, T).permute(0, 2, 3, 1)
        return self.blocks(x).mean(dim=2)
