"""SAM-SLR's arrays."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.data.importers.forms import dump, named, pixels, run, text

from gspmc.data.importers.class_list import ClassNames
from gspmc.data.importers.many_clips import ManyClipsFormat
from gspmc.data.importers.plan import Plan
from gspmc.data.importers.sam_slr import ArrayReader, plan_sam_slr, without_padding
from gspmc.errors import GspmcError

FORM = ManyClipsFormat(width=512, height=512)


def filled(clip: np.ndarray, frames: int) -> np.ndarray:
    """As SAM-SLR fills clips: again and again from the beginning."""
    return np.stack([clip[frame % len(clip)] for frame in range(frames)])


def make(folder: Path, split: str, clips: list[np.ndarray], labels: list[int]) -> list[str]:
    array = np.stack([filled(clip, 10) for clip in clips])[..., None]  # (N, T, V, C, M)
    np.save(folder / f"{split}_data_joint.npy", array.transpose(0, 3, 1, 2, 4))
    names = [f"signer{number}_sample{number}" for number in range(len(labels))]
    names = [f"{split}-{name}" if split != "train" else name for name in names]
    dump(folder / f"{split}_label.pkl", (names, labels))
    return names


def plan(folder: Path, form: ManyClipsFormat = FORM, **options: Any) -> Plan:
    return plan_sam_slr(folder, form, ClassNames(**options))


def test_two_splits(tmp_path: Path) -> None:
    train = [pixels(10, 1, points=27), pixels(4, 2, points=27)]
    make(tmp_path, "train", train, [0, 2])
    make(tmp_path, "val", [pixels(3, 3, points=27)], [2])
    np.save(tmp_path / "train_data_bone.npy", np.zeros(3))  # derived, and not read
    names = text(tmp_path / "names.csv", "ClassId,TR,EN\n0,abla,sister\n1,acele,hurry\n2,sen,you\n")
    clips, done = run(plan(tmp_path, classes=names), tmp_path)
    assert {c.id: (c.label, c.signer, c.split) for c in clips.values()} == {
        "signer0_sample0": ("abla", "0", "train"),
        "signer1_sample1": ("sen", "1", "train"),
        "val-signer0_sample0": ("sen", "", "val"),
    }
    for number, points in enumerate(train):
        pose = clips[f"signer{number}_sample{number}"].pose
        expected = points / np.array([512, 512, 1], np.float32)
        assert pose.layout == "sam27"
        np.testing.assert_array_equal(pose.keypoints, expected.astype(np.float16))
    assert named(done.gaps, "class_without_clips") == ["acele"]


def test_the_arrays_are_mapped(tmp_path: Path) -> None:
    make(tmp_path, "train", [pixels(4, points=27)], [0])
    reader = plan(tmp_path).read
    assert isinstance(reader, ArrayReader)
    assert all(isinstance(array, np.memmap) for array in reader.arrays.values())


@pytest.mark.parametrize("length", range(1, 13))
def test_filling_is_taken_away(length: int) -> None:
    clip = pixels(length, seed=length, points=2)
    np.testing.assert_array_equal(without_padding(filled(clip, 30)), clip)
    zeros = np.concatenate([clip, np.zeros((5, 2, 3), np.float32)])
    np.testing.assert_array_equal(without_padding(zeros), clip)
    np.testing.assert_array_equal(without_padding(clip), clip)


def test_a_sign_that_repeats_a_frame_is_kept() -> None:
    clip = pixels(6, points=2)
    clip[3] = clip[0]
    np.testing.assert_array_equal(without_padding(clip), clip)
    np.testing.assert_array_equal(without_padding(np.zeros((4, 2, 3))), np.zeros((4, 2, 3)))


def test_what_is_missing_is_told(tmp_path: Path) -> None:
    make(tmp_path, "train", [pixels(4, points=27), np.zeros((4, 27, 3), np.float32)], [0, 1])
    make(tmp_path, "test", [pixels(4, points=27)], [0])
    (tmp_path / "test_label.pkl").unlink()
    make(tmp_path, "val", [pixels(4, points=27)] * 2, [0, 1])
    dump(tmp_path / "val_label.pkl", (["v1"], [0]))
    clips, done = run(plan(tmp_path), tmp_path)
    assert sorted(clips) == ["signer0_sample0", "v1"]
    assert named(done.gaps, "no_points") == ["signer1_sample1"]
    assert named(done.gaps, "no_label") == ["test 0", "val 1"]
    assert named(done.gaps, "class_without_clips") == ["1"]


def test_labels_from_one_are_noticed(tmp_path: Path) -> None:
    make(tmp_path, "train", [pixels(4, points=27)] * 2, [1, 2])
    names = text(tmp_path / "names.txt", "a\nb\n")
    with pytest.raises(GspmcError, match="--labels-from 1"):
        plan(tmp_path, classes=names)
    names = text(tmp_path / "names.txt", "a\nb\nc\n")
    assert named(plan(tmp_path, classes=names).gaps, "note") == ["labels"]


@pytest.mark.parametrize(
    ("array", "message"),
    [
        (np.zeros((2, 3, 4, 27), np.float32), "must hold floats of"),
        (np.zeros((2, 2, 4, 27, 1), np.float32), "must hold floats of"),
        (np.zeros((2, 3, 4, 27, 1), np.int64), "must hold floats of"),
        (np.zeros((2, 3, 4, 26, 1), np.float32), "no layout has 26 points"),
        (np.array([None], dtype=object), "cannot read"),
    ],
)
def test_another_array_is_one_line(tmp_path: Path, array: np.ndarray, message: str) -> None:
    np.save(tmp_path / "train_data_joint.npy", array)
    with pytest.raises(GspmcError, match=message) as failure:
        plan(tmp_path)
    assert "\n" not in str(failure.value)


def test_nobody_and_an_archive_are_one_line(tmp_path: Path) -> None:
    make(tmp_path, "train", [pixels(4, points=27)], [0])
    data = tmp_path / "train_data_joint.npy"
    np.save(data, np.zeros((1, 3, 10, 27, 0), np.float32))
    with pytest.raises(GspmcError, match="no clip.* room for no person"):
        run(plan(tmp_path), tmp_path)
    with data.open("wb") as file:
        np.savez(file, data=np.zeros(3))
    with pytest.raises(GspmcError, match=r"train_data_joint\.npy is an archive of arrays"):
        plan(tmp_path)
    make(tmp_path, "train", [pixels(4, points=27)], [float("inf")])  # type: ignore[list-item]
    with pytest.raises(GspmcError, match="must hold sample names"):
        plan(tmp_path)


def test_damaged_files_are_one_line(tmp_path: Path) -> None:
    make(tmp_path, "train", [pixels(4, points=27)], [0])
    dump(tmp_path / "train_label.pkl", (["a", "b"], [0]))
    with pytest.raises(GspmcError, match=r"train_label\.pkl must hold sample names"):
        plan(tmp_path)
    data = tmp_path / "train_data_joint.npy"
    data.write_bytes(data.read_bytes()[:1000])
    with pytest.raises(GspmcError, match=r"cannot read .*train_data_joint\.npy"):
        plan(tmp_path)
    with pytest.raises(GspmcError, match=r"holds no train_data_joint\.npy"):
        plan(tmp_path / "nowhere")
