"""Where clips to recognise come from."""

from pathlib import Path

import numpy as np
import pytest
from tests.data.importers.forms import pixels
from tests.data.importers.openpose import OPENPOSE_25, frame, person
from tests.data.importers.pose_file import mediapipe_components, write_pose
from tests.tiny import keypoints, make_store

from gspmc.data.clip import Clip
from gspmc.data.importers.keypoint_file import KeypointFormat
from gspmc.errors import GspmcError
from gspmc.recognize.sources import open_clips


def clips_of(
    source: Path,
    layout: str = "hands42",
    to_layout: str = "hands42",
    split: str | None = None,
    limit: int | None = None,
) -> list[Clip]:
    return list(open_clips(str(source), KeypointFormat(layout, to_layout, fps=30.0), split, limit))


def test_one_file_of_either_kind(tmp_path: Path) -> None:
    points = keypoints(4)
    np.save(tmp_path / "a.npy", points)
    np.savez(tmp_path / "b.npz", keypoints=points, other=np.zeros(2))
    for name in ("a.npy", "b.npz"):
        (found,) = clips_of(tmp_path / name)
        np.testing.assert_array_equal(found.pose.keypoints, points)
        assert (found.id, found.label, found.pose.fps) == (name[0], "", 30.0)


def test_a_folder_in_the_order_of_names(tmp_path: Path) -> None:
    for number in (3, 1, 2):
        np.save(tmp_path / f"clip{number}.npy", keypoints(number))
    np.savez(tmp_path / "clip0.npz", keypoints(7))
    (tmp_path / "notes.txt").write_text("not a clip")
    assert [one.id for one in clips_of(tmp_path)] == ["clip0", "clip1", "clip2", "clip3"]
    assert [len(one.pose.keypoints) for one in clips_of(tmp_path, limit=2)] == [7, 1]


def test_every_form_that_can_be_imported(tmp_path: Path) -> None:
    """A folder of arrays, OpenPose's folders and .pose files, and each of them alone."""
    pytest.importorskip("pose_format")
    np.save(tmp_path / "a.npy", keypoints(4))
    for number in range(2):
        frame(tmp_path / "b", number, person(number, OPENPOSE_25))
    points = pixels(3, points=576)[:, None]
    write_pose(tmp_path / "c.pose", mediapipe_components(list(range(468))), points)
    (tmp_path / "empty").mkdir()
    form = KeypointFormat("hands42", "hands42", width=512, height=512)
    found = list(open_clips(str(tmp_path), form, None, None))
    assert [(one.id, len(one.pose.keypoints)) for one in found] == [("a", 4), ("b", 2), ("c", 3)]
    for one, name in zip(found, ("a.npy", "b", "c.pose"), strict=True):
        (alone,) = open_clips(str(tmp_path / name), form, None, None)
        np.testing.assert_array_equal(alone.pose.keypoints, one.pose.keypoints)
        assert alone.pose.visible.any()


def test_a_store_its_splits_and_a_limit(tmp_path: Path) -> None:
    store = make_store(tmp_path / "s")
    assert [one.id for one in clips_of(store)] == [f"clip{i}" for i in range(12)]
    assert [one.id for one in clips_of(store, split="val")] == ["clip3", "clip7", "clip11"]
    assert [one.id for one in clips_of(store, split="val", limit=2)] == ["clip3", "clip7"]
    assert [one.id for one in clips_of(store, limit=1)] == ["clip0"]
    with pytest.raises(GspmcError, match="no clips of split 'test'"):
        clips_of(store, split="test")


def test_files_are_converted(tmp_path: Path) -> None:
    points = keypoints(4, "coco_wholebody133")
    np.save(tmp_path / "a.npy", points)
    (found,) = clips_of(tmp_path / "a.npy", "coco_wholebody133")
    assert found.pose.layout == "hands42"
    np.testing.assert_array_equal(found.pose.keypoints, points[:, 91:133])


def test_a_store_of_another_layout_is_one_line(tmp_path: Path) -> None:
    store = make_store(tmp_path / "s", layout="kinect20")
    with pytest.raises(GspmcError, match="holds kinect20, the bundle takes hands42") as failure:
        clips_of(store)
    assert "\n" not in str(failure.value)


def test_the_files_after_a_bad_one_are_read(tmp_path: Path) -> None:
    for name in "abc":
        np.save(tmp_path / f"{name}.npy", keypoints(2))
    (tmp_path / "b.npy").write_bytes(b"damaged")
    clips = open_clips(str(tmp_path), KeypointFormat("hands42", "hands42"), None, None)
    assert next(clips).id == "a"
    with pytest.raises(GspmcError, match=r"b\.npy"):
        next(clips)
    assert next(clips).id == "c"


@pytest.mark.parametrize("name", ["absent", "absent.npy", "empty", "text.txt"])
def test_nothing_to_read(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "text.txt").write_text("not a clip")
    with pytest.raises(GspmcError, match=name) as failure:
        clips_of(tmp_path / name)
    assert "\n" not in str(failure.value)


def test_a_bad_file_in_a_folder_is_named(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", keypoints(2))
    np.save(tmp_path / "b.npy", keypoints(2)[:, :20])
    with pytest.raises(GspmcError, match=r"b\.npy: hands42 .* not \(2, 20, 3\)") as failure:
        clips_of(tmp_path)
    assert "\n" not in str(failure.value)


def test_pixels_without_the_pictures_size_are_noticed(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", keypoints(2) * 512)
    with pytest.raises(GspmcError, match=r"a\.npy: .*they are pixels: give --width and --height"):
        clips_of(tmp_path / "a.npy")


def test_nothing_is_there(tmp_path: Path) -> None:
    with pytest.raises(GspmcError, match="nothing is at .*gone.npy: name a clip store, a keypoint"):
        clips_of(tmp_path / "gone.npy")
