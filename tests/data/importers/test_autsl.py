"""AUTSL from its own lists."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.data.importers.forms import as_gsp87, named, pixels, run, save, text

from gspmc.data.importers.autsl import AutslFormat, plan_autsl
from gspmc.data.importers.class_list import ClassNames
from gspmc.data.importers.plan import Plan
from gspmc.errors import GspmcError

NAMES = "ClassId,TR,EN\n0,abla,sister\n1,acele,hurry\n2,sen,you\n3,siz,you\n"


def make(folder: Path, train: str, **lists: str) -> Path:
    text(folder / "SignList_ClassId_TR_EN.csv", NAMES)
    text(folder / "train_labels.csv", train)
    for name, content in lists.items():
        text(folder / f"{name}.csv", content)
    return folder


def plan(folder: Path, keypoints: Path | None = None, **names: Any) -> Plan:
    return plan_autsl(folder, AutslFormat(), ClassNames(**names), keypoints)


def test_splits_names_and_pixels(tmp_path: Path) -> None:
    make(
        tmp_path,
        "signer0_sample1,3\nsigner12_sample2,0\n",
        validation_labels="signer1_sample5,1\n",
        test_labels="signer6_sample7,2\n",
    )
    points = {
        "signer0_sample1": save(tmp_path / "npy/train/signer0_sample1.npy", pixels(4, 1)),
        # as SAM-SLR's authors named theirs
        "signer12_sample2": save(tmp_path / "npy/signer12_sample2_color.mp4.npy", pixels(3, 2)),
        "signer1_sample5": save(tmp_path / "npy/signer1_sample5_color.npy", pixels(2, 3)),
        "signer6_sample7": save(tmp_path / "npy/signer6_sample7.npy", pixels(1, 4)),
    }
    clips, done = run(plan(tmp_path), tmp_path)
    assert not done.gaps
    assert {c.id: (c.label, c.signer, c.split) for c in clips.values()} == {
        "signer0_sample1": ("siz", "0", "train"),
        "signer12_sample2": ("abla", "12", "train"),
        "signer1_sample5": ("acele", "1", "val"),
        "signer6_sample7": ("sen", "6", "test"),
    }
    for name, file in points.items():
        pose = clips[name].pose
        assert (pose.layout, pose.fps, pose.width, pose.height) == ("gsp87", 30, 512, 512)
        np.testing.assert_array_equal(pose.keypoints, as_gsp87(np.load(file), 512))
    assert done.store.numbering == {0: "abla", 1: "acele", 2: "sen", 3: "siz"}


def test_english_names_that_occur_twice_stay_apart(tmp_path: Path) -> None:
    make(tmp_path, "signer0_sample1,3\nsigner0_sample2,2\n")
    for sample in (1, 2):
        save(tmp_path / f"signer0_sample{sample}.npy", pixels())
    clips, done = run(plan(tmp_path, language="en"), tmp_path)
    assert [clip.label for clip in clips.values()] == ["you (3)", "you (2)"]
    assert named(done.gaps, "class_without_clips") == ["sister", "hurry"]


@pytest.mark.parametrize(
    ("files", "splits"),
    [
        ({"ground_truth": "signer1_sample1,1\n"}, ["val"]),
        (
            {"validation_labels": "signer1_sample1,1\n", "ground_truth": "signer2_sample1,1\n"},
            ["val", "test"],
        ),
        (
            {"val/ground_truth": "signer1_sample1,1\n", "test/ground_truth": "signer2_sample1,1\n"},
            ["val", "test"],
        ),
    ],
)
def test_where_the_ground_truth_is_decides_its_split(
    tmp_path: Path, files: dict[str, str], splits: list[str]
) -> None:
    make(tmp_path, "signer0_sample1,1\n", **files)
    for signer in range(3):
        save(tmp_path / f"signer{signer}_sample1.npy", pixels())
    clips, _ = run(plan(tmp_path), tmp_path)
    assert [clip.split for clip in clips.values()] == ["train", *splits]


def test_a_list_that_is_not_there_is_told(tmp_path: Path) -> None:
    make(tmp_path, "signer0_sample1,0\n")
    for signer in range(3):
        save(tmp_path / f"signer{signer}_sample1.npy", pixels())
    _, done = run(plan(tmp_path), tmp_path)
    assert named(done.gaps, "no_list") == ["validation_labels.csv", "test_labels.csv"]
    assert named(done.gaps, "no_label") == ["signer1_sample1", "signer2_sample1"]
    text(tmp_path / "ground_truth.csv", "signer1_sample1,0\n")
    (tmp_path / "train_labels.csv").unlink()
    assert named(plan(tmp_path).gaps, "no_list") == ["train_labels.csv", "test_labels.csv"]


def test_everything_that_is_missing_is_told(tmp_path: Path) -> None:
    make(
        tmp_path,
        "signer0_sample1,0\nsigner0_sample2,0\nsigner0_sample3,1\nsigner0_sample4,1\n"
        "signer0_sample5,2\nsigner0_sample6,9\nsigner0_sample1,1\nnobody,1\nsigner0_sample8,x\n"
        "signer0_sample9,1\nsigner0_sample10,1\n"
        f"signer0_sample11,²\nsigner0_sample12,{'9' * 5000}\n",
    )
    save(tmp_path / "signer0_sample1.npy", pixels())
    whole = save(tmp_path / "signer0_sample2.npy", pixels()).read_bytes()
    (tmp_path / "signer0_sample2.npy").write_bytes(whole[: len(whole) // 2])
    save(tmp_path / "signer0_sample3.npy", np.zeros((5, 133, 3), np.float32))
    save(tmp_path / "signer0_sample5.npy", pixels(points=87))
    save(tmp_path / "signer0_sample6.npy", pixels())
    save(tmp_path / "signer7_sample7.npy", pixels())
    save(tmp_path / "sub/signer0_sample1.npy", pixels())
    save(tmp_path / "signer0_sample1_depth.npy", pixels())
    save(tmp_path / "signer0_sample9.npy", np.zeros((0, 133, 3), np.float32))
    save(tmp_path / "signer0_sample10.npy", np.array([None, {}], dtype=object))
    clips, done = run(plan(tmp_path), tmp_path)
    assert list(clips) == ["signer0_sample1"]
    assert named(done.gaps, "no_keypoints") == ["signer0_sample4"]
    assert named(done.gaps, "unreadable") == [
        "signer0_sample2",
        "signer0_sample5",
        "signer0_sample9",
        "signer0_sample10",
    ]
    assert named(done.gaps, "no_points") == ["signer0_sample3"]
    assert named(done.gaps, "no_label") == ["signer0_sample1_depth.npy", "signer7_sample7"]
    assert named(done.gaps, "unknown_class") == ["signer0_sample6"]
    assert named(done.gaps, "twice") == ["sub/signer0_sample1.npy", "signer0_sample1"]
    assert named(done.gaps, "bad_row") == [f"train_labels.csv:{line}" for line in (8, 9, 12, 13)]
    assert named(done.gaps, "class_without_clips") == ["acele", "sen", "siz"]


def test_labels_that_count_from_one_are_noticed(tmp_path: Path) -> None:
    rows = "".join(f"signer0_sample{n},{n}\n" for n in range(1, 5))
    make(tmp_path, rows)
    for n in range(1, 5):
        save(tmp_path / f"signer0_sample{n}.npy", pixels())
    with pytest.raises(GspmcError, match="from 1 to 4, so they count from 1.*--labels-from 1"):
        plan(tmp_path)
    clips, done = run(plan(tmp_path, labels_from=1), tmp_path)
    assert [clip.label for clip in clips.values()] == ["abla", "acele", "sen", "siz"]
    assert done.store.numbering == {1: "abla", 2: "acele", 3: "sen", 4: "siz"}


def test_labels_that_may_count_from_one_are_told(tmp_path: Path) -> None:
    make(tmp_path, "signer0_sample1,1\nsigner0_sample2,2\n", val_labels="signer1_sample1,2\n")
    for name in ("signer0_sample1", "signer0_sample2", "signer1_sample1"):
        save(tmp_path / f"{name}.npy", pixels())
    _, done = run(plan(tmp_path), tmp_path)
    (note,) = [gap for gap in done.gaps if gap.kind == "note"]
    assert str(note) == "labels (none is 0 (abla): if they count from 1, add --labels-from 1)"
    text(tmp_path / "val_labels.csv", "signer1_sample1,4\n")  # beyond the list, unless shifted
    with pytest.raises(GspmcError, match="val_labels.csv: labels run from 4 to 4, so they count"):
        plan(tmp_path)


def test_keypoints_and_classes_elsewhere(tmp_path: Path) -> None:
    make(tmp_path / "lists", "signer0_sample1,0\n")
    (tmp_path / "lists/SignList_ClassId_TR_EN.csv").rename(tmp_path / "names.csv")
    save(tmp_path / "points/signer0_sample1.npy", pixels())
    found = plan(tmp_path / "lists", keypoints=tmp_path / "points", classes=tmp_path / "names.csv")
    assert [row.id for row in found.rows] == ["signer0_sample1"]


@pytest.mark.parametrize(
    ("remove", "message"),
    [
        ("train_labels.csv", "none of AUTSL's lists"),
        ("SignList_ClassId_TR_EN.csv", "cannot read the class list"),
        ("signer0_sample1.npy", "holds no .npy"),
    ],
)
def test_what_is_not_there_is_named(tmp_path: Path, remove: str, message: str) -> None:
    make(tmp_path, "signer0_sample1,0\n")
    save(tmp_path / "signer0_sample1.npy", pixels())
    (tmp_path / remove).unlink()
    with pytest.raises(GspmcError, match=message) as failure:
        plan(tmp_path)
    assert "\n" not in str(failure.value)


def test_not_one_clip_is_an_error_that_tells_the_first_reason(tmp_path: Path) -> None:
    make(tmp_path, "signer0_sample1,0\n")
    save(tmp_path / "signer0_sample1.npy", pixels(points=20))
    with pytest.raises(GspmcError, match=r"no clips.*signer0_sample1 .*\(frames, 133, 3\)"):
        run(plan(tmp_path), tmp_path)
    assert not (tmp_path / "store").exists()
    assert not list(tmp_path.glob(".*"))
