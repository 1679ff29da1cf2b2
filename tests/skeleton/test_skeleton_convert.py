"""Conversion against METHOD's table, written out as index lists."""

import numpy as np
import pytest

from gspmc.errors import GspmcError
from gspmc.skeleton import convert, get_layout

FROM_WHOLEBODY = {
    "gsp87": [
        *range(0, 15),
        *range(91, 112),
        *range(112, 133),
        *(71, 73, 75, 77, 79, 81, 83, 85, 87, 89),
        *(23, 25, 27, 29, 31, 33, 35, 37, 39),
        *(40, 42, 44, 45, 47, 49),
        *(59, 62, 65, 68),
        53,
    ],
    "cosign76": [
        *(0, 5, 6, 7, 8, 9, 10, 11, 12),
        *range(91, 112),
        *range(112, 133),
        *(71, 73, 75, 77, 83, 85, 87, 89),
        *(23, 27, 29, 31, 33, 35, 39),
        *(40, 42, 44, 45, 47, 49),
        *(59, 62, 65, 68),
    ],
    "masa49": [0, 5, 6, 7, 8, 9, 10, *range(91, 133)],
    "sam27": [
        *(0, 5, 6, 7, 8, 9, 10),
        *(91, 95, 96, 99, 100, 103, 104, 107, 108, 111),
        *(112, 116, 117, 120, 121, 124, 125, 128, 129, 132),
    ],
    "hands42": list(range(91, 133)),
}

POSE, MESH = 33, 468
FACE_OF_GSP87 = [
    *(61, 37, 267, 291, 314, 84, 78, 13, 308, 14),
    *(127, 93, 58, 136, 152, 365, 288, 323, 356),
    *(70, 105, 107, 336, 334, 300),
    *(33, 133, 362, 263),
    4,
]
BODY_OF_GSP87 = [0, 2, 5, 7, 8, 11, 12, 13, 14, 15, 16, 23, 24, 25, 26]


def from_holistic(mesh: int) -> list[int]:
    """gsp87 out of MediaPipe Holistic: pose 33, face mesh, left hand, right hand."""
    hands = range(POSE + mesh, POSE + mesh + 42)
    return [*BODY_OF_GSP87, *hands, *(POSE + point for point in FACE_OF_GSP87)]


def numbered(layout: str, frames: int = 3) -> np.ndarray:
    """(T, V, C) in which every number tells its frame, point and channel."""
    source = get_layout(layout)
    shape = (frames, source.num_joints, len(source.channels))
    return np.arange(np.prod(shape), dtype=np.float32).reshape(shape)


@pytest.mark.parametrize("target", FROM_WHOLEBODY)
def test_wholebody_gives_the_points_of_the_table(target: str) -> None:
    keypoints = numbered("coco_wholebody133")
    converted = convert(keypoints, get_layout("coco_wholebody133"), get_layout(target))
    assert len(FROM_WHOLEBODY[target]) == int(target[-2:])
    np.testing.assert_array_equal(converted, keypoints[:, FROM_WHOLEBODY[target]])


@pytest.mark.parametrize(("source", "mesh"), [("", 468), ("478", 478)])
def test_holistic_gives_the_points_of_the_table(source: str, mesh: int) -> None:
    layout = get_layout(f"mediapipe_holistic{source}")
    keypoints = numbered(layout.name)
    assert keypoints.shape[1] == POSE + mesh + 42
    converted = convert(keypoints, layout, get_layout("gsp87"))
    np.testing.assert_array_equal(converted, keypoints[:, from_holistic(mesh)])


def test_holistic_gives_pose_and_hands() -> None:
    keypoints = numbered("mediapipe_holistic")
    converted = convert(keypoints, get_layout("mediapipe_holistic"), get_layout("holistic75"))
    picked = np.concatenate([keypoints[:, :33], keypoints[:, 501:]], axis=1)
    np.testing.assert_array_equal(converted, picked)


@pytest.mark.parametrize("target", ["cosign76", "masa49", "sam27", "hands42"])
def test_the_way_over_gsp87_is_the_direct_way(target: str) -> None:
    source, middle = get_layout("coco_wholebody133"), get_layout("gsp87")
    keypoints = numbered(source.name)
    direct = convert(keypoints, source, get_layout(target))
    np.testing.assert_array_equal(
        convert(convert(keypoints, source, middle), middle, get_layout(target)), direct
    )


def test_to_itself_and_with_any_leading_axes() -> None:
    layout = get_layout("gsp87")
    batch = np.random.default_rng(0).normal(size=(2, 4, 87, 3)).astype(np.float16)
    same = convert(batch, layout, layout)
    assert same.dtype == np.float16
    np.testing.assert_array_equal(same, batch)
    hands = convert(batch, layout, get_layout("hands42"))
    np.testing.assert_array_equal(hands, batch[:, :, 15:57])


def test_the_result_is_a_copy() -> None:
    layout = get_layout("hands42")
    keypoints = np.zeros((1, 42, 3), dtype=np.float32)
    convert(keypoints, layout, layout)[:] = 1
    assert not keypoints.any()


@pytest.mark.parametrize(
    ("shape", "source", "target", "message"),
    [
        ((3, 87, 3), "coco_wholebody133", "gsp87", r"coco_wholebody133.*133.*87"),
        ((3, 133, 2), "coco_wholebody133", "gsp87", r"coco_wholebody133"),
        ((133,), "coco_wholebody133", "gsp87", r"coco_wholebody133"),
        ((3, 42, 3), "hands42", "gsp87", r"hands42 to gsp87.*lacks 45 points.*nose"),
        ((3, 20, 4), "kinect20", "gsp87", r"kinect20 to gsp87.*channels"),
        ((3, 75, 3), "holistic75", "gsp87", r"holistic75 to gsp87.*lacks 30 points.*mouth"),
    ],
)
def test_what_does_not_fit_is_one_line(
    shape: tuple[int, ...], source: str, target: str, message: str
) -> None:
    with pytest.raises(GspmcError, match=message) as failure:
        convert(np.zeros(shape, dtype=np.float32), get_layout(source), get_layout(target))
    assert "\n" not in str(failure.value)
