"""MediaPipe Holistic's points as arrays, in the forms in which people save them."""

import numpy as np

from gspmc.skeleton import Layout

_POSE = 33


def is_flat_holistic(array: np.ndarray, layout: Layout) -> bool:
    """(T, 1662): pose x, y, z, visibility; then face, left and right hand x, y, z."""
    flat = 4 * _POSE + 3 * (layout.num_joints - _POSE)
    return is_holistic(layout) and array.ndim == 2 and array.shape[1] == flat


def is_holistic_with_depth(array: np.ndarray, layout: Layout) -> bool:
    """(T, 543, 4): x, y, z, visibility of every point."""
    return is_holistic(layout) and array.shape[1:] == (layout.num_joints, 4)


def is_holistic(layout: Layout) -> bool:
    """Its arrays are read as MediaPipe gives them."""
    return layout.name.startswith("mediapipe_holistic")


def from_flat(array: np.ndarray) -> np.ndarray:
    """(T, 1662) as float32 (T, 543, 3): x, y, confidence. Depth is left out."""
    pose = array[:, : 4 * _POSE].reshape(len(array), _POSE, 4)
    rest = array[:, 4 * _POSE :].reshape(len(array), -1, 3)
    return np.concatenate([_with_visibility(pose), seen_where_there(rest)], axis=1)


def from_depth(array: np.ndarray) -> np.ndarray:
    """(T, 543, 4) as float32 (T, 543, 3): x, y, confidence."""
    pose, rest = array[:, :_POSE], array[:, _POSE:]
    return np.concatenate([_with_visibility(pose), seen_where_there(rest)], axis=1)


def seen_where_there(coordinates: np.ndarray) -> np.ndarray:
    """(..., 2 or more) as float32 (..., 3): confidence 1 where x and y are given, 0 where they are
    both zero or one is no number, as MediaPipe tells no confidence for face and hands."""
    x_and_y = coordinates[..., :2].astype(np.float32)
    there = np.isfinite(x_and_y).all(axis=-1) & (x_and_y != 0).any(axis=-1)
    return np.concatenate([np.where(there[..., None], x_and_y, 0), there[..., None]], axis=-1)


def _with_visibility(pose: np.ndarray) -> np.ndarray:
    """(..., 4) x, y, z, visibility as (..., 3); a point that is not there has visibility 0."""
    points = seen_where_there(pose)
    return np.concatenate(
        [points[..., :2], points[..., 2:] * np.nan_to_num(pose[..., 3:])], axis=-1
    )
