"""Forms of keypoint files beside plain arrays: MediaPipe's, OpenPose's folders, .pose files."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.data.importers.forms import GSP87, WHOLE_BODY, pixels, save

from gspmc.data.clip import Clip
from gspmc.data.importers.keypoint_file import KeypointFormat, read_clip_file
from gspmc.data.importers.manifest import import_manifest
from gspmc.errors import GspmcError
from gspmc.skeleton import convert, get_layout
from gspmc.skeleton.points import hand

HOLISTIC = get_layout("mediapipe_holistic")


def holistic(frames: int = 3, points: int = 543) -> np.ndarray:
    """float32 (T, V, 4) x, y, z, visibility; the left hand is missing after the first frame."""
    values = np.random.default_rng(0).uniform(0.1, 0.9, (frames, points, 4)).astype(np.float32)
    values[1:, -42:-21] = 0
    values[:, 33:, 3] = 0  # MediaPipe has none for face and hands
    return values


def flat(values: np.ndarray) -> np.ndarray:
    """(T, 1662), as a well-known recipe saves it."""
    return np.stack(
        [np.concatenate([frame[:33].ravel(), frame[33:, :3].ravel()]) for frame in values]
    )


def expected(values: np.ndarray, aspect: float = 1.0) -> np.ndarray:
    """Slow and literal: float16 (T, V, 3)."""
    out = np.zeros((*values.shape[:2], 3), np.float32)
    for frame, points in enumerate(values):
        for joint, (x, y, _, visibility) in enumerate(points):
            if x or y:
                confidence = visibility if joint < 33 else 1
                out[frame, joint] = (x * np.float32(aspect), y, confidence)
    return out.astype(np.float16)


def read(file: Path, **options: Any) -> Clip:
    return read_clip_file(file, KeypointFormat(**options))


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


# OpenPose

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
OPENPOSE_18 = [
    "Nose",
    "Neck",
    "RShoulder",
    "RElbow",
    "RWrist",
    "LShoulder",
    "LElbow",
    "LWrist",
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


# .pose files

pose_format = pytest.importorskip("pose_format")


def write_pose(
    file: Path,
    components: dict[str, list[str]],
    points: np.ndarray,
    fps: float = 30,
    size: tuple[int, int] = (640, 480),
) -> Path:
    """points: (T, M, P, 3) x, y, confidence in pixels."""
    from pose_format import Pose
    from pose_format.numpy import NumPyPoseBody
    from pose_format.pose_header import PoseHeader, PoseHeaderComponent, PoseHeaderDimensions

    parts = [PoseHeaderComponent(n, p, [], [], "XYZC") for n, p in components.items()]
    header = PoseHeader(0.2, PoseHeaderDimensions(*size, 1000), parts)
    data = np.concatenate([points[..., :2], np.zeros_like(points[..., :1])], axis=-1)
    with file.open("wb") as stream:
        Pose(header, NumPyPoseBody(fps, data, points[..., 2])).write(stream)
    return file


def mediapipe_components(mesh: list[int]) -> dict[str, list[str]]:
    hands = [f"HAND_{n}" for n in range(21)]
    return {
        "POSE_LANDMARKS": [f"POSE_{n}" for n in range(33)],
        "FACE_LANDMARKS": [str(n) for n in mesh],
        "LEFT_HAND_LANDMARKS": hands,
        "RIGHT_HAND_LANDMARKS": hands,
        "POSE_WORLD_LANDMARKS": [f"POSE_{n}" for n in range(33)],
    }


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
