"""pyskl's annotation files."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.data.importers.forms import as_gsp87, dump, named, pixels, run, text

from gspmc.data.importers.class_list import ClassNames
from gspmc.data.importers.many_clips import ManyClipsFormat
from gspmc.data.importers.plan import Plan
from gspmc.data.importers.pyskl import plan_pyskl
from gspmc.data.importers.split_names import SplitNames
from gspmc.errors import GspmcError


def annotation(name: str, label: int, points: np.ndarray | None = None, **changes: Any) -> dict:
    points = pixels() if points is None else points
    return {
        "frame_dir": name,
        "label": label,
        "img_shape": (720, 1280),
        "original_shape": (720, 1280),
        "total_frames": len(points),
        "keypoint": points[None, ..., :2],
        "keypoint_score": points[None, ..., 2],
    } | changes


def make(folder: Path, annotations: list[Any], split: Any = None) -> Path:
    names = [entry["frame_dir"] for entry in annotations if isinstance(entry, dict)]
    split = {"train": names} if split is None else split
    return dump(folder / "set.pkl", {"split": split, "annotations": annotations})


def plan(
    file: Path,
    form: ManyClipsFormat | None = None,
    splits: SplitNames | None = None,
    **options: Any,
) -> Plan:
    return plan_pyskl(
        file, form or ManyClipsFormat(), ClassNames(**options), splits or SplitNames()
    )


def test_splits_labels_and_pixels(tmp_path: Path) -> None:
    first, second = pixels(3, 1), pixels(5, 2)
    file = make(
        tmp_path,
        [annotation("signer3_sample1", 0, first), annotation("b", 11, second)],
        {"train": ["signer3_sample1"], "test": ["b"]},
    )
    clips, done = run(plan(file), tmp_path)
    assert {c.id: (c.label, c.signer, c.split) for c in clips.values()} == {
        "signer3_sample1": ("00", "3", "train"),
        "b": ("11", "", "test"),
    }
    for name, points in (("signer3_sample1", first), ("b", second)):
        pose = clips[name].pose
        assert (pose.layout, pose.width, pose.height) == ("gsp87", 1280, 720)
        np.testing.assert_array_equal(pose.keypoints, as_gsp87(points, 720))
    assert len(done.store.numbering) == 12
    assert len(named(done.gaps, "class_without_clips")) == 10


NTU = {
    "xsub_train": ["a", "b", "gone"],
    "xsub_val": ["c"],
    "xview_train": ["a", "c", "d", "lost"],
    "val": ["b"],
}


@pytest.mark.parametrize(
    ("splits", "expected"),
    [
        ({"train": "xsub_train", "val": "xsub_val"}, {"a": "train", "b": "train", "c": "val"}),
        ({"train": "xsub_train"}, {"a": "train", "b": "train"}),  # b is in the split val too
        ({"test": "xsub_val"}, {"b": "val", "c": "test"}),
        (
            {"test": "val", "train": "xview_train"},
            {"a": "train", "b": "test", "c": "train", "d": "train"},
        ),
        ({}, {"a": "xsub_train", "b": "xsub_train", "c": "xsub_val", "d": "xview_train"}),
    ],
)
def test_splits_of_other_names(
    tmp_path: Path, splits: dict[str, str], expected: dict[str, str]
) -> None:
    file = make(tmp_path, [annotation(name, 0) for name in "abcde"], NTU)
    clips, done = run(plan(file, splits=SplitNames(**splits)), tmp_path)
    assert {clip.id: clip.split for clip in clips.values()} == expected
    assert named(done.gaps, "outside") == [name for name in "abcde" if name not in expected]
    whose = {"gone": "xsub_train", "lost": "xview_train"}
    wanted = [name for name, split in whose.items() if not splits or split in splits.values()]
    assert named(done.gaps, "no_keypoints") == wanted
    notes = [gap.detail for gap in done.gaps if gap.kind == "note" and gap.name == "set.pkl"]
    if "train" in splits:
        assert not notes
    else:
        assert notes == [
            "no split is called train, there are val, xsub_train, xsub_val, xview_train: "
            "choose by --train NAME"
        ]


@pytest.mark.parametrize(
    ("splits", "message"),
    [
        ({"val": "xset"}, "has no split 'xset': choose --val among val, xsub_train, xsub_val"),
        ({"val": "val", "test": "val"}, "--val and --test are both val: choose one"),
    ],
)
def test_an_impossible_choice_of_splits(
    tmp_path: Path, splits: dict[str, str], message: str
) -> None:
    file = make(tmp_path, [annotation("a", 0)], NTU)
    with pytest.raises(GspmcError, match=message):
        plan(file, splits=SplitNames(**splits))
    bare = dump(tmp_path / "bare.pkl", [annotation("a", 0)])
    with pytest.raises(GspmcError, match="choose --val among none at all"):
        plan(bare, splits=SplitNames(**splits))


def test_class_names_and_labels_from_one(tmp_path: Path) -> None:
    names = text(tmp_path / "names.txt", "book\ndrink\n")
    file = make(tmp_path, [annotation("a", 1), annotation("b", 2)])
    with pytest.raises(GspmcError, match="they count from 1.*--labels-from 1"):
        plan(file, classes=names)
    clips, _ = run(plan(file, classes=names, labels_from=1), tmp_path)
    assert [clip.label for clip in clips.values()] == ["book", "drink"]


def test_of_several_people_the_surest_is_taken(tmp_path: Path) -> None:
    points = np.stack([pixels(4, 1), pixels(4, 2)])
    points[0, :2, :, 2], points[1, :2, :, 2] = 0.5, 0.9
    points[0, 2:, :, 2], points[1, 2:, :, 2] = 0.9, 0
    file = make(
        tmp_path,
        [annotation("a", 0, keypoint=points[..., :2], keypoint_score=points[..., 2])],
    )
    clips, done = run(plan(file), tmp_path)
    expected = np.concatenate([points[1, :2], points[0, 2:]])
    np.testing.assert_array_equal(clips["a"].pose.keypoints, as_gsp87(expected, 720))
    assert [gap.detail for gap in done.gaps] == [
        "2 of 4 frames show several people: the surest is taken"
    ]


def test_everything_that_is_missing_is_told(tmp_path: Path) -> None:
    good = pixels()
    file = make(
        tmp_path,
        [
            annotation("good", 0),
            {"frame_dir": "unlabelled", "keypoint": good},
            "nothing",
            annotation("nosplit", 0),
            annotation("2-D", 0, keypoint=good),
            annotation("noscore", 0, keypoint_score=good[None, :2, :, 2]),
            annotation("integers", 0, keypoint=np.zeros((1, 3, 17, 2), dtype=int)),
            annotation("absent", 0, keypoint=None),
            annotation("empty", 0, np.zeros((3, 133, 3), np.float32)),
            annotation("other", 0, pixels(points=17)),
            annotation("good", 0),
        ],
        {"train": ["good", "2-D", "noscore", "integers", "absent", "empty", "other", "gone"]},
    )
    clips, done = run(plan(file), tmp_path)
    assert list(clips) == ["good"]
    assert named(done.gaps, "bad_row") == ["annotation 1", "annotation 2"]
    assert named(done.gaps, "outside") == ["nosplit"]
    assert named(done.gaps, "no_keypoints") == ["gone"]
    assert named(done.gaps, "unreadable") == ["2-D", "noscore", "integers", "absent", "other"]
    assert named(done.gaps, "no_points") == ["empty"]
    assert named(done.gaps, "twice") == ["good"]


def test_without_a_score_what_is_there_counts_as_seen(tmp_path: Path) -> None:
    points = pixels()
    points[1, 5, :2] = 0
    file = make(tmp_path, [annotation("a", 0, keypoint=points[None, ..., :2], keypoint_score=None)])
    clips, _ = run(plan(file), tmp_path)
    seen = clips["a"].pose.keypoints[..., 2]
    assert seen[1].sum() == 86 and np.delete(seen, 1, axis=0).min() == 1


def test_depth_beside_a_score_is_left_out(tmp_path: Path) -> None:
    points = pixels()
    file = make(tmp_path, [annotation("a", 0, points, keypoint=points[None])])
    clips, _ = run(plan(file), tmp_path)
    np.testing.assert_array_equal(clips["a"].pose.keypoints, as_gsp87(points, 720))


@pytest.mark.parametrize("shape", [None, (0, 0), "?", (720,), (float("inf"), 1)])
def test_pixels_without_a_picture_are_noticed(tmp_path: Path, shape: Any) -> None:
    file = make(tmp_path, [annotation("a", 0, img_shape=shape)])
    with pytest.raises(GspmcError, match="they are pixels: give --width and --height"):
        run(plan(file), tmp_path)
    clips, _ = run(plan(file, ManyClipsFormat(width=1280, height=720)), tmp_path)
    np.testing.assert_array_equal(clips["a"].pose.keypoints, as_gsp87(pixels(), 720))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"annotations": 3}, "must hold 'split' and 'annotations'"),
        ("text", "must hold 'split' and 'annotations'"),
        ({"split": {}, "annotations": []}, "not one annotation has an array"),
        ([annotation("a", 0, pixels(points=17))], "no layout has 17 points"),
    ],
)
def test_another_file_is_one_line(tmp_path: Path, content: Any, message: str) -> None:
    with pytest.raises(GspmcError, match=message):
        plan(dump(tmp_path / "set.pkl", content))


def test_the_bare_list_of_older_files(tmp_path: Path) -> None:
    clips, _ = run(plan(dump(tmp_path / "set.pkl", [annotation("a", 0)])), tmp_path)
    assert clips["a"].split == "train"
