"""ISL on Kinect: metres with y up become points with y down; splits follow the signers."""

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gspmc.data.importers.isl_kinect import import_isl_kinect
from gspmc.errors import GspmcError
from gspmc.skeleton import get_layout

SIGNERS = np.array([1, 7, 8, 9, 6])
LENGTHS = np.array([3, 1, 2, 4, 5])


def archive(path: Path, **changes: Any) -> Path:
    rng = np.random.default_rng(0)
    arrays = {
        "x": rng.normal(size=(int(LENGTHS.sum()), 20, 3)).astype(np.float16),
        "length": LENGTHS,
        "label": np.array([0, 1, 1, 0, 1]),
        "signer": SIGNERS,
        "repetition": np.array([1, 4, 9, 2, 3]),
        "gloss": np.array(["again", "water"]),
    }
    np.savez(path, **{**arrays, **changes})
    return path


def test_points_are_kept_but_y_points_down(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.npz")
    with np.load(path) as whole:
        x = whole["x"]
    found = np.concatenate([clip.pose.keypoints for clip in import_isl_kinect(path)])
    assert found.dtype == np.float16 and found.shape == (len(x), 20, 4)
    np.testing.assert_array_equal(found[..., 0], x[..., 0])
    np.testing.assert_array_equal(found[..., 1], -x[..., 1])
    np.testing.assert_array_equal(found[..., 2], x[..., 2])
    assert (found[..., 3] == 1).all()


def test_clips_carry_what_the_archive_says(tmp_path: Path) -> None:
    found = list(import_isl_kinect(archive(tmp_path / "a.npz")))
    assert [clip.id for clip in found] == [
        "again-s01-r1",
        "water-s07-r4",
        "water-s08-r9",
        "again-s09-r2",
        "water-s06-r3",
    ]
    assert [clip.label for clip in found] == ["again", "water", "water", "again", "water"]
    assert [clip.signer for clip in found] == ["1", "7", "8", "9", "6"]
    assert [len(clip.pose.keypoints) for clip in found] == LENGTHS.tolist()
    assert {clip.pose.layout for clip in found} == {"kinect20"}


@pytest.mark.parametrize(
    ("val_signers", "expected"),
    [
        (None, ["train", "val", "val", "test", "train"]),
        ((7, 8), ["train", "val", "val", "test", "train"]),
        ((1,), ["val", "train", "train", "test", "train"]),
        ((), ["train", "train", "train", "test", "train"]),
    ],
)
def test_splits_follow_the_signers(
    tmp_path: Path, val_signers: tuple[int, ...] | None, expected: list[str]
) -> None:
    found = import_isl_kinect(archive(tmp_path / "a.npz"), val_signers)
    assert [clip.split for clip in found] == expected


@pytest.mark.parametrize(
    ("signer", "message"),
    [
        (12, "signer 12 is held out for the split test: choose up to 8"),
        (9, "signer 9 is held out for the split test: choose up to 8"),
        (0, "no clip is by signer 0, but by 1"),
    ],
)
def test_a_validation_signer_who_cannot_be_is_refused(
    tmp_path: Path, signer: int, message: str
) -> None:
    with pytest.raises(GspmcError, match=f"^--val-signers: {message}"):
        list(import_isl_kinect(archive(tmp_path / "a.npz"), (1, signer)))


def test_without_the_usual_ones_nobody_validates(tmp_path: Path) -> None:
    held_out = archive(tmp_path / "a.npz", signer=SIGNERS * 0 + 9)
    assert {clip.split for clip in import_isl_kinect(held_out)} == {"test"}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"x": np.zeros((15, 21, 3))}, r"must be \(frames, 20, 3\), not \(15, 21, 3\)"),
        ({"x": np.zeros(15)}, r"must be \(frames, 20, 3\)"),
        ({"x": np.full((15, 20, 3), np.inf)}, "clip 0 holds NaN or infinity"),
        ({"repetition": np.array([1])}, "repetition must hold one entry a clip"),
        ({"length": LENGTHS[::-1] * 0 + 3, "signer": SIGNERS[:4]}, "signer must hold one entry"),
        ({"length": LENGTHS + 1}, "add up to 20 frames, x has 15"),
        ({"gloss": np.array(["again"])}, "labels must be 5 numbers from 0 to 0"),
        ({"gloss": np.array([None, "a"], dtype=object)}, "cannot read"),
    ],
)
def test_another_form_is_one_line(
    tmp_path: Path, changes: dict[str, np.ndarray], message: str
) -> None:
    path = archive(tmp_path / "a.npz", **changes)
    with pytest.raises(GspmcError, match=message) as failure:
        list(import_isl_kinect(path))
    assert "\n" not in str(failure.value) and str(path) in str(failure.value)


@pytest.mark.realdata
def test_the_real_archive(real_data: Path) -> None:
    source = real_data / "isl30-kinect" / "isl30_signers01-08.npz"
    splits: Counter[str] = Counter()
    ids, labels, head_below_feet = set(), set(), 0
    left_of_centre = []
    layout = get_layout("kinect20")
    head, foot = layout.index("head"), layout.index("left_foot")
    shoulders = [layout.index("left_shoulder"), layout.index("right_shoulder")]
    for clip in import_isl_kinect(source):
        splits[clip.split] += 1
        ids.add(clip.id)
        labels.add(clip.label)
        points = np.median(clip.pose.keypoints, axis=0)
        head_below_feet += int(points[head, 1] > points[foot, 1])
        left_of_centre.append(points[shoulders[0], 0] < points[shoulders[1], 0])
    assert splits == {"train": 1620, "val": 540} and len(ids) == 2160 and len(labels) == 30
    assert head_below_feet == 0  # y points down
    assert np.mean(left_of_centre) > 0.99  # the subject's left is on the x < 0 side
