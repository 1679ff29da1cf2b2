"""One skeleton that stands for many clips, in panels that can be read."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from gspmc.data.windows import ClipWindows
from gspmc.skeleton import Layout

_SMALL = 1e-3
_PALM = ("root", "middle_mcp", "index_mcp", "pinky_mcp")
"""What a hand is turned and flipped by."""


class Panel(NamedTuple):
    """Some joints of a layout, drawn on a scale of their own."""

    name: str
    joints: tuple[int, ...]
    positions: np.ndarray
    """float (J, 2): x and y, down; NaN for a joint that was never seen."""


def mean_panels(windows: ClipWindows) -> list[Panel]:
    """The mean skeleton of all clips and frames, the hands and the face apart where they are fine.

    Body and face are means of the preprocessed positions. A hand with root and knuckles is turned
    upright (root to middle knuckle), scaled to that length and flipped so that both hands show the
    same side, frame by frame, before the mean is taken; otherwise hands that point everywhere would
    shrink to a clot. The subject's right hand stands on the left, as on a picture.
    """
    layout = windows.layout
    points = windows.points[:, :2].numpy()  # (F, 2, V)
    known = windows.known.numpy()  # (F, V)
    parts = {name: tuple(joints) for name, joints in layout.parts.items() if joints}
    upright = {
        side: joints
        for side in ("right", "left")
        if (joints := parts.get(f"{side}_hand", ()))
        and all(f"{side}_hand.{point}" in layout.joints for point in _PALM)
    }
    face = parts.get("mouth", ()) + parts.get("face", ())
    apart = {joint for joints in (*upright.values(), face) for joint in joints}
    whole = tuple(joint for joint in range(layout.num_joints) if joint not in apart)
    panels = []
    if whole:
        panels.append(Panel("body", whole, _mean(points, known, whole)))
    if face:
        panels.append(Panel("face and mouth", face, _mean(points, known, face)))
    hands = [
        Panel(f"{side} hand", joints, _mean_hand(points, known, layout, side, joints))
        for side, joints in upright.items()
    ]
    return hands[:1] + panels + hands[1:]


def _mean(points: np.ndarray, known: np.ndarray, joints: tuple[int, ...]) -> np.ndarray:
    """(J, 2): over the frames that know the joint."""
    chosen = list(joints)
    weights = known[:, chosen]  # (F, J)
    counts = weights.sum(axis=0)  # (J,)
    sums = np.einsum("fcj,fj->jc", points[:, :, chosen].astype(np.float64), weights)
    return np.where(counts[:, None] > 0, sums / np.maximum(counts, 1)[:, None], np.nan)


def _mean_hand(
    points: np.ndarray, known: np.ndarray, layout: Layout, side: str, joints: tuple[int, ...]
) -> np.ndarray:
    """(J, 2): root at the origin, the middle knuckle one unit above it, the thumb inwards."""
    root, knuckle, index, pinky = (layout.index(f"{side}_hand.{point}") for point in _PALM)
    whole = known[:, [root, knuckle, index, pinky]].all(axis=1)
    points, known = points[whole].astype(np.float64), known[whole]
    axis = points[..., knuckle] - points[..., root]  # (F, 2)
    length = np.linalg.norm(axis, axis=1)
    fine = length > _SMALL
    points, known, axis, length = points[fine], known[fine], axis[fine], length[fine]
    x, y = ((points - points[..., [root]]) / length[:, None, None]).transpose(1, 0, 2)  # (F, V)
    up = -axis / length[:, None]  # the way down in the hand's own frame
    turned = np.stack([x * up[:, 1:] - y * up[:, :1], x * up[:, :1] + y * up[:, 1:]], axis=1)
    inwards = 1.0 if side == "right" else -1.0
    across = (turned[:, 0, index] - turned[:, 0, pinky]) * inwards  # (F,)
    turned[:, 0] *= np.where(across < 0, -1.0, 1.0)[:, None]
    return _mean(turned, known, joints)
