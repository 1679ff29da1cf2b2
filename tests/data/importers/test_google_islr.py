"""Google's isolated signs: landmarks in Parquet files."""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.data.importers.forms import named, run, text, write_json

from gspmc.data.importers.google_islr import IslrFormat, plan_google_islr, read_landmarks
from gspmc.errors import GspmcError
from gspmc.skeleton import convert, get_layout

ORDER = (("face", 468), ("left_hand", 21), ("pose", 33), ("right_hand", 21))
"""As the files have them, which is not our order."""


def landmarks(path: Path, frames: int = 3, seed: int = 0, **changes: Any) -> np.ndarray:
    """Write a file; float32 (T, 543, 2) in the order of `mediapipe_holistic`, NaN where missing."""
    random = np.random.default_rng(seed)
    ours = random.uniform(0.1, 0.9, (frames, 543, 2)).astype(np.float32)
    ours[1:, 501:522] = np.nan  # the left hand is seen in the first frame alone
    start = {"pose": 0, "face": 33, "left_hand": 501, "right_hand": 522}
    columns: dict[str, list[Any]] = {
        name: [] for name in ("frame", "row_id", "type", "landmark_index", "x", "y", "z")
    }
    for frame in range(frames):
        for kind, count in ORDER:
            for index in range(count):
                x, y = ours[frame, start[kind] + index]
                row = (20 + frame, f"{20 + frame}-{kind}-{index}", kind, index, x, y, 0.1)
                for name, value in zip(columns, row, strict=True):
                    columns[name].append(value)
    table = pa.table(
        {
            "frame": pa.array(columns["frame"], pa.int16()),
            "row_id": columns["row_id"],
            "type": columns["type"],
            "landmark_index": pa.array(columns["landmark_index"], pa.int16()),
            **{axis: pa.array(columns[axis], pa.float64()) for axis in "xyz"},
        }
        | changes
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, path)
    return ours


def make(folder: Path) -> Path:
    write_json(folder / "sign_to_prediction_index_map.json", {"TV": 0, "after": 1, "zebra": 2})
    rows = [
        "train_landmark_files/26734/1000035562.parquet,26734,1000035562,after",
        "train_landmark_files/28656/1000106739.parquet,28656,1000106739,TV",
        "train_landmark_files/28656/1.parquet,28656,1,TV",
        "train_landmark_files/28656/2.parquet,28656,2,wind",
        "train_landmark_files/28656/3.parquet,nobody,3,TV",
        "train_landmark_files/28656/9.parquet,²,3,TV",
        ",,,",
        "/,28656,3,TV",
    ]
    text(folder / "train.csv", "\n".join(["path,participant_id,sequence_id,sign", *rows]))
    return folder / "train_landmark_files"


def test_landmarks_names_and_gaps(tmp_path: Path) -> None:
    files = make(tmp_path)
    points = landmarks(files / "26734/1000035562.parquet")
    landmarks(files / "28656/1000106739.parquet", seed=1)
    landmarks(files / "28656/9.parquet", seed=2)
    clips, done = run(plan_google_islr(tmp_path, IslrFormat(), test_signers=(28656,)), tmp_path)
    assert {c.id: (c.label, c.signer, c.split) for c in clips.values()} == {
        "26734-1000035562": ("after", "26734", "train"),
        "28656-1000106739": ("TV", "28656", "test"),
    }
    pose = clips["26734-1000035562"].pose
    assert (pose.layout, pose.width, pose.extractor) == ("gsp87", None, "mediapipe-holistic")
    seen = np.isfinite(points).all(axis=2, keepdims=True)
    expected = np.concatenate([np.where(seen, points, 0), seen], axis=2).astype(np.float16)
    np.testing.assert_array_equal(
        pose.keypoints,
        convert(expected, get_layout("mediapipe_holistic"), get_layout("gsp87")),
    )
    assert done.store.numbering == {0: "TV", 1: "after", 2: "zebra"}
    assert named(done.gaps, "no_keypoints") == ["28656-1"]
    assert named(done.gaps, "unknown_class") == ["28656-2"]
    assert named(done.gaps, "bad_row") == [f"train.csv:{n}" for n in (6, 7, 8, 9)]
    assert named(done.gaps, "no_label") == ["28656-9"]
    assert named(done.gaps, "class_without_clips") == ["zebra"]


def test_rows_in_any_order_and_missing_ones(tmp_path: Path) -> None:
    points = landmarks(tmp_path / "a.parquet")
    table = pq.read_table(tmp_path / "a.parquet")
    chosen = np.random.default_rng(0).permutation(table.num_rows)[:-100]
    pq.write_table(table.take(chosen), tmp_path / "b.parquet")
    found = read_landmarks(str(tmp_path / "b.parquet"))
    assert found.shape == (3, 543, 3)
    kept = found[..., 2] > 0
    np.testing.assert_array_equal(found[kept][:, :2], points[kept])
    lost = np.isfinite(points).all(axis=2).sum() - kept.sum()
    assert 0 < lost <= 100


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"type": ["elbow"] * 543}, "landmarks of the type 'elbow'"),
        ({"landmark_index": pa.array([470] * 543, pa.int16())}, "landmark_index beyond"),
        ({"landmark_index": pa.array([-1] * 543, pa.int16())}, "landmark_index beyond"),
        ({"x": ["left"] * 543}, "could not convert"),
        ({"frame": [None] * 543}, "rows without frame"),
        ({"frame": [None, *[1] * 542]}, "rows without frame"),
        ({"type": ["pose", *[None] * 542]}, "rows without frame, type"),
        ({"landmark_index": [None] * 543}, "rows without frame, type or landmark_index"),
        ({"landmark_index": [0.5] * 543}, "cannot read it"),
        ({"frame": [[1]] * 543}, "cannot read it"),
        (
            {name: [] for name in ("frame", "row_id", "type", "landmark_index", *"xyz")},
            "it has no rows",
        ),
    ],
)
def test_a_strange_file_is_told(tmp_path: Path, changes: dict[str, Any], message: str) -> None:
    landmarks(tmp_path / "a.parquet", 1, **changes)
    with pytest.raises(GspmcError, match=message):
        read_landmarks(str(tmp_path / "a.parquet"))


def test_damaged_files_are_gaps(tmp_path: Path) -> None:
    files = make(tmp_path)
    landmarks(files / "26734/1000035562.parquet")
    whole = files / "28656/1000106739.parquet"
    landmarks(whole)
    whole.write_bytes(whole.read_bytes()[:-50])
    pq.write_table(pa.table({"frame": [1]}), files / "28656/1.parquet")
    clips, done = run(plan_google_islr(tmp_path, IslrFormat()), tmp_path)
    assert list(clips) == ["26734-1000035562"]
    assert named(done.gaps, "unreadable") == ["28656-1000106739", "28656-1"]


@pytest.mark.parametrize(
    ("numbers", "message"),
    [
        ({"TV": 1, "after": 2}, "they count from one"),
        ({"TV": 0, "after": 2}, "one is missing"),
        ({"TV": 0, "after": 0}, "one is missing"),
        (["TV"], "cannot read"),
        ({"TV": "x"}, "cannot read"),
        ({"TV": float("inf")}, "cannot read"),
        ("deep", "cannot read"),
    ],
)
def test_strange_numbers_are_one_line(tmp_path: Path, numbers: Any, message: str) -> None:
    make(tmp_path)
    file = write_json(tmp_path / "sign_to_prediction_index_map.json", numbers)
    if numbers == "deep":
        file.write_text("[" * 100_000)
    with pytest.raises(GspmcError, match=message):
        plan_google_islr(tmp_path, IslrFormat())


def test_a_list_without_its_columns(tmp_path: Path) -> None:
    make(tmp_path)
    text(tmp_path / "train.csv", "path,sign\na,TV\n")
    with pytest.raises(GspmcError, match="lacks the column 'participant_id'"):
        plan_google_islr(tmp_path, IslrFormat())


def test_participants_who_are_not_there(tmp_path: Path) -> None:
    make(tmp_path)
    with pytest.raises(GspmcError, match="--val-signers: no clip is by signer 1, but by 26734, 28"):
        plan_google_islr(tmp_path, IslrFormat(), val_signers=(1,))
