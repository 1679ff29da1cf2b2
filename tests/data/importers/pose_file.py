"""Writers of `.pose` files."""

from pathlib import Path

import numpy as np


def write_pose(
    file: Path,
    components: dict[str, list[str]],
    points: np.ndarray,
    fps: float = 30,
    size: tuple[int, int] = (640, 480),
) -> Path:
    """points: (T, M, P, 3) x, y, confidence in pixels."""
    from pose_format import Pose
    from pose_format.numpy import NumPyPoseBody
    from pose_format.pose_header import PoseHeader, PoseHeaderComponent, PoseHeaderDimensions

    parts = [PoseHeaderComponent(n, p, [], [], "XYZC") for n, p in components.items()]
    header = PoseHeader(0.2, PoseHeaderDimensions(*size, 1000), parts)
    data = np.concatenate([points[..., :2], np.zeros_like(points[..., :1])], axis=-1)
    with file.open("wb") as stream:
        Pose(header, NumPyPoseBody(fps, data, points[..., 2])).write(stream)
    return file


def mediapipe_components(mesh: list[int]) -> dict[str, list[str]]:
    hands = [f"HAND_{n}" for n in range(21)]
    return {
        "POSE_LANDMARKS": [f"POSE_{n}" for n in range(33)],
        "FACE_LANDMARKS": [str(n) for n in mesh],
        "LEFT_HAND_LANDMARKS": hands,
        "RIGHT_HAND_LANDMARKS": hands,
        "POSE_WORLD_LANDMARKS": [f"POSE_{n}" for n in range(33)],
    }
