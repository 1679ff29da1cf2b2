"""What a pose sequence refuses, each in one line."""

import dataclasses

import numpy as np
import pytest

from gspmc.errors import GspmcError
from gspmc.pose import MIN_CONFIDENCE, PoseSequence


def keypoints(frames: int = 4, joints: int = 42, channels: int = 3) -> np.ndarray:
    rng = np.random.default_rng(frames)
    return rng.uniform(size=(frames, joints, channels)).astype(np.float32)


def refused(array: np.ndarray, layout: str = "hands42", fps: float = 25.0) -> str:
    with pytest.raises(GspmcError) as failure:
        PoseSequence(array, layout, fps)
    message = str(failure.value)
    assert message and "\n" not in message
    return message


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
@pytest.mark.parametrize(
    ("layout", "joints", "channels"), [("hands42", 42, 3), ("gsp87", 87, 3), ("kinect20", 20, 4)]
)
def test_accepts_what_fits(layout: str, joints: int, channels: int, dtype: type) -> None:
    pose = PoseSequence(keypoints(5, joints, channels).astype(dtype), layout, 25.0)
    assert pose.keypoints.dtype == dtype
    assert (pose.width, pose.height) == (None, None)


def test_one_frame_is_a_clip() -> None:
    assert len(PoseSequence(keypoints(1), "hands42", 30.0).keypoints) == 1


def test_all_hands_missing_is_a_clip() -> None:
    pose = PoseSequence(np.zeros((3, 42, 3), dtype=np.float32), "hands42", 30.0)
    assert not pose.visible.any()


@pytest.mark.parametrize(
    "shape", [(4, 41, 3), (4, 42, 4), (4, 42, 2), (42, 3), (1, 4, 42, 3), (0,)]
)
def test_wrong_shape_names_the_layout_and_both_shapes(shape: tuple[int, ...]) -> None:
    message = refused(np.zeros(shape, dtype=np.float32))
    assert "hands42" in message and "(frames, 42, 3)" in message and str(shape) in message


def test_wrong_layout() -> None:
    assert "kinect20" in refused(keypoints(), "kinect20")
    assert "unknown layout 'hands'" in refused(keypoints(), "hands")


def test_empty_clip() -> None:
    assert "no frames" in refused(keypoints(0))


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("channel", [0, 1, 2])
def test_values_that_are_not_finite_name_the_first_frame(value: float, channel: int) -> None:
    array = keypoints(6)
    array[3, 7, channel] = value
    array[5, 0, 0] = value
    assert "frame 3" in refused(array)


@pytest.mark.parametrize("dtype", [np.int64, np.uint8, bool, complex])
def test_integers_are_refused(dtype: type) -> None:
    assert "floating point" in refused(np.ones((4, 42, 3), dtype=dtype))


@pytest.mark.parametrize("fps", [0.0, -25.0, float("nan"), float("inf")])
def test_frame_rate_must_be_positive(fps: float) -> None:
    assert "fps" in refused(keypoints(), fps=fps)


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_visible_from_the_threshold_on(dtype: type) -> None:
    array = np.zeros((1, 42, 3), dtype=dtype)
    array[0, :3, 2] = (MIN_CONFIDENCE - 0.01, MIN_CONFIDENCE, 1)
    visible = PoseSequence(array, "hands42", 25.0).visible
    assert visible.shape == (1, 42)
    assert visible[0, :4].tolist() == [False, True, True, False]


def test_a_sequence_cannot_be_reassigned() -> None:
    pose = PoseSequence(keypoints(), "hands42", 25.0)
    with pytest.raises(dataclasses.FrozenInstanceError):
        pose.layout = "gsp87"  # type: ignore[misc]
