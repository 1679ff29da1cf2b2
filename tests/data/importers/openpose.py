"""OpenPose's files: names of its points and writers of its frames."""

import json
from pathlib import Path
from typing import Any

import numpy as np

OPENPOSE_25 = [
    "Nose",
    "Neck",
    "RShoulder",
    "RElbow",
    "RWrist",
    "LShoulder",
    "LElbow",
    "LWrist",
    "MidHip",
    "RHip",
    "RKnee",
    "RAnkle",
    "LHip",
    "LKnee",
    "LAnkle",
    "REye",
    "LEye",
    "REar",
    "LEar",
    "LBigToe",
    "LSmallToe",
    "LHeel",
    "RBigToe",
    "RSmallToe",
    "RHeel",
]
OPENPOSE_18 = [  # the older model: neither the middle of the hips nor feet
    name for name in OPENPOSE_25 if not name.endswith(("MidHip", "Toe", "Heel"))
]


def our_name(theirs: str) -> str:
    """`left_big_toe` of `LBigToe`."""
    if theirs == "Nose":
        return "nose"
    side = {"L": "left", "R": "right"}[theirs[0]]
    rest = "".join(f"_{c.lower()}" if c.isupper() else c for c in theirs[1:])
    return side + rest


def person(seed: int, names: list[str], confidence: float = 0.9) -> dict[str, list[float]]:
    random = np.random.default_rng(seed)

    def numbers(count: int) -> list[float]:
        points = random.uniform(1, 500, (count, 3))
        points[:, 2] = confidence
        return points.round(3).ravel().tolist()

    return {
        "person_id": [-1],
        "pose_keypoints_2d": numbers(len(names)),
        "face_keypoints_2d": numbers(70),
        "hand_left_keypoints_2d": numbers(21),
        "hand_right_keypoints_2d": numbers(21),
        "pose_keypoints_3d": [],
    }


def frame(folder: Path, number: int, *people: dict[str, Any]) -> None:
    folder.mkdir(exist_ok=True)
    file = folder / f"clip_{number}_keypoints.json"  # without zeros in front, as some tools write
    file.write_text(json.dumps({"version": 1.3, "people": list(people)}))
