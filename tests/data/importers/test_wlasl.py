"""WLASL from its list and subset files."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.data.importers.forms import named, pixels, run, save, text, write_json

from gspmc.data.importers.plan import Plan
from gspmc.data.importers.published import PublishedFormat
from gspmc.data.importers.wlasl import plan_wlasl
from gspmc.errors import GspmcError

FORM = PublishedFormat(width=512, height=512)


def instance(video: str, split: str = "train", **changes: Any) -> dict[str, Any]:
    return {
        "bbox": [385, 37, 885, 720],
        "fps": 25,
        "frame_end": -1,
        "frame_start": 1,
        "instance_id": 0,
        "signer_id": 118,
        "source": "aslbrick",
        "split": split,
        "url": "http://example.org/a.mp4",
        "variation_id": 0,
        "video_id": video,
    } | changes


def make(folder: Path) -> Path:
    glosses = [
        {
            "gloss": "book",
            "instances": [
                instance("69241"),
                instance("65225", "val", fps=30, signer_id=-1),
                instance("68011", "test", frame_start=2, frame_end=3),
            ],
        },
        {"gloss": "drink", "instances": [instance("69302"), {"video_id": "1"}]},
        {"gloss": "computer", "instances": [instance("12328")]},
    ]
    write_json(folder / "WLASL_v0.3.json", glosses)
    for video in ("69241", "65225", "68011", "69302", "12328"):
        save(folder / "keypoints" / f"{video}.npy", pixels(5, int(video)))
    return folder


def plan(folder: Path, **options: Any) -> Plan:
    return plan_wlasl(folder, FORM, **options)


def subset(folder: Path, **clips: tuple[str, int]) -> Path:
    content = {
        name[1:]: {"subset": split, "action": [number, 1, 55]}
        for name, (split, number) in clips.items()
    }
    return write_json(folder / "nslt_2.json", content)


def test_the_whole_list(tmp_path: Path) -> None:
    clips, done = run(plan(make(tmp_path)), tmp_path)
    assert {c.id: (c.label, c.signer, c.split, c.pose.fps) for c in clips.values()} == {
        "69241": ("book", "118", "train", 25),
        "65225": ("book", "", "val", 30),
        "68011": ("book", "118", "test", 25),
        "69302": ("drink", "118", "train", 25),
        "12328": ("computer", "118", "train", 25),
    }
    assert done.store.numbering == {0: "book", 1: "drink", 2: "computer"}
    assert named(done.gaps, "bad_row") == ["drink, instance 1"]


def test_frames_are_cut_on_request(tmp_path: Path) -> None:
    make(tmp_path)
    whole, _ = run(plan(tmp_path), tmp_path)
    cut, _ = run(plan(tmp_path, cut=True), tmp_path)
    np.testing.assert_array_equal(  # frames 2 and 3, counted from one
        cut["68011"].pose.keypoints, whole["68011"].pose.keypoints[1:3]
    )
    assert len(cut["69241"].pose.keypoints) == 5


def test_a_subset_chooses_clips_and_splits(tmp_path: Path) -> None:
    make(tmp_path)
    chosen = subset(tmp_path, v69241=("train", 0), v65225=("test", 0), v69302=("val", 1))
    clips, done = run(plan(tmp_path, subset=chosen), tmp_path)
    assert {c.id: (c.label, c.split) for c in clips.values()} == {
        "69241": ("book", "train"),
        "65225": ("book", "test"),
        "69302": ("drink", "val"),
    }
    assert done.store.numbering == {0: "book", 1: "drink"}
    assert not named(done.gaps, "no_label")  # clips outside the subset are no gap


def test_what_is_missing_or_contradicts_itself_is_told(tmp_path: Path) -> None:
    make(tmp_path)
    (tmp_path / "keypoints/69241.npy").unlink()
    save(tmp_path / "keypoints/00000.npy", pixels())
    chosen = subset(
        tmp_path,
        v69241=("train", 0),
        v65225=("val", 1),
        v99999=("train", 0),
        v69302=("train", 1),
    )
    clips, done = run(plan(tmp_path, subset=chosen), tmp_path)
    assert list(clips) == ["69302"]
    assert named(done.gaps, "no_keypoints") == ["69241"]
    assert named(done.gaps, "unknown_class") == ["65225"]
    assert named(done.gaps, "no_label") == ["00000"]
    assert "99999" in named(done.gaps, "bad_row")
    assert named(done.gaps, "class_without_clips") == ["book"]


def test_rows_of_other_things_are_gaps(tmp_path: Path) -> None:
    make(tmp_path)
    strange = [
        instance("1", split=None),
        instance("2", split=["train"]),
        instance("3", frame_start=float("inf")),
        instance("4", video_id=None),
    ]
    content = [{"gloss": "book", "instances": [instance("69241"), *strange]}]
    write_json(tmp_path / "WLASL_v0.3.json", content)
    clips, done = run(plan(tmp_path), tmp_path)
    assert list(clips) == ["69241"] and clips["69241"].split == "train"
    assert named(done.gaps, "bad_row") == [f"book, instance {place}" for place in range(1, 5)]
    chosen = write_json(
        tmp_path / "nslt_2.json",
        {
            "69241": {"subset": "train", "action": [0, 1, 55]},
            "1": {"subset": None, "action": [0, 1, 55]},
            "2": {"subset": "train", "action": [float("inf")]},
            "3": {"subset": "train", "action": []},
        },
    )
    gaps = plan(tmp_path, subset=chosen).gaps
    assert named(gaps, "bad_row")[-3:] == [f"nslt_2.json: {name}" for name in "123"]


def test_a_subset_that_counts_from_one_is_noticed(tmp_path: Path) -> None:
    make(tmp_path)
    chosen = subset(tmp_path, v69241=("train", 1), v69302=("train", 2))
    with pytest.raises(GspmcError, match="run from 1 to 2, counted from one"):
        plan(tmp_path, subset=chosen)


@pytest.mark.parametrize(
    "content",
    [
        '{"a": 1}',
        "[1]",
        '[{"gloss": "book"}]',
        "[",
        "null",
        '[{"gloss": 1}]',
        pytest.param("[" * 100_000, id="deep"),
    ],
)
def test_another_json_is_one_line(tmp_path: Path, content: str) -> None:
    make(tmp_path)
    text(tmp_path / "WLASL_v0.3.json", content)
    with pytest.raises(GspmcError, match=r"WLASL_v0\.3\.json") as failure:
        plan(tmp_path)
    assert "\n" not in str(failure.value)


@pytest.mark.parametrize("content", ["[]", "{}", '{"69241": 3}', "{"])
def test_another_subset_is_one_line(tmp_path: Path, content: str) -> None:
    make(tmp_path)
    chosen = text(tmp_path / "nslt_2.json", content)
    with pytest.raises(GspmcError, match=r"nslt_2\.json"):
        plan(tmp_path, subset=chosen)
