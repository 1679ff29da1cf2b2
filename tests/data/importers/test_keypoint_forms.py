"""Forms of arrays beside the plain one: MediaPipe's, fractions, depth, flipped pictures."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.data.importers.forms import GSP87, HOLISTIC, expected, flat, holistic, pixels, read, save

from gspmc.errors import GspmcError
from gspmc.skeleton import convert


@pytest.mark.parametrize(("points", "layout"), [(543, ""), (553, "478")])
def test_mediapipe_arrays(tmp_path: Path, points: int, layout: str) -> None:
    values = holistic(points=points)
    name = f"mediapipe_holistic{layout}"
    for array in (values, flat(values)):
        file = save(tmp_path / "a.npy", array)
        found = read(file, layout=name).pose
        assert found.layout == name
        np.testing.assert_array_equal(found.keypoints, expected(values))
    assert flat(holistic()).shape == (3, 1662)


def test_x_is_multiplied_by_the_aspect(tmp_path: Path) -> None:
    file = save(tmp_path / "a.npy", flat(holistic()))
    pose = read(file, layout=HOLISTIC.name, to_layout="gsp87", width=1280, height=720).pose
    whole = expected(holistic(), 1280 / 720)
    np.testing.assert_array_equal(pose.keypoints, convert(whole, HOLISTIC, GSP87))
    assert (pose.width, pose.height) == (1280, 720)


@pytest.mark.parametrize("options", [{}, {"third": "depth"}, {"fractions": True}])
@pytest.mark.parametrize("is_flat", [False, True], ids=["543 x 3", "1629"])
def test_three_numbers_of_mediapipe_are_fractions_and_depth(
    tmp_path: Path, options: dict[str, Any], is_flat: bool
) -> None:
    values = holistic()
    values[..., 2] -= 0.5  # as depth is: in front of the hips and behind them
    values[2, 40] = np.nan
    array = values[..., :3].reshape(3, -1) if is_flat else values[..., :3]
    file = save(tmp_path / "a.npy", array)
    pose = read(file, layout=HOLISTIC.name, width=1280, height=720, **options).pose
    values[2, 40] = 0
    values[:, :33, 3] = 1
    np.testing.assert_array_equal(pose.keypoints, expected(values, 1280 / 720))


def test_whoever_kept_confidence_or_pixels_says_so(tmp_path: Path) -> None:
    values = holistic()[..., :3]
    file = save(tmp_path / "a.npy", values)
    found = read(file, layout=HOLISTIC.name, third="confidence").pose.keypoints
    np.testing.assert_array_equal(found, values.astype(np.float16))
    pixels = save(tmp_path / "b.npy", values * np.array([1280, 720, 1], np.float32))
    size = {"layout": HOLISTIC.name, "width": 1280, "height": 720}
    np.testing.assert_allclose(
        read(pixels, **size, fractions=False).pose.keypoints,
        read(file, **size).pose.keypoints,
        rtol=2e-3,
    )
    values[2, 40] = np.nan
    save(file, values)
    with pytest.raises(GspmcError, match="NaN"):
        read(file, layout=HOLISTIC.name, third="confidence")


def test_depth_in_any_planar_layout_is_noticed(tmp_path: Path) -> None:
    points = pixels(3, size=1, points=75)
    points[..., 2] = np.random.default_rng(1).normal(0, 0.05, (3, 75))
    file = save(tmp_path / "a.npy", points)
    with pytest.raises(GspmcError, match="are negative, so .* no confidence: .*--third depth"):
        read(file, layout="holistic75")
    pose = read(file, layout="holistic75", third="depth").pose
    np.testing.assert_array_equal(pose.keypoints[..., :2], points[..., :2].astype(np.float16))
    assert (pose.keypoints[..., 2] == 1).all()


@pytest.mark.parametrize(("low", "high"), [(-0.009, 1.2), (0, 9)], ids=["heatmaps", "SimCC"])
def test_scores_as_detectors_have_them_are_kept(tmp_path: Path, low: float, high: float) -> None:
    points = pixels(3, size=1)
    points[..., 2] = np.random.default_rng(1).uniform(low, high, (3, 133))
    points[0] = -1  # what some tools write for a point that is not there
    points[1, :20, 2] = -0.2
    pose = read(save(tmp_path / "a.npy", points), layout="coco_wholebody133").pose
    points[points[..., 2] <= 0] = 0
    np.testing.assert_array_equal(pose.keypoints, points.astype(np.float16))


def test_fractions_of_any_layout(tmp_path: Path) -> None:
    points = pixels(size=1)
    file = save(tmp_path / "a.npy", points)
    form = {"layout": "coco_wholebody133", "fractions": True}
    np.testing.assert_array_equal(read(file, **form).pose.keypoints, points.astype(np.float16))
    wide = read(file, **form, width=200, height=100).pose.keypoints
    np.testing.assert_array_equal(
        wide, (points * np.array([2, 1, 1], np.float32)).astype(np.float16)
    )


def test_flipped_pictures_are_flipped_back(tmp_path: Path) -> None:
    points = pixels(2)
    points[1, 91] = 0  # one point of the left hand is missing
    file = save(tmp_path / "a.npy", points)
    form = {"layout": "coco_wholebody133", "to_layout": "gsp87", "width": 1024, "height": 512}
    straight = read(file, **form).pose.keypoints.astype(np.float32)
    back = read(file, **form, mirrored=True).pose.keypoints.astype(np.float32)
    for name, across in (
        ("nose", "nose"),
        ("left_wrist", "right_wrist"),
        ("right_hand.index_tip", "left_hand.index_tip"),
        ("face.jaw_right_8", "face.jaw_left_8"),
    ):
        there, here = straight[:, GSP87.index(across)], back[:, GSP87.index(name)]
        np.testing.assert_allclose(here[:, 0], 2 - there[:, 0], atol=2e-3)
        np.testing.assert_array_equal(here[:, 1:], there[:, 1:])
    assert not back[1, GSP87.index("right_hand.root")].any()
