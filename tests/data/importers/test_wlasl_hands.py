"""WLASL hands: two unordered slots become a left and a right hand."""

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gspmc.data.importers.wlasl_hands import import_wlasl_hands, to_hands42
from gspmc.data.store import ClipStore
from gspmc.errors import GspmcError
from gspmc.skeleton import get_layout

LEFT, RIGHT = slice(0, 21), slice(21, 42)
SIGNERS = ("4", "66", "4", "9")


def hand(seed: int) -> np.ndarray:
    """(21, 3) around its wrist: x, y in image units, z as the extractor guesses it."""
    points = np.random.default_rng(seed).uniform(-0.06, 0.06, size=(21, 3))
    points[0] = 0
    return points


LEFT_SHAPE, RIGHT_SHAPE = hand(1), hand(2)


def moving(shape: np.ndarray, xs: np.ndarray, y: float = 0.5) -> np.ndarray:
    """(T, 21, 3): a hand whose wrist is at each x in turn."""
    wrist = np.stack([xs, np.full_like(xs, y), np.zeros_like(xs)], axis=-1)
    return (shape[None] + wrist[:, None]).astype(np.float16)


def scramble(left: np.ndarray, right: np.ndarray, seed: int) -> np.ndarray:
    """(T, 2, 21, 3): the two hands in random slots, frame by frame."""
    swap = np.random.default_rng(seed).random(len(left)) < 0.5
    slots = np.stack([left, right], axis=1)
    slots[swap] = slots[swap][:, ::-1]
    return slots


def sides() -> tuple[np.ndarray, np.ndarray]:
    """Seven frames: the subject's left hand stays on the picture's right, and the other way."""
    return (
        moving(LEFT_SHAPE, np.linspace(0.7, 0.75, 7)),
        moving(RIGHT_SHAPE, np.linspace(0.3, 0.25, 7)),
    )


def archive(path: Path, x: list[np.ndarray], **changes: Any) -> Path:
    count = len(x)
    arrays = {
        "x": np.concatenate(x).astype(np.float16),
        "length": np.array([len(clip) for clip in x], dtype=np.int32),
        "label": np.arange(count) % 2,
        "split": np.array(["train", "val"] * count)[:count],
        "signer": np.array(SIGNERS[:count]),
        "video_id": np.array([f"{i:05d}" for i in range(count)]),
        "gloss": np.array(["book", "drink"]),
    }
    np.savez(path, **{**arrays, **changes})
    return path


def coordinates(slots: np.ndarray) -> np.ndarray:
    """(T, 42, 2) of left and right hand in that order."""
    return slots[..., :2].reshape(len(slots), 42, 2)


@pytest.mark.parametrize("seed", range(4))
def test_hands_on_their_sides_are_told_apart(seed: int) -> None:
    left, right = sides()
    found = to_hands42(scramble(left, right, seed))
    assert found.dtype == np.float16 and found.shape == (7, 42, 3)
    np.testing.assert_array_equal(found[:, LEFT, :2], left[..., :2])
    np.testing.assert_array_equal(found[:, RIGHT, :2], right[..., :2])
    assert (found[..., 2] == 1).all()


@pytest.mark.parametrize("seed", range(8))
def test_hands_that_cross_keep_their_names(seed: int) -> None:
    """They start on their sides, cross, stay crossed for a while, and come back."""
    out = np.r_[np.full(6, 0.7), np.linspace(0.7, 0.4, 10), np.full(3, 0.4)]
    xs = np.r_[out, np.linspace(0.4, 0.7, 10), np.full(6, 0.7)]
    left = moving(LEFT_SHAPE, xs, y=0.45)
    right = moving(RIGHT_SHAPE, 1 - xs, y=0.55)
    assert (left[:, 0, 0] < right[:, 0, 0]).any()  # they do cross
    found = to_hands42(scramble(left, right, seed))
    np.testing.assert_array_equal(found[..., :2], coordinates(np.stack([left, right], axis=1)))


def test_a_missing_hand_has_neither_confidence_nor_coordinates() -> None:
    left, right = sides()
    slots = scramble(left, right, seed=3)
    for frame in (2, 5):
        is_left = (slots[frame] == left[frame]).all(axis=(1, 2))
        slots[frame, is_left] = -1  # the left hand is lost here
    slots[4] = -1
    found = to_hands42(slots)
    confidence = found[..., 2]
    assert (confidence[[2, 4, 5]][:, LEFT] == 0).all() and (confidence[4] == 0).all()
    assert (confidence[[0, 1, 3, 6]] == 1).all() and (confidence[[2, 5]][:, RIGHT] == 1).all()
    assert (found[confidence == 0] == 0).all()
    np.testing.assert_array_equal(found[[2, 5]][:, RIGHT, :2], right[[2, 5]][..., :2])


@pytest.mark.parametrize(("x", "expected", "other"), [(0.3, RIGHT, LEFT), (0.7, LEFT, RIGHT)])
@pytest.mark.parametrize("slot", [0, 1])
def test_a_lone_hand_is_named_by_its_side(
    x: float, expected: slice, other: slice, slot: int
) -> None:
    only = moving(RIGHT_SHAPE, np.linspace(x, x + 0.02, 5))
    slots = np.full((5, 2, 21, 3), -1, dtype=np.float16)
    slots[:, slot] = only
    found = to_hands42(slots)
    np.testing.assert_array_equal(found[:, expected, :2], only[..., :2])
    assert (found[:, other] == 0).all()


def test_a_hand_at_the_edge_with_one_coordinate_minus_one_is_there() -> None:
    left, right = sides()
    slots = scramble(left, right, seed=0)
    slots[0, 0, 7, 0] = -1
    assert (to_hands42(slots)[0, :, 2] == 1).all()


def test_clips_carry_what_the_archive_says(tmp_path: Path) -> None:
    left, right = sides()
    x = [scramble(left, right, seed)[: 3 + seed] for seed in range(4)]
    found = list(import_wlasl_hands(archive(tmp_path / "a.npz", x)))
    assert [one.id for one in found] == ["00000", "00001", "00002", "00003"]
    assert [one.label for one in found] == ["book", "drink", "book", "drink"]
    assert [one.signer for one in found] == list(SIGNERS)
    assert [one.split for one in found] == ["train", "val", "train", "val"]
    for seed, one in enumerate(found):
        assert one.pose.layout == "hands42" and one.pose.width is None and one.pose.fps == 25
        np.testing.assert_array_equal(one.pose.keypoints, to_hands42(x[seed]))


def test_left_and_right_are_the_layouts() -> None:
    parts = get_layout("hands42").parts
    assert parts["left_hand"] == tuple(range(42))[LEFT]
    assert parts["right_hand"] == tuple(range(42))[RIGHT]


def test_the_first_classes_alone(tmp_path: Path) -> None:
    x = [scramble(*sides(), seed) for seed in range(4)]
    path = archive(tmp_path / "a.npz", x)
    assert [one.id for one in import_wlasl_hands(path, classes=1)] == ["00000", "00002"]
    assert len(list(import_wlasl_hands(path, classes=2))) == 4


@pytest.mark.parametrize("classes", [0, -1, 3])
def test_more_classes_than_there_are(tmp_path: Path, classes: int) -> None:
    path = archive(tmp_path / "a.npz", [scramble(*sides(), 0)] * 2)
    with pytest.raises(GspmcError, match=rf"--classes {classes}: .* has 2"):
        list(import_wlasl_hands(path, classes))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"x": np.zeros((14, 21, 3))}, r"must be \(frames, 2, 21, 3\), not \(14, 21, 3\)"),
        ({"x": np.zeros((14, 2, 21, 2))}, r"not \(14, 2, 21, 2\)"),
        ({"x": np.array(1.0)}, r"must be \(frames, 2, 21, 3\)"),
        ({"length": np.array([7, 8])}, "add up to 15 frames, x has 14"),
        ({"label": np.array([0, 2])}, "labels must be 2 numbers from 0 to 1"),
        ({"video_id": np.array(["1"])}, "video_id must hold one entry a clip"),
        ({"split": np.array(["train", None], dtype=object)}, "cannot read"),
        ({"x": np.full((14, 2, 21, 3), np.nan)}, "clip 0 holds NaN"),
    ],
)
def test_another_form_is_one_line(
    tmp_path: Path, changes: dict[str, np.ndarray], message: str
) -> None:
    path = archive(tmp_path / "a.npz", [scramble(*sides(), 0)] * 2)
    with np.load(path) as whole:
        plain = dict(whole)
    np.savez(path, **{**plain, **changes})
    with pytest.raises(GspmcError, match=message) as failure:
        list(import_wlasl_hands(path))
    assert "\n" not in str(failure.value) and str(path) in str(failure.value)


@pytest.mark.realdata
@pytest.mark.slow
def test_the_whole_archive(real_data: Path, tmp_path: Path) -> None:
    source = real_data / "wlasl-hands" / "wlasl300_train_val.npz"
    everything = ClipStore.create(tmp_path / "s", import_wlasl_hands(source))
    assert len(everything) == 2343 and len(everything.labels) == 300
    assert Counter(everything.index["split"].to_pylist()) == {"train": 1897, "val": 446}
    assert len(set(everything.index["signer"].to_pylist())) == 69


@pytest.mark.realdata
def test_wlasl100(real_data: Path) -> None:
    source = real_data / "wlasl-hands" / "wlasl300_train_val.npz"
    both = one_hand = frames = 0
    splits: Counter[str] = Counter()
    labels = set()
    for clip in import_wlasl_hands(source, classes=100):
        splits[clip.split] += 1
        labels.add(clip.label)
        seen = clip.pose.keypoints[..., 2].reshape(len(clip.pose.keypoints), 2, 21)
        assert (seen == seen[..., :1]).all()  # a hand is there wholly or not at all
        both += int(seen[..., 0].all(axis=1).sum())
        one_hand += int(seen[..., 0].any(axis=1).sum())
        frames += len(seen)
    assert splits == {"train": 748, "val": 165} and sum(splits.values()) == 913
    assert len(labels) == 100
    assert 0.55 < one_hand / frames < 0.75  # "in about two frames of three"
    assert 0.2 < both / frames < 0.45  # "both in one of three"
