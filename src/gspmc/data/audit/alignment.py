"""How far two clips are from being the same recording, under the best alignment near a guess."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gspmc.data.audit.tracks import Track, sample

FEWEST_FRAMES = 10
"""Fewer common frames (0.4 s) tell nothing."""
SMALLEST_OVERLAP = 0.5
"""Common frames must be this share of what the shorter clip shows."""
_HOPELESS = 0.8
_HOPEFUL = 0.35
_EXACT = 0.005
_SMOOTHED = 7
"""Frames over which differences are averaged: a tracker's tremble goes, another performance of the
sign, which differs for longer, stays."""


@dataclass(frozen=True)
class Alignment:
    """Frame t of the second clip is frame `tempo`·t + `offset` of the first."""

    tempo: float
    offset: float
    distance: float = float("inf")
    """RMS difference of the points, after the best shift and scale of the second clip, in units of
    the RMS movement of the points about their mean places (the smaller of the two clips')."""
    overlap: float = 0.0
    """Common frames as a share of those in which the shorter clip shows anything."""
    frames: int = 0
    """Common frames."""


def align(first: Track, second: Track, guess: Alignment, planar: bool) -> Alignment:
    """Search near a guess: offset by whole frames, then tempo, then offset by fractions.

    Args:
        first, second: tracks of the same joints; a mirrored copy is to be mirrored before.
        guess: tempo and offset to start from.
        planar: x and y are scaled each by itself.
    """
    # Whole frames where both have one rate: an exact copy lies on them.
    offset = round(guess.offset) if abs(guess.tempo - 1) < 1e-3 else guess.offset
    tempo = round(guess.tempo, 3)
    best = _best(first, second, tempo, np.array([float(offset)]), planar)
    if best.distance < _EXACT or best.distance > _HOPELESS:
        return best
    best = _best(first, second, tempo, offset + np.arange(-2, 2.5), planar)
    if best.distance < _EXACT or best.distance > _HOPEFUL:
        return best
    middle = len(second) / 2
    for spread, step in ((0.06, 0.75), (0.02, 0.25)):
        tempos = best.tempo * (1 + np.linspace(-spread, spread, 5))
        offsets = best.offset + np.arange(-2, 2.5) * step
        grid = np.stack(np.meshgrid(tempos, offsets)).reshape(2, -1)
        turned = grid[1] + (best.tempo - grid[0]) * middle
        found = _best(first, second, grid[0], turned, planar)
        best = min(best, found, key=lambda item: item.distance)
    return best


def _best(
    first: Track,
    second: Track,
    tempo: np.ndarray | float,
    offset: np.ndarray,
    planar: bool,
) -> Alignment:
    """The best of some alignments (G,)."""
    tempos = np.broadcast_to(tempo, offset.shape)
    times = tempos[:, None] * np.arange(len(second)) + offset[:, None]  # (G, T)
    moved, seen = sample(first.points, first.seen, times)  # (G, T, J, D)
    distance, frames = residual(moved, seen, second.points[None], second.seen[None], planar)
    shown = np.minimum(first.seen.any(axis=1).sum() / tempos, second.seen.any(axis=1).sum())
    overlap = frames / np.maximum(shown, 1)
    distance[(frames < FEWEST_FRAMES) | (overlap < SMALLEST_OVERLAP)] = np.inf
    best = int(np.argmin(distance))
    return Alignment(
        float(tempos[best]),
        float(offset[best]),
        distance=float(distance[best]),
        overlap=float(min(overlap[best], 1.0)),
        frames=int(frames[best]),
    )


def residual(
    a: np.ndarray, a_seen: np.ndarray, b: np.ndarray, b_seen: np.ndarray, planar: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Relative difference of aligned points, b shifted and scaled onto a by least squares.

    Args:
        a, b: (G, T, J, D); a_seen, b_seen: bool (G, T, J).
        planar: each axis has a scale of its own; else one scale for all.

    Returns:
        Distances (G,), infinite where nothing moves or nothing is common, and common frames (G,).
    """
    both = (a_seen & b_seen)[..., None].astype(np.float32)  # (G, T, J, 1)
    frames = both[..., 0].any(axis=2).sum(axis=1)
    count = np.maximum(both.sum(axis=(1, 2), keepdims=True), 1)
    a0 = (a - (a * both).sum(axis=(1, 2), keepdims=True) / count) * both
    b0 = (b - (b * both).sum(axis=(1, 2), keepdims=True) / count) * both
    axes = (1, 2) if planar else (1, 2, 3)
    cross = (a0 * b0).sum(axis=axes, keepdims=True)
    scale = np.maximum(cross, 0) / np.maximum((b0**2).sum(axis=axes, keepdims=True), 1e-12)
    b0 = b0 * scale
    error = (_smooth(a0 - b0, both) ** 2).sum(axis=axes)
    moved = np.minimum(_movement(a0, both, axes), _movement(b0, both, axes))
    if planar:
        error, moved = error.sum(axis=-1), moved.sum(axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        distance = np.sqrt(error / moved)
    distance[~(moved > 1e-9)] = np.inf
    return distance, frames


def _movement(points: np.ndarray, both: np.ndarray, axes: tuple[int, ...]) -> np.ndarray:
    """Sum of squares about every joint's own mean place."""
    count = np.maximum(both.sum(axis=1, keepdims=True), 1)
    mean = points.sum(axis=1, keepdims=True) / count
    return (_smooth((points - mean) * both, both) ** 2).sum(axis=axes)


def _smooth(values: np.ndarray, both: np.ndarray) -> np.ndarray:
    """Mean of the common frames around each common frame; (G, T, J, D), zero elsewhere."""
    reach = _SMOOTHED // 2

    def around(x: np.ndarray) -> np.ndarray:
        padded = np.pad(x, ((0, 0), (reach + 1, reach), (0, 0), (0, 0)))
        total = padded.cumsum(axis=1)
        return total[:, _SMOOTHED:] - total[:, :-_SMOOTHED]

    return around(values) / np.maximum(around(both), 1) * both
