"""OpenPose's folders of one JSON file a frame."""

from pathlib import Path

import numpy as np
import pytest
from tests.data.importers.forms import GSP87, WHOLE_BODY, read
from tests.data.importers.openpose import OPENPOSE_18, OPENPOSE_25, frame, our_name, person

from gspmc.errors import GspmcError
from gspmc.skeleton.points import hand


@pytest.mark.parametrize("names", [OPENPOSE_25, OPENPOSE_18], ids=["BODY_25", "COCO_18"])
def test_openpose_points_by_name(tmp_path: Path, names: list[str]) -> None:
    people = [person(number, names) for number in range(11)]
    for number, one in enumerate(people):
        frame(tmp_path / "a", number, one)
    pose = read(tmp_path / "a", layout="coco_wholebody133", width=640, height=500).pose
    assert pose.keypoints.shape == (11, 133, 3)
    for number in (2, 10):  # 10 comes after 9, not after 1
        theirs = {
            our_name(name): point
            for name, point in zip(
                names, np.reshape(people[number]["pose_keypoints_2d"], (-1, 3)), strict=True
            )
            if name not in ("Neck", "MidHip")
        }
        face = np.reshape(people[number]["face_keypoints_2d"], (-1, 3))[:68]
        theirs |= dict(zip(WHOLE_BODY.joints[23:91], face, strict=True))
        for side in ("left", "right"):
            points = np.reshape(people[number][f"hand_{side}_keypoints_2d"], (-1, 3))
            theirs |= dict(zip(hand(side), points, strict=True))
        for joint, point in zip(WHOLE_BODY.joints, pose.keypoints[number], strict=True):
            wanted = np.float32(theirs.get(joint, np.zeros(3))) / np.float32([500, 500, 1])
            np.testing.assert_array_equal(point, wanted.astype(np.float16))
    absent = {"left_heel", "right_big_toe"} & {our_name(n) for n in names if n[0] in "LR"}
    assert (pose.keypoints[0, WHOLE_BODY.index("left_heel"), 2] > 0) == bool(absent)


def test_openpose_takes_any_names_of_files(tmp_path: Path) -> None:
    frame(tmp_path / "a", 0, person(0, OPENPOSE_25))
    (file,) = (tmp_path / "a").iterdir()
    file.rename(file.with_name("²10.json"))
    assert len(read(tmp_path / "a", layout="gsp87", width=500, height=500).pose.keypoints) == 1


def test_openpose_takes_the_surest_person_and_empty_frames(tmp_path: Path) -> None:
    frame(tmp_path / "a", 0, person(0, OPENPOSE_25, 0.3), person(1, OPENPOSE_25, 0.8))
    frame(tmp_path / "a", 1)
    frame(tmp_path / "a", 2, {"pose_keypoints_2d": person(2, OPENPOSE_25)["pose_keypoints_2d"]})
    pose = read(tmp_path / "a", layout="gsp87", width=500, height=500).pose
    wanted = np.reshape(person(1, OPENPOSE_25)["pose_keypoints_2d"], (-1, 3))[0, 0] / 500
    assert pose.keypoints[0, 0, 0] == np.float16(np.float32(wanted))
    assert not pose.keypoints[1].any()
    assert pose.keypoints[2, 0].all() and not pose.keypoints[2, GSP87.index("face.chin")].any()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "clip_0_keypoints.json is no OpenPose frame"),
        ("[]", "is no OpenPose frame"),
        pytest.param("[" * 100_000, "is no OpenPose frame", id="deep"),
        ('{"people": 3}', "is no OpenPose frame"),
        ('{"people": [3]}', "is no OpenPose frame"),
        ('{"people": [{"pose_keypoints_2d": [1, 2]}]}', "is no OpenPose frame"),
        ('{"people": [{"pose_keypoints_2d": [1, 2, 3]}]}', "1 body points, not 25 or 18"),
        ('{"people": [{"face_keypoints_2d": [1, 2, 3]}]}', "1 points in face_keypoints_2d"),
        ('{"people": [{"face_keypoints_2d": ["a"]}]}', "is no OpenPose frame"),
    ],
)
def test_a_strange_frame_is_one_line(tmp_path: Path, content: str, message: str) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a/clip_0_keypoints.json").write_text(content)
    with pytest.raises(GspmcError, match=message) as failure:
        read(tmp_path / "a", layout="gsp87", width=500, height=500)
    assert "\n" not in str(failure.value)


def test_openpose_needs_the_pictures_size_and_a_layout_with_its_points(tmp_path: Path) -> None:
    frame(tmp_path / "a", 0, person(0, OPENPOSE_25))
    with pytest.raises(GspmcError, match="pixels: give --width and --height"):
        read(tmp_path / "a", layout="gsp87")
    with pytest.raises(GspmcError, match="no points of kinect20"):
        read(tmp_path / "a", layout="kinect20", width=500, height=500)
    frame(tmp_path / "a", 1, person(0, OPENPOSE_18))
    with pytest.raises(GspmcError, match="has 18 body points, those before 25"):
        read(tmp_path / "a", layout="gsp87", width=500, height=500)
