"""Short windows of a clip as vectors that stay nearly the same in every copy."""

from __future__ import annotations

import numpy as np

from gspmc.data.audit.tracks import Track, sample
from gspmc.data.preprocess import fill_gaps

WINDOW = 0.6
"""Seconds of a window."""
SAMPLES = 8
"""Moments of a window that enter its vector."""
MOTION_WEIGHT = 2.0
"""How much a point's path inside the window weighs against its mean place."""
_SEEN_SHARE = 0.5
_SMALLEST = 1e-6


def window_frames(track: Track, tempo: float) -> float:
    """Length of a window in frames of the track, from its first moment to its last."""
    return WINDOW * track.fps * tempo


def windows(
    track: Track, starts: np.ndarray, tempo: float, planar: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Vectors of windows, independent of the picture's shift and scale.

    Points seen in less than half of a window are left out of it (zero); shorter gaps are
    interpolated. Of a planar clip x and y are scaled each by itself, as the aspect may be lost.

    Args:
        track: (T, J, D).
        starts: (N,) first frame of each window.
        tempo: how much faster the clip is played than its frame rate says.
        planar: points have no depth.

    Returns:
        float32 (N, (1 + SAMPLES)·J·D), mean places then paths, and the movement (N,): RMS path
        over spread; 0 where nothing is seen.
    """
    filled, known = fill_gaps(track.points, track.seen)
    length = window_frames(track, tempo)
    times = starts[:, None] + np.linspace(0, length, SAMPLES)  # (N, S)
    points, inside = sample(filled, known, times)  # (N, S, J, D), (N, S, J)
    frames = starts[:, None] + np.arange(int(length) + 1)
    share = track.seen[np.minimum(frames, len(track) - 1)].mean(axis=1)  # (N, J)
    used = inside.all(axis=1) & (share >= _SEEN_SHARE)  # (N, J)
    weight = used[:, None, :, None]
    count = np.maximum(used.sum(axis=1), 1)[:, None, None, None] * SAMPLES
    centre = (points * weight).sum(axis=(1, 2), keepdims=True) / count
    centred = (points - centre) * weight
    variance = (centred**2).sum(axis=(1, 2), keepdims=True) / count  # (N, 1, 1, D)
    if not planar:
        variance = variance.mean(axis=-1, keepdims=True)
    scaled = centred / np.sqrt(np.maximum(variance, _SMALLEST**2))
    place = scaled.mean(axis=1, keepdims=True)  # (N, 1, J, D)
    path = scaled - place
    size = np.sqrt(np.maximum(count[:, 0, 0, 0], 1))[:, None]
    flat = [part.reshape(len(starts), np.prod(part.shape[1:])) for part in (place, path)]
    movement = np.sqrt((flat[1] ** 2).sum(axis=1)) / size[:, 0]
    movement[~used.any(axis=1)] = 0
    vector = np.concatenate([flat[0] * np.sqrt(SAMPLES), MOTION_WEIGHT * flat[1]], axis=1) / size
    return vector.astype(np.float32), movement


def mirrored_vectors(vectors: np.ndarray, dimensions: int, mirror: list[int]) -> np.ndarray:
    """What `windows` would give of the mirrored clip.

    Args:
        vectors: (N, (1 + SAMPLES)·J·D) out of `windows`.
        dimensions: D.
        mirror: (J,) the point that takes each one's place.
    """
    by_point = (len(vectors), SAMPLES + 1, len(mirror), dimensions)
    turned = vectors.reshape(by_point)[:, :, mirror]
    turned[..., 0] *= -1
    return turned.reshape(vectors.shape)
