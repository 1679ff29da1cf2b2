"""The mean skeleton: where points are put, told by hand."""

import numpy as np
import pytest

from gspmc.data.windows import ClipWindows
from gspmc.evaluate.mean_skeleton import mean_panels
from gspmc.skeleton import get_layout


def windows(layout_name: str, *clips: np.ndarray) -> ClipWindows:
    return ClipWindows(clips, [0] * len(clips), get_layout(layout_name), 4)


def filled(layout_name: str, frames: int = 2) -> np.ndarray:
    layout = get_layout(layout_name)
    generator = np.random.default_rng(0)
    return generator.normal(size=(frames, layout.num_joints, len(layout.channels))).astype("f4")


@pytest.mark.parametrize(
    ("layout", "names"),
    [
        ("hands42", ["right hand", "left hand"]),
        ("kinect20", ["body"]),
        ("gsp87", ["right hand", "body", "face and mouth", "left hand"]),
        ("masa49", ["right hand", "body", "left hand"]),
        ("sam27", ["right hand", "body", "left hand"]),
    ],
)
def test_panels_hold_every_joint_once(layout: str, names: list[str]) -> None:
    panels = mean_panels(windows(layout, filled(layout)))
    assert [panel.name for panel in panels] == names
    joints = [joint for panel in panels for joint in panel.joints]
    assert sorted(joints) == list(range(get_layout(layout).num_joints))
    assert all(panel.positions.shape == (len(panel.joints), 2) for panel in panels)


def test_the_body_is_a_mean_over_the_frames_that_know_the_joint() -> None:
    points = np.zeros((3, 20, 4), dtype=np.float32)
    points[0, 5, :2], points[2, 5, :2] = (1, 2), (3, 6)  # in the frame between it is unknown
    (panel,) = mean_panels(windows("kinect20", points))
    np.testing.assert_allclose(panel.positions[5], [2, 4])
    assert np.isnan(panel.positions[6]).all()


@pytest.mark.parametrize("turn", [0.0, 0.7, 2.5, -1.9])
@pytest.mark.parametrize("flip", [1, -1])
@pytest.mark.parametrize("side", ["right", "left"])
def test_a_hand_is_the_same_however_it_is_turned(turn: float, flip: int, side: str) -> None:
    layout = get_layout("hands42")
    hand = np.random.default_rng(1).normal(size=(21, 2))
    hand[0], hand[9] = (0, 0), (0, -1)  # root, and the middle knuckle above it
    hand[5], hand[17] = (0.4, -0.9), (-0.5, -0.8)  # the index's on the right, the pinky's left
    if side == "left":
        hand[:, 0] *= -1
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    points = np.zeros((1, 42, 3), dtype=np.float32)
    points[0, list(layout.parts[f"{side}_hand"]), :2] = 3 * (hand * [flip, 1]) @ rotation.T + 5
    panels = {panel.name: panel for panel in mean_panels(windows("hands42", points))}
    np.testing.assert_allclose(panels[f"{side} hand"].positions, hand, atol=1e-5)
    other = "left" if side == "right" else "right"
    assert np.isnan(panels[f"{other} hand"].positions).all()
