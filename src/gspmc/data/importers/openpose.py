"""OpenPose: a folder of one JSON file a frame.

Source of the numbering: OpenPose's output documentation (BODY_25, COCO 18, face 70, hand 21).
"""

import json
import re
from pathlib import Path
from typing import Any

import numpy as np

from gspmc.data.importers.points import one_person
from gspmc.errors import GspmcError, first_line
from gspmc.skeleton.points import FACE_68, FEET, hand

_ARMS = tuple(
    f"{side}_{joint}" for side in ("right", "left") for joint in ("shoulder", "elbow", "wrist")
)
_RIGHT_LEG, _LEFT_LEG = (
    tuple(f"{side}_{joint}" for joint in ("hip", "knee", "ankle")) for side in ("right", "left")
)
_HEAD = ("right_eye", "left_eye", "right_ear", "left_ear")
BODY_25 = ("nose", None, *_ARMS, None, *_RIGHT_LEG, *_LEFT_LEG, *_HEAD, *FEET)
COCO_18 = ("nose", None, *_ARMS, *_RIGHT_LEG, *_LEFT_LEG, *_HEAD)
"""No layout has OpenPose's neck and the middle of its hips, nor its two pupils."""
FACE_70 = (*FACE_68, None, None)
_PARTS = (
    ("pose_keypoints_2d", 25),
    ("face_keypoints_2d", 70),
    ("hand_left_keypoints_2d", 21),
    ("hand_right_keypoints_2d", 21),
)
_NUMBERS = re.compile(r"([0-9]+)")


def read_openpose(folder: Path) -> tuple[np.ndarray, tuple[str | None, ...], tuple[str, ...]]:
    """Read a folder, its files in the order of the numbers in their names.

    Returns:
        float32 (T, P, 3) x, y, confidence in pixels; the names of the points; notes.

    Raises:
        GspmcError: there is no JSON file, or one is not of OpenPose's form.
    """
    files = sorted(folder.glob("*.json"), key=_natural)
    if not files:
        raise GspmcError("cannot read it: a folder without OpenPose's JSON files")
    body_points = 0
    frames: list[list[np.ndarray]] = []
    for file in files:
        people, points = _people_of(file)
        if points and body_points and points != body_points:
            raise GspmcError(f"{file.name} has {points} body points, those before {body_points}")
        body_points = body_points or points
        frames.append(people)
    most = max(len(people) for people in frames)
    values = np.zeros((max(most, 1), len(frames), 137, 3), np.float32)
    for frame, people in enumerate(frames):
        for place, person in enumerate(people):
            values[place, frame] = person
    chosen, notes = one_person(values)
    body = COCO_18 + (None,) * 7 if body_points == 18 else BODY_25
    return chosen, (*body, *FACE_70, *hand("left"), *hand("right")), notes


def _natural(file: Path) -> list[Any]:
    """`frame10` after `frame9`."""
    return [
        int(part) if place % 2 else part
        for place, part in enumerate(_NUMBERS.split(file.name))  # every second one is a number
    ]


def _people_of(file: Path) -> tuple[list[np.ndarray], int]:
    """(137, 3) of every person, and how many points their body has (0 without people)."""
    try:
        people = json.loads(file.read_text(encoding="utf-8"))["people"]
        found, points = [], 0
        for person in people:
            parts = []
            for name, size in _PARTS:
                values = np.asarray(person.get(name) or [], np.float32).reshape(-1, 3)
                if name == "pose_keypoints_2d" and len(values):
                    if len(values) not in (18, 25):
                        raise ValueError(f"{len(values)} body points, not 25 or 18")
                    points = len(values)
                elif len(values) not in (0, size):
                    raise ValueError(f"{len(values)} points in {name}, not {size}")
                parts.append(np.pad(values, ((0, size - len(values)), (0, 0))))
            found.append(np.concatenate(parts))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise GspmcError(f"{file.name} is no OpenPose frame: {first_line(error)}") from error
    return found, points
