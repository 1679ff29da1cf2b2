"""`.pose` files, and every form of file in one manifest."""

from pathlib import Path

import numpy as np
import pytest
from tests.data.importers.forms import (
    GSP87,
    HOLISTIC,
    WHOLE_BODY,
    flat,
    holistic,
    pixels,
    read,
    save,
)
from tests.data.importers.openpose import OPENPOSE_25, frame, person
from tests.data.importers.pose_file import mediapipe_components, write_pose

from gspmc.data.importers.keypoint_file import KeypointFormat
from gspmc.data.importers.manifest import import_manifest
from gspmc.errors import GspmcError
from gspmc.skeleton import convert

pose_format = pytest.importorskip("pose_format")


def test_a_pose_file_of_mediapipe(tmp_path: Path) -> None:
    points = pixels(4, points=576, size=480)[:, None]
    points[2, 0, 501:522] = 0
    file = write_pose(tmp_path / "a.pose", mediapipe_components(list(range(468))), points)
    pose = read(file, layout=HOLISTIC.name, fps=5).pose
    assert (pose.fps, pose.width, pose.height) == (30, 640, 480)
    wanted = points[:, 0, :543] / np.array([480, 480, 1], np.float32)
    np.testing.assert_array_equal(pose.keypoints, wanted.astype(np.float16))
    paper = read(file, layout=HOLISTIC.name, to_layout="gsp87").pose
    np.testing.assert_array_equal(paper.keypoints, convert(pose.keypoints, HOLISTIC, GSP87))


def test_a_pose_file_that_does_not_know_its_pictures_size(tmp_path: Path) -> None:
    points = pixels(2, points=576, size=480)[:, None]
    mesh = mediapipe_components(list(range(468)))
    file = write_pose(tmp_path / "a.pose", mesh, points, size=(0, 0))
    with pytest.raises(GspmcError, match="they are pixels: give --width and --height"):
        read(file, layout=HOLISTIC.name)
    pose = read(file, layout=HOLISTIC.name, width=640, height=480).pose
    wanted = points[:, 0, :543] / np.array([480, 480, 1], np.float32)
    np.testing.assert_array_equal(pose.keypoints, wanted.astype(np.float16))


def test_a_selection_of_the_face_is_placed_by_number(tmp_path: Path) -> None:
    points = pixels(2, points=33 + 3 + 42 + 33)[:, None]
    file = write_pose(tmp_path / "a.pose", mediapipe_components([61, 152, 4]), points)
    pose = read(file, layout="gsp87").pose
    for place, name in ((33, "mouth.outer_right_corner"), (34, "face.chin"), (35, "face.nose_tip")):
        np.testing.assert_allclose(
            pose.keypoints[:, GSP87.index(name), 0], points[:, 0, place, 0] / 480, rtol=1e-3
        )
    assert not pose.keypoints[:, GSP87.index("face.jaw_left_2")].any()


def test_a_pose_file_of_whole_body_points(tmp_path: Path) -> None:
    components = {
        "BODY": list(WHOLE_BODY.joints[:23]),
        "FACE": [f"face-{n}" for n in range(68)],
        "LEFT_HAND": [f"hand_{n}" for n in range(21)],
        "RIGHT_HAND": [f"hand_{n}" for n in range(21)],
    }
    points = pixels(3)[:, None]
    pose = read(write_pose(tmp_path / "a.pose", components, points), layout=WHOLE_BODY.name).pose
    wanted = points[:, 0] / np.array([480, 480, 1], np.float32)
    np.testing.assert_array_equal(pose.keypoints, wanted.astype(np.float16))


def test_of_several_people_in_a_pose_file_the_surest_is_taken(tmp_path: Path) -> None:
    points = np.stack([pixels(2, seed, points=576) for seed in (1, 2)], axis=1)
    points[..., 2] = 0.5
    points[:, 1, :, 2] = 1
    file = write_pose(tmp_path / "a.pose", mediapipe_components(list(range(468))), points)
    pose = read(file, layout=HOLISTIC.name).pose
    wanted = points[:, 1, :543] / np.array([480, 480, 1], np.float32)
    np.testing.assert_array_equal(pose.keypoints, wanted.astype(np.float16))


def test_a_damaged_pose_file_is_one_line(tmp_path: Path) -> None:
    points = pixels(3, points=576)[:, None]
    file = write_pose(tmp_path / "a.pose", mediapipe_components(list(range(468))), points)
    whole = file.read_bytes()
    for size in (0, 1, 100, len(whole) // 2):
        file.write_bytes(whole[:size])
        with pytest.raises(GspmcError, match=r"a\.pose: ") as failure:
            read(file, layout=HOLISTIC.name)
        assert "\n" not in str(failure.value)


def test_a_manifest_of_every_form(tmp_path: Path) -> None:
    save(tmp_path / "a.npy", flat(holistic()))
    points = pixels(2, points=576)[:, None]
    write_pose(tmp_path / "b.pose", mediapipe_components(list(range(468))), points)
    frame(tmp_path / "c", 0, person(0, OPENPOSE_25))
    rows = ["path,label,fps", "a.npy,x,", "b.pose,y,", "c,z,50", "b.pose,y,12"]
    (tmp_path / "list.csv").write_text("\n".join(rows))
    form = KeypointFormat(HOLISTIC.name, "hands42", width=640, height=480)
    found = list(import_manifest(tmp_path / "list.csv", form))
    assert [clip.pose.fps for clip in found] == [25, 30, 50, 12]  # the manifest's own comes first
    assert {clip.pose.layout for clip in found} == {"hands42"}
