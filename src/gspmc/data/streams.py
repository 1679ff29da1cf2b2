"""The four streams: joint, bone and the motion of each (METHOD §1)."""

from typing import Literal

import torch
from torch import Tensor

from gspmc.skeleton import Layout

Stream = Literal["joint", "bone", "joint_motion", "bone_motion"]


def to_stream(x: Tensor, stream: Stream, layout: Layout) -> Tensor:
    """Derive a stream from joint positions.

    bone = joint − parent; motion = x[t+1] − x[t], zero in the last frame. The confidence of a
    derived value is the lesser of its two. What is derived from an unknown point (coordinates zero)
    is zero [our default]: a difference from the origin would be a jump that nobody made.

    Args:
        x: (N, C, T, V), coordinates then confidence.

    Returns:
        (N, C, T, V).
    """
    kind, _, motion = stream.partition("_")
    if kind == "bone":
        x = _difference(x, x[..., list(layout.parents)])
    if motion:
        following = torch.cat([x[:, :, 1:], x[:, :, -1:]], dim=2)
        x = _difference(following, x)
    return x


def _difference(minuend: Tensor, subtrahend: Tensor) -> Tensor:
    known = [(x[:, :-1] != 0).any(dim=1, keepdim=True) for x in (minuend, subtrahend)]
    coordinates = (minuend[:, :-1] - subtrahend[:, :-1]) * (known[0] & known[1])
    confidence = torch.minimum(minuend[:, -1:], subtrahend[:, -1:])
    return torch.cat([coordinates, confidence], dim=1)
