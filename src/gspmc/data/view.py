"""A clip as it is looked at: from the front, in a box that holds it."""

import numpy as np

from gspmc.data.clip import Clip
from gspmc.skeleton import get_layout

PARTS_WITHOUT_BONES = ("mouth", "face")
"""Their bones all spring from the tip of the nose, a star that hides the face: points alone."""


def part_name(part: str) -> str:
    """A part in words."""
    return part.replace("_", " ")


def plane_positions(clip: Clip) -> np.ndarray:
    """Float (T, V, 2): x and y, NaN where a point is missing."""
    channels = get_layout(clip.pose.layout).channels
    plane = [channels.index("x"), channels.index("y")]
    positions = clip.pose.keypoints[..., plane].astype(np.float64)
    positions[~clip.pose.visible] = np.nan
    return positions


def limits(positions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Lower and upper corner (2,) of all points (…, 2) that are seen, stray detections aside."""
    seen = positions[np.isfinite(positions).all(axis=-1)]  # (n, 2)
    if not len(seen):
        return np.zeros(2), np.ones(2)
    low, high = np.percentile(seen, [0.5, 99.5], axis=0)
    margin = 0.06 * max(float((high - low).max()), 1e-3)
    return low - margin, high + margin
