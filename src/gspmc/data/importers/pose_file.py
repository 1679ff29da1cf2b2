"""`.pose` files, by the package pose-format."""

from pathlib import Path
from typing import Any

import numpy as np

from gspmc.data.importers.numerals import whole_number
from gspmc.data.importers.openpose import BODY_25, FACE_70
from gspmc.data.importers.points import one_person
from gspmc.errors import GspmcError, first_line
from gspmc.skeleton.mediapipe import FACE_MESH_NAMES, POSE_33
from gspmc.skeleton.points import ANKLES, BODY, FACE_68, FEET, hand

_WHOLE_BODY = frozenset(BODY + ANKLES + FEET)
_IN_ORDER: dict[str, tuple[str | None, ...]] = {
    "POSE_LANDMARKS": POSE_33,
    "LEFT_HAND_LANDMARKS": hand("left"),
    "RIGHT_HAND_LANDMARKS": hand("right"),
    "pose_keypoints_2d": BODY_25,
    "face_keypoints_2d": FACE_70,
    "hand_left_keypoints_2d": hand("left"),
    "hand_right_keypoints_2d": hand("right"),
    "LEFT_HAND": hand("left"),
    "RIGHT_HAND": hand("right"),
    "FACE": FACE_68,
}
"""Component -> its points in order: MediaPipe's, OpenPose's and COCO-WholeBody's components."""


def read_pose_file(
    file: Path,
) -> tuple[np.ndarray, list[str | None], float, int, int, tuple[str, ...]]:
    """Read a file.

    Returns:
        float32 (T, P, 3) x, y, confidence in pixels; the names of the points, None for those that
        no layout has; frames a second; width and height in pixels, 0 where unknown; notes.

    Raises:
        GspmcError: the package is not installed, or the file is damaged.
    """
    try:
        from pose_format import Pose
    except ImportError as error:
        raise GspmcError(".pose files need pose-format: pip install 'gspmc[pose]'") from error
    try:
        pose = Pose.read(file.read_bytes())
        body = pose.body
        coordinates = np.ma.filled(body.data, 0)[..., :2]  # (T, M, P, 2)
        values = np.concatenate([coordinates, body.confidence[..., None]], axis=-1)
        people = values.astype(np.float32).transpose(1, 0, 2, 3)  # (M, T, P, 3)
        names = [name for part in pose.header.components for name in _names(part)]
        size = pose.header.dimensions
        fps = float(body.fps)
    except Exception as error:  # struct.error, ValueError, IndexError, … of a damaged file
        raise GspmcError(f"cannot read it: {first_line(error)}") from error
    if not len(people):
        raise GspmcError("it shows nobody: leave it out")
    chosen, notes = one_person(people)
    return chosen, names, fps, int(size.width), int(size.height), notes


def _names(component: Any) -> list[str | None]:
    """Our names for the points of a component."""
    if component.name == "FACE_LANDMARKS":  # named by the number in the mesh; may be a selection
        return [_mesh_name(point) for point in component.points]
    if component.name == "BODY":
        return [point if point in _WHOLE_BODY else None for point in component.points]
    known = _IN_ORDER.get(component.name, ())
    if len(known) == len(component.points):
        return list(known)
    return [None] * len(component.points)


def _mesh_name(point: str) -> str | None:
    number = whole_number(point)
    return None if number is None else FACE_MESH_NAMES.get(number, f"face.mesh_{point}")
