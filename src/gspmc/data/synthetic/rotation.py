"""Rotations that change over time."""

import numpy as np


def about(axis: np.ndarray, angle: np.ndarray) -> np.ndarray:
    """Rotation by `angle` (T,) about a fixed unit `axis` (3,): (T, 3, 3), after Rodrigues."""
    x, y, z = axis
    cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]], dtype=float)
    sine, cosine = np.sin(angle)[:, None, None], np.cos(angle)[:, None, None]
    return np.eye(3) + sine * cross + (1 - cosine) * (cross @ cross)


def by_vector(turn: np.ndarray) -> np.ndarray:
    """Rotation about the vector `turn` (3,) by its length in radians: (3, 3)."""
    angle = float(np.linalg.norm(turn))
    return about(turn / angle, np.array([angle]))[0] if angle > 0 else np.eye(3)


def blend(start: np.ndarray, end: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """From rotation `start` (3, 3) to `end` (3, 3) along the shortest way: (T, 3, 3)."""
    difference = end @ start.T
    angle = np.arccos(np.clip((np.trace(difference) - 1) / 2, -1, 1))
    axis = np.array(
        [
            difference[2, 1] - difference[1, 2],
            difference[0, 2] - difference[2, 0],
            difference[1, 0] - difference[0, 1],
        ]
    )
    length = float(np.linalg.norm(axis))
    if length < 1e-6:  # no turn, or exactly half a turn: then any axis that both leave will do
        eigenvalues, vectors = np.linalg.eigh((difference + difference.T) / 2)
        axis, length = vectors[:, int(np.argmax(eigenvalues))], 1.0
    return about(axis / length, weight * angle) @ start
