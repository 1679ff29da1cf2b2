"""Mirrored clips against the texts of the sign as it is described."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from gspmc.skeleton import PARTS

_LEFT, _RIGHT = "left_hand", "right_hand"


def hands_as_described(
    features: Mapping[str, Tensor], visible: Tensor, mirrored: Tensor
) -> tuple[dict[str, Tensor], Tensor]:
    """What a mirrored clip's left hand does is what the texts say of the right hand.

    Args:
        features: part (and "global") -> (N, d).
        visible: bool (N, len(PARTS)).
        mirrored: bool (N,): left and right are swapped in the clip.

    Returns:
        Both with left and right hand swapped back in the mirrored clips. Where there are features
        of one hand alone, mirrored clips do not show it.
    """
    swapped = mirrored[:, None]
    at_left, at_right = PARTS.index(_LEFT), PARTS.index(_RIGHT)
    if _LEFT not in features or _RIGHT not in features:
        shown = visible.clone()
        shown[:, at_left] &= ~mirrored
        shown[:, at_right] &= ~mirrored
        return dict(features), shown
    left, right = features[_LEFT], features[_RIGHT]
    others = visible.clone()
    others[:, at_left], others[:, at_right] = visible[:, at_right], visible[:, at_left]
    return {
        **features,
        _LEFT: torch.where(swapped, right, left),
        _RIGHT: torch.where(swapped, left, right),
    }, torch.where(swapped, others, visible)
