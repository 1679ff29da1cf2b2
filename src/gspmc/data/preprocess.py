"""One clip made comparable: missing points filled, centred, scaled (METHOD §1)."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from gspmc.errors import refuse_impossible
from gspmc.pose import MIN_CONFIDENCE, PoseSequence
from gspmc.skeleton import Layout, get_layout

_SMALLEST_SCALE = 1e-3


@dataclass(frozen=True)
class Preprocessing:
    """How clips are made comparable. Travels inside the bundle."""

    min_confidence: float = MIN_CONFIDENCE
    """Points below this confidence count as missing."""
    reference: Literal["clip", "image"] = "clip"
    """Where layouts without shoulders are centred and measured: `clip` takes the median and the
    size of the visible hands; `image` the picture's middle and a quarter of its height, which
    keeps a hand's height in the picture and so, roughly, its place on the body."""
    face_forward: bool = False
    """Turn clips with depth about the vertical axis until the median line between the shoulders
    lies in the picture plane, so that it matters less from where they were filmed."""
    trim: bool = True
    """Leave out frames before the first and after the last in which a hand is visible."""
    frames: int = 64
    """Length T of the window to which every clip is resampled."""

    def __post_init__(self) -> None:
        confidence = self.min_confidence
        refuse_impossible(
            "preprocessing.",
            self,
            {
                "min_confidence": (0 < confidence <= 1, "above 0 and at most 1"),
                "reference": (self.reference in ("clip", "image"), "clip or image"),
                "frames": (self.frames >= 1, "at least 1"),
            },
        )


def preprocess(pose: PoseSequence, settings: Preprocessing) -> np.ndarray:
    """Trim, fill, centre and scale one clip.

    Missing points between two frames that show them are interpolated in time; others are zero after
    centring. Centre and unit are the clip's medians of shoulder mid-point and shoulder width; a
    layout without shoulders takes the visible hand points and the hand size (root to knuckle of
    the middle finger). Confidence stays as it was.

    Args:
        pose: the raw clip.
        settings: what counts as missing, and whether to trim.

    Returns:
        float32 (T', V, C) with T' <= T: coordinates without unit, y down, then confidence.
    """
    layout = get_layout(pose.layout)
    keypoints = pose.keypoints.astype(np.float32)
    seen = keypoints[..., -1] >= settings.min_confidence  # (T, V)
    aspect = pose.width / pose.height if pose.width and pose.height else 1.0
    if settings.trim:
        window = _visible_window(seen, layout)
        keypoints, seen = keypoints[window], seen[window]
    points = keypoints[..., :-1]  # (T, V, 2 or 3)
    centre, unit = _frame_of_reference(points, seen, layout, settings, aspect)
    points = (points - centre) / unit
    if settings.face_forward:
        points = _face_forward(points, seen, layout)
    filled, known = fill_gaps(points, seen)
    filled[~known] = 0
    return np.concatenate([filled, keypoints[..., -1:]], axis=-1).astype(np.float32)


def _face_forward(points: np.ndarray, seen: np.ndarray, layout: Layout) -> np.ndarray:
    """Turn about the vertical axis so that the median from left to right shoulder has no depth.

    Args:
        points: (T, V, D); without depth or visible shoulders they are returned as they are.
        seen: bool (T, V).
    """
    if points.shape[-1] < 3 or "left_shoulder" not in layout.joints:
        return points
    left, right = layout.index("left_shoulder"), layout.index("right_shoulder")
    both = seen[:, left] & seen[:, right]
    if not both.any():
        return points
    across, _, depth = np.median(points[both, right] - points[both, left], axis=0)
    angle = np.arctan2(depth, across)
    cosine, sine = np.cos(angle), np.sin(angle)
    turned = points.copy()
    turned[..., 0] = cosine * points[..., 0] + sine * points[..., 2]
    turned[..., 2] = cosine * points[..., 2] - sine * points[..., 0]
    return turned


def _visible_window(seen: np.ndarray, layout: Layout) -> slice:
    frames = np.flatnonzero(seen[:, layout.hands].any(axis=1)) if layout.hands else np.array([])
    return slice(int(frames[0]), int(frames[-1]) + 1) if len(frames) else slice(None)


def _frame_of_reference(
    points: np.ndarray, seen: np.ndarray, layout: Layout, settings: Preprocessing, aspect: float
) -> tuple[np.ndarray, float]:
    """Centre (2 or 3,) and unit of length of a clip; the origin and 1 where nothing tells them."""
    if "left_shoulder" in layout.joints:
        left, right = layout.index("left_shoulder"), layout.index("right_shoulder")
        both = seen[:, left] & seen[:, right]
        if both.any():
            left_points, right_points = points[both, left], points[both, right]
            width = np.median(np.linalg.norm(left_points - right_points, axis=-1))
            return np.median((left_points + right_points) / 2, axis=0), _at_least(width)
    if settings.reference == "image":
        middle = np.full(points.shape[-1], 0.5, dtype=np.float32)
        middle[0] *= aspect
        return middle, 0.25
    visible = points[:, layout.hands][seen[:, layout.hands]]  # (points, 2 or 3)
    if not len(visible):
        return np.zeros(points.shape[-1], dtype=np.float32), 1.0
    return np.median(visible, axis=0), _at_least(_hand_size(points, seen, layout))


def _hand_size(points: np.ndarray, seen: np.ndarray, layout: Layout) -> float:
    lengths = []
    for side in ("left_hand", "right_hand"):
        ends = (f"{side}.root", f"{side}.middle_mcp")
        if all(end in layout.joints for end in ends):
            root, knuckle = (layout.index(end) for end in ends)
            both = seen[:, root] & seen[:, knuckle]
            lengths.append(np.linalg.norm(points[both, root] - points[both, knuckle], axis=-1))
    every = np.concatenate(lengths) if lengths else np.array([])
    return float(np.median(every)) if len(every) else 1.0


def _at_least(scale: float) -> float:
    return float(scale) if scale > _SMALLEST_SCALE else 1.0


def fill_gaps(points: np.ndarray, seen: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Fill gaps between two seen frames linearly, point by point.

    Args:
        points: (T, V, D); seen: bool (T, V).

    Returns:
        Points with the gaps filled, and bool (T, V): seen or filled.
    """
    time = np.arange(len(points))[:, None]
    before = np.maximum.accumulate(np.where(seen, time, -1), axis=0)  # (T, V)
    after = np.minimum.accumulate(np.where(seen, time, len(points))[::-1], axis=0)[::-1]
    known = (before >= 0) & (after < len(points))
    first, last = np.where(known, before, 0), np.where(known, after, 0)
    share = (time - first) / np.maximum(last - first, 1)  # (T, V)
    start = np.take_along_axis(points, first[..., None], axis=0)
    end = np.take_along_axis(points, last[..., None], axis=0)
    return start + (end - start) * share[..., None], known
