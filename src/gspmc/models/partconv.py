"""PartConv: a small temporal-convolution encoder with one stem a part.

Original to this project. Each part of the skeleton goes through a stem of its own (both hands
through one, the left mirrored onto the right), whose pooled output is the part vector S_p; a trunk
of temporal convolutions with one attention layer joins them into S_g.
"""

from collections.abc import Sequence
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from gspmc.models.output import EncoderOutput
from gspmc.models.registry import register_encoder
from gspmc.skeleton import Layout

_ROOT_RELATIVE_GAIN = 2.0
_VELOCITY_GAIN = 3.0


def _register_indices(module: nn.Module, name: str, indices: Sequence[int]) -> None:
    """A buffer, not a list, which would be copied to a GPU each time, and waited for."""
    tensor = torch.tensor(indices, dtype=torch.long)
    module.register_buffer(name, tensor, persistent=False)


def _register_pairs(
    module: nn.Module, first: str, second: str, pairs: Sequence[tuple[int, int]]
) -> None:
    _register_indices(module, first, [a for a, _ in pairs])
    _register_indices(module, second, [b for _, b in pairs])


def _differences(x: Tensor, minuends: Tensor, subtrahends: Tensor) -> Tensor:
    """(N, D, T, V) -> (N, D, T, P) for P pairs of joints."""
    return x.index_select(-1, minuends) - x.index_select(-1, subtrahends)


class PartFeatures(nn.Module):
    """Geometry of one part, frame by frame.

    Positions, positions relative to the part's first point, velocities, directions of the bones
    inside the part (unit vectors, so free of the hand's size), distances between the ends of
    chains (finger tips), and confidences, normalised by BatchNorm.

    Shapes: (N, C, T, V_p) -> (N, T, width).
    """

    first: Tensor
    second: Tensor
    ends: Tensor
    starts: Tensor

    def __init__(self, layout: Layout, part: str, in_channels: int) -> None:
        super().__init__()
        joints = layout.parts[part]
        parents = [layout.parents[joint] for joint in joints]
        tips = [i for i, joint in enumerate(joints) if joint not in set(parents)]
        ends = [0, *tips] if part.endswith("hand") else []
        pairs = [(a, b) for i, a in enumerate(ends) for b in ends[i + 1 :]]
        bones = [
            (i, joints.index(parent))
            for i, (joint, parent) in enumerate(zip(joints, parents, strict=True))
            if parent in joints and parent != joint
        ]
        _register_pairs(self, "ends", "starts", bones)
        _register_pairs(self, "first", "second", pairs)
        dimensions = in_channels - 1
        self.width = (3 * dimensions + 1) * len(joints) + dimensions * len(bones) + len(pairs)
        self.norm = nn.BatchNorm1d(self.width)

    def forward(self, x: Tensor) -> Tensor:
        coordinates, confidence = x[:, :-1], x[:, -1:]
        relative = (coordinates - coordinates[..., :1]) * _ROOT_RELATIVE_GAIN
        velocity = F.pad(coordinates[:, :, 1:] - coordinates[:, :, :-1], (0, 0, 0, 1))
        velocity = velocity * _VELOCITY_GAIN
        by_joint = torch.cat([coordinates, relative, velocity, confidence], dim=1)
        features = [by_joint.transpose(1, 2).flatten(2)]  # (N, T, F·V)
        if len(self.ends):
            bones = _differences(coordinates, self.ends, self.starts)
            directions = bones / _length(bones).unsqueeze(1)
            features.append(directions.transpose(1, 2).flatten(2))
        if len(self.first):
            features.append(_length(_differences(coordinates, self.first, self.second)))
        joined = torch.cat(features, dim=-1)
        return self.norm(joined.flatten(0, 1)).view_as(joined)


def _length(vectors: Tensor) -> Tensor:
    """(N, D, T, P) -> (N, T, P); a little above zero at least, where a square root has no slope."""
    return vectors.square().sum(1).add(1e-6).sqrt()


class ChannelDropout(nn.Module):
    """Blank whole channels of a clip, the same ones in all its frames. (N, T, D) -> (N, T, D).

    Costs a mask of N·D numbers where element-wise dropout draws N·T·D, the dearest step on a CPU.
    """

    def __init__(self, probability: float) -> None:
        super().__init__()
        self.probability = probability

    def forward(self, x: Tensor) -> Tensor:
        if not self.training or not self.probability:
            return x
        mask = torch.rand(len(x), 1, x.shape[-1], device=x.device) >= self.probability
        return x * (mask / (1 - self.probability)).to(x.dtype)


class ConvBlock(nn.Module):
    """Residual block: depthwise convolution over time, widen, narrow. (N, T, D) -> (N, T, D).

    The convolution sees an image of height one, channels last, which is how (N, T, D) lies in
    memory: four times as fast on a CPU as a one-dimensional one, and nothing is transposed.
    """

    def __init__(self, width: int, kernel: int, dropout: float) -> None:
        super().__init__()
        self.conv = nn.Conv2d(width, width, (1, kernel), padding=(0, kernel // 2), groups=width)
        self.norm = nn.BatchNorm2d(width)
        self.widen = nn.Linear(width, 2 * width)
        self.narrow = nn.Linear(2 * width, width)
        self.dropout = ChannelDropout(dropout)

    def forward(self, x: Tensor) -> Tensor:
        image = x.transpose(1, 2).unsqueeze(2)  # (N, D, 1, T)
        mixed = self.norm(self.conv(image)).squeeze(2).transpose(1, 2)
        return x + self.dropout(self.narrow(F.silu(self.widen(mixed))))


class PartConv(nn.Module):
    """See the module. Attributes `width` and `part_widths` tell the sizes of S_g and S_p."""

    from_root: Tensor
    to_root: Tensor

    def __init__(
        self,
        layout: Layout,
        in_channels: int,
        *,
        width: int,
        stem_width: int,
        stem_blocks: int,
        trunk_blocks: int,
        kernel: int,
        stride: int,
        heads: int,
        dropout: float,
        head_dropout: float,
    ) -> None:
        super().__init__()
        self.parts = tuple(layout.parts)
        for part, joints in layout.parts.items():
            _register_indices(self, f"{part}_joints", joints)
        self.mirrored = {
            part: "right_hand" if part == "left_hand" and "right_hand" in self.parts else part
            for part in self.parts
        }
        self.width = width
        self.part_widths = dict.fromkeys(self.parts, stem_width)
        stems = sorted(set(self.mirrored.values()))
        self.features = nn.ModuleDict(
            {part: PartFeatures(layout, part, in_channels) for part in stems}
        )
        self.stems = nn.ModuleDict(
            {
                part: nn.Sequential(
                    nn.Linear(cast(PartFeatures, self.features[part]).width, stem_width),
                    *(ConvBlock(stem_width, kernel, dropout) for _ in range(stem_blocks)),
                )
                for part in stems
            }
        )
        roots = [joints[0] for joints in layout.parts.values()]
        between = [(a, b) for i, a in enumerate(roots) for b in roots[i + 1 :]]
        _register_pairs(self, "from_root", "to_root", between)
        between_width = len(between) * (in_channels - 1)
        self.between_norm = nn.BatchNorm1d(between_width)
        self.join = nn.Linear(stem_width * len(self.parts) + between_width, width)
        self.stride = stride
        before, after = trunk_blocks // 2, trunk_blocks - trunk_blocks // 2
        self.before = nn.Sequential(*(ConvBlock(width, kernel, dropout) for _ in range(before)))
        self.attention = nn.TransformerEncoderLayer(
            width, heads, 2 * width, dropout, activation="gelu", batch_first=True, norm_first=True
        )
        self.after = nn.Sequential(*(ConvBlock(width, kernel, dropout) for _ in range(after)))
        self.norm = nn.LayerNorm(width)
        self.head_dropout = nn.Dropout(head_dropout)

    def forward(self, x: Tensor) -> EncoderOutput:
        """(N, C, T, V) -> pooled S_g (N, width) and S_p (N, stem_width) by part."""
        stems = self._stems(x)
        between = _differences(x[:, :-1], self.to_root, self.from_root)
        between = between.transpose(1, 2).flatten(2)  # (N, T, D·pairs)
        between = self.between_norm(between.flatten(0, 1)).view_as(between)
        h = self.join(torch.cat([*stems.values(), between], dim=-1))  # (N, T, D)
        if self.stride > 1:
            h = F.avg_pool1d(h.transpose(1, 2), self.stride, ceil_mode=True).transpose(1, 2)
        h = self.after(self.attention(self.before(h)))
        pooled = self.head_dropout(self.norm(h.mean(dim=1)))
        return EncoderOutput(pooled, {part: stem.mean(dim=1) for part, stem in stems.items()})

    def _stems(self, x: Tensor) -> dict[str, Tensor]:
        """(N, T, stem_width) by part; hands that share a stem go through it as one batch."""
        by_stem: dict[str, list[str]] = {}
        for part, stem in self.mirrored.items():
            by_stem.setdefault(stem, []).append(part)
        found: dict[str, Tensor] = {}
        for stem, parts in by_stem.items():
            points = torch.cat([self._points(x, part) for part in parts])
            out = self.stems[stem](self.features[stem](points))
            # Not chunk: it would divide the batch by its size, which fixes the size in an export.
            found.update(zip(parts, out.unflatten(0, (len(parts), -1)), strict=True))
        return {part: found[part] for part in self.parts}

    def _points(self, x: Tensor, part: str) -> Tensor:
        points = x.index_select(-1, self.get_buffer(f"{part}_joints"))
        if self.mirrored[part] == part:
            return points
        return torch.cat([-points[:, :1], points[:, 1:]], dim=1)


@register_encoder
def partconv(
    layout: Layout,
    in_channels: int,
    *,
    width: int = 192,
    stem_width: int = 96,
    stem_blocks: int = 1,
    trunk_blocks: int = 4,
    kernel: int = 11,
    stride: int = 2,
    heads: int = 4,
    dropout: float = 0.2,
    head_dropout: float = 0.5,
) -> PartConv:
    """PartConv over any layout.

    Args:
        layout: fixes V and the parts.
        in_channels: C.
        width: of the trunk, and of S_g.
        stem_width: of every stem, and of every S_p.
        stem_blocks: convolution blocks in a stem.
        trunk_blocks: convolution blocks in the trunk, half before the attention layer, half after.
        kernel: frames that a convolution sees.
        stride: frames that are averaged into one between stems and trunk.
        heads: of the attention layer.
        dropout: share of channels blanked in every residual branch.
        head_dropout: share of S_g's numbers blanked.
    """
    return PartConv(
        layout,
        in_channels,
        width=width,
        stem_width=stem_width,
        stem_blocks=stem_blocks,
        trunk_blocks=trunk_blocks,
        kernel=kernel,
        stride=stride,
        heads=heads,
        dropout=dropout,
        head_dropout=head_dropout,
    )
