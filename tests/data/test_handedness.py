"""Which hand moves further, on paths drawn by hand."""

import numpy as np
import pytest
from tests.tiny import pose

from gspmc.data.clip import Clip
from gspmc.data.handedness import Handedness, count_handedness, path_length
from gspmc.skeleton import get_layout

HANDS = get_layout("hands42")
LEFT, RIGHT = (HANDS.index(f"{side}_hand.root") for side in ("left", "right"))


def moving(left: list[float], right: list[float], signer: str = "s") -> Clip:
    """A clip whose hand roots move along x, one number a frame."""
    points = np.zeros((len(left), 42, 3), dtype=np.float16)
    points[..., 2] = 1
    points[:, LEFT, 0], points[:, RIGHT, 0] = left, right
    return Clip("any", "book", signer, "train", pose(points))


def test_a_path_is_the_sum_of_its_steps() -> None:
    clip = moving([0, 0.5, 0.25, 0.25], [0] * 4)
    assert path_length(clip.pose, LEFT) == pytest.approx(0.75)
    assert path_length(clip.pose, RIGHT) == 0


def test_steps_to_and_from_unseen_frames_do_not_count() -> None:
    clip = moving([0, 0.5, 0.25, 0.5, 1], [0] * 5)
    clip.pose.keypoints[1, LEFT] = 0
    assert path_length(clip.pose, LEFT) == pytest.approx(0.25 + 0.5)


def test_depth_counts_where_there_is_any() -> None:
    layout = get_layout("kinect20")
    points = np.ones((2, 20, 4), dtype=np.float32)
    joint = layout.index("left_wrist")
    points[1, joint, :3] = (4, 5, 13)  # a step of (3, 4, 12)
    assert path_length(pose(points, "kinect20"), joint) == pytest.approx(13)


def test_clips_and_signers_are_counted() -> None:
    clips = [
        moving([0, 1], [0, 0.25], "left-handed"),
        moving([0, 1], [0, 0.75], "left-handed"),
        moving([0, 0.25], [0, 1], "left-handed"),
        moving([0, 0.75], [0, 1], "right-handed"),
        moving([0, 0], [0, 0], "still"),
        moving([0, 1], [0, 0], ""),
    ]
    assert count_handedness(clips) == Handedness(
        clips=6,
        left=3,
        clearly_left=2,
        right=2,
        clearly_right=1,
        undecided=1,
        left_signers=1,
        signers=3,
    )
