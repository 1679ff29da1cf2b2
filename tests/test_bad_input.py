"""Bad input from end to end: one clear line, no traceback, nothing half-written."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import lance
import numpy as np
import pytest
import torch
from tests.data.importers.forms import pixels, save
from tests.tiny import (
    LABELS,
    Clip,
    clip,
    clips,
    everything_in,
    hide_hands,
    keypoints,
    make_descriptions,
    make_store,
    pose,
)
from tests.typed import TINY, WITHOUT_TEXTS, Line, manifest

from gspmc.data.store import ClipStore
from gspmc.evaluate.scores import Scores

pytestmark = pytest.mark.filterwarnings("error::pytest.PytestUnraisableExceptionWarning")
"""What an object says when it is thrown away would be a second line."""


def with_value(value: float) -> np.ndarray:
    points = keypoints(3).astype(np.float32)
    points[2, 7, 0] = value
    return points


BAD_CLIPS = {
    "wrong layout": (np.zeros((3, 20, 4), np.float32), "20, 4)"),
    "wrong frame count": (np.zeros(125, np.float32), "(125,)"),
    "NaN": (with_value(np.nan), "NaN or infinity, first in frame 2"),
    "infinity": (with_value(-np.inf), "NaN or infinity, first in frame 2"),
    "empty": (np.zeros((0, 42, 3), np.float32), "no frames"),
}


@pytest.mark.parametrize("name", BAD_CLIPS)
@pytest.mark.parametrize("there_before", [False, True])
def test_a_bad_clip_is_not_imported(line: Line, name: str, there_before: bool) -> None:
    array, message = BAD_CLIPS[name]
    source, store = manifest(line.folder, array), line.folder / "store"
    if there_before:
        make_store(store)
    said = line.fails("data", "import", "manifest", source, store, "--layout", "hands42")
    assert message in said and f"{source}:3:" in said
    if there_before:
        assert len(ClipStore.open(store)) == 12


@pytest.mark.parametrize("name", BAD_CLIPS)
def test_a_bad_clip_is_not_recognised(line: Line, made: Path, name: str) -> None:
    array, message = BAD_CLIPS[name]
    np.save(line.folder / "bad.npy", array)
    said = line.fails("recognize", made / "bundle", line.folder / "bad.npy")
    assert message in said and "bad.npy" in said


def test_a_clip_of_one_frame_is_a_clip(line: Line, made: Path) -> None:
    source = manifest(line.folder, keypoints(1), keypoints(1))
    store = line.folder / "store"
    line.works("data", "import", "manifest", source, store, "--layout", "hands42")
    assert "clip1.npy" in line.works("recognize", made / "bundle", store)
    line.works("recognize", made / "bundle", line.folder / "clip1.npy")
    line.works("train", "--clips", store, "--out", line.folder / "run", *WITHOUT_TEXTS)
    line.works("data", "info", store)


def test_lengths_that_do_not_add_up(line: Line) -> None:
    arrays = {
        "x": np.zeros((9, 20, 3), np.float16),
        "length": np.array([4, 4]),
        "label": np.array([0, 1]),
        "signer": np.array([1, 2]),
        "repetition": np.array([1, 1]),
        "gloss": np.array(["a", "b"]),
    }
    np.savez(line.folder / "isl.npz", **arrays)
    said = line.fails("data", "import", "isl-kinect", line.folder / "isl.npz", line.folder / "s")
    assert "add up to 8 frames, x has 9" in said and "isl.npz" in said


def without_hands(name: str, label: str, split: str = "train") -> Clip:
    return Clip(name, label, "s1", split, pose(hide_hands(keypoints(3))))


def test_all_hands_missing_in_a_clip_to_recognise(line: Line, made: Path) -> None:
    np.save(line.folder / "hidden.npy", hide_hands(keypoints(3)))
    line.fails("recognize", made / "bundle", line.folder / "hidden.npy", lines=2)
    line.run("recognize", made / "bundle", line.folder / "hidden.npy")
    reason, count = line.capsys.readouterr().err.splitlines()
    assert reason == "hidden: the clip shows no hand: nothing to recognise"
    assert count.startswith("gspmc: 1 clip")


def test_all_hands_missing_in_one_clip_of_a_store(line: Line, made: Path) -> None:
    store = line.folder / "store"
    ClipStore.create(store, [clip("a"), without_hands("b", "x"), clip("c")])
    assert line.run("recognize", made / "bundle", store) == 1
    out, err = line.capsys.readouterr()
    assert [text.split(" (")[0] for text in out.splitlines()] == ["a", "c"]
    assert err.splitlines()[0].startswith("b: the clip shows no hand")


def test_all_hands_missing_in_every_training_clip(line: Line) -> None:
    store, out = line.folder / "store", line.folder / "run"
    ClipStore.create(store, [without_hands("a", "x"), without_hands("b", "y")])
    line.capsys.readouterr()
    before = everything_in(line.folder)
    assert line.run("train", "--clips", store, "--out", out, *WITHOUT_TEXTS) == 1
    assert "no training clip" in line.capsys.readouterr().err.splitlines()[-1]
    assert everything_in(line.folder) == before


def test_all_hands_missing_in_clips_to_evaluate_count_as_clips(line: Line, made: Path) -> None:
    store = line.folder / "store"
    hidden = [without_hands(f"h{i}", LABELS[0], "test") for i in range(2)]
    ClipStore.create(store, [*clips(3), *hidden])
    out = line.works("evaluate", made / "bundle", "--clips", store, "--split", "test")
    assert "test" in out and " 2 " in out


def test_a_label_without_description(line: Line, made: Path) -> None:
    texts = make_descriptions(line.folder / "texts.jsonl", LABELS[1:])
    out = line.folder / "run"
    words = ["--clips", made / "store", "--descriptions", texts, "--out", out]
    said = line.fails("train", *words, *TINY)
    assert "1 of 3 labels have no description: book" in said


def test_a_text_that_is_too_long_is_named_with_its_sign(line: Line, made: Path) -> None:
    texts = make_descriptions(line.folder / "texts.jsonl")
    long = texts.read_text(encoding="utf-8").replace("The right hand moves 1", "hand " * 9999, 1)
    texts.write_text(long, encoding="utf-8")
    words = ["--clips", made / "store", "--descriptions", texts, "--out", line.folder / "run"]
    said = line.fails("train", *words, *TINY)
    assert f"{texts}: sign 'drink', refined text of " in said and "over the 256" in said


def test_a_description_without_clip(line: Line, made: Path) -> None:
    texts = make_descriptions(line.folder / "texts.jsonl", [*LABELS, "unseen"])
    out = line.folder / "run"
    line.works("train", "--clips", made / "store", "--descriptions", texts, "--out", out, *TINY)
    assert "unseen" not in (out / "descriptions.jsonl").read_text(encoding="utf-8")


def test_no_descriptions_though_texts_are_wanted(line: Line, made: Path) -> None:
    said = line.fails("train", "--clips", made / "store", "--out", line.folder / "run", *TINY)
    assert "needs --descriptions FILE" in said


@pytest.mark.parametrize(
    ("text", "named"),
    [("epochs: 1\nepoch: 2\n", "epoch"), ("text:\n  alfa: 0\n", "alfa"), ("text: 3\n", "text")],
)
def test_an_unknown_config_key(line: Line, made: Path, text: str, named: str) -> None:
    config = line.folder / "c.yaml"
    config.write_text(text)
    out = line.folder / "run"
    words = ["--config", config, "--clips", made / "store", "--out", out, "--text.alpha=0"]
    if text == "text: 3\n":
        words.pop()
    assert f"'{named}'" in line.fails("train", *words, status=2)


def test_a_store_of_another_version(line: Line, made: Path) -> None:
    store = make_store(line.folder / "store")
    table = lance.dataset(f"{store}/clips.lance").to_table()
    newer = table.replace_schema_metadata({**table.schema.metadata, "gspmc_store_version": "3"})
    lance.write_dataset(newer, f"{store}/clips.lance", mode="overwrite")
    for words in (
        ("data", "info", store),
        ("data", "plot", store, line.folder / "pictures"),
        ("train", "--clips", store, "--out", line.folder / "run", *WITHOUT_TEXTS),
        ("evaluate", made / "bundle", "--clips", store),
        ("recognize", made / "bundle", store),
    ):
        assert "has version 3, this program reads 2" in line.fails(*words)


def test_a_damaged_store(line: Line, made: Path) -> None:
    store = make_store(line.folder / "store")
    for file in (store / "clips.lance" / "data").iterdir():
        file.write_bytes(file.read_bytes()[:-9])
    for words in (
        ("data", "info", store),
        ("data", "plot", store, line.folder / "pictures"),
        ("data", "audit", store),
        ("data", "convert", store, line.folder / "other", "--to-layout", "hands42"),
        ("train", "--clips", store, "--out", line.folder / "run", *WITHOUT_TEXTS),
        ("evaluate", made / "bundle", "--clips", store),
        ("recognize", made / "bundle", store),
    ):
        said = line.fails(*words)
        assert f"clip store {store} is damaged (" in said
        assert said.endswith("): import the data again")


def test_a_bundle_of_another_version(line: Line, made: Path) -> None:
    bundle = Path(shutil.copytree(made / "bundle", line.folder / "bundle"))
    values = json.loads((bundle / "config.json").read_text())
    (bundle / "config.json").write_text(json.dumps({**values, "version": 2}))
    for words in (
        ("evaluate", bundle, "--clips", made / "store"),
        ("recognize", bundle, made / "store"),
        ("export", bundle, line.folder / "again"),
    ):
        assert "has version 2, this program reads 1" in line.fails(*words)


def test_a_checkpoint_of_another_version(line: Line, made: Path) -> None:
    run = Path(shutil.copytree(made / "run", line.folder / "run"))
    (run / "config.json").unlink()
    torch.save({"version": 2}, run / "checkpoint.pt")
    assert line.run("train", "--config", run / "config.yaml", "--out", run, "--resume") == 1
    assert "has version 2, this program reads 1" in line.capsys.readouterr().err.splitlines()[-1]


def test_wrong_layout_of_a_whole_store(line: Line, made: Path) -> None:
    store = make_store(line.folder / "store", layout="kinect20")
    for words in (("evaluate", made / "bundle", "--clips", store, "--split", "train"),):
        assert "holds kinect20, the model takes hands42" in line.fails(*words)
    said = line.fails("recognize", made / "bundle", store)
    assert "holds kinect20, the bundle takes hands42" in said


def test_another_store_is_matched_by_name_and_the_absent_are_listed(line: Line, made: Path) -> None:
    store = make_store(line.folder / "store", count=8, labels=("apple", "book", "zebra"))
    words = ("evaluate", made / "bundle", "--clips", store, "--split", "train")
    assert line.run(*words) == 0
    out, err = line.capsys.readouterr()
    assert "2 classes unknown to the model: apple, zebra" in err
    row = next(text for text in out.splitlines() if text.startswith("│ train"))
    cells = [cell.strip() for cell in row.strip("│").split("│")]
    assert cells[1] == "2" and cells[-1] == "4"  # two clips of "book" count, four are left out


def test_nothing_in_common_with_another_store(line: Line, made: Path) -> None:
    store = make_store(line.folder / "store", labels=("apple", "zebra"))
    words = ("evaluate", made / "bundle", "--clips", store, "--split", "train")
    assert line.run(*words) == 1
    said = line.capsys.readouterr().err.splitlines()
    assert "none of the classes of" in said[-1]


def test_a_run_scores_its_own_splits_even_if_its_store_is_named(line: Line, made: Path) -> None:
    """By signer, the store's own `val` holds clips that the run was trained on."""
    out = line.folder / "run"
    folds = ["--split-by=signer", "--folds=4", "--fold=1"]
    line.works("train", "--clips", made / "store", "--out", out, *folds, *WITHOUT_TEXTS)
    before = Scores.load(out / "scores" / "val.npz").ids.tolist()
    assert before == ["clip1", "clip5", "clip9"]
    moved = shutil.copytree(made / "store", line.folder / "moved")
    for more in ([], ["--clips", made / "store"], ["--clips", moved]):
        (out / "scores" / "val.npz").unlink()
        line.works("evaluate", out, *more)
        assert Scores.load(out / "scores" / "val.npz").ids.tolist() == before


def test_a_run_whose_store_has_gone_says_how_to_name_another(line: Line, made: Path) -> None:
    store = shutil.copytree(made / "store", line.folder / "store")
    line.works("train", "--clips", store, "--out", line.folder / "run", *WITHOUT_TEXTS)
    shutil.rmtree(store)
    assert line.run("evaluate", line.folder / "run") == 1
    said = line.capsys.readouterr().err.splitlines()
    assert "no clip store at" in said[-1] and "with --clips STORE" in said[-1]


@pytest.mark.parametrize(
    "words",
    [
        ("recognize", "bundle", "store", "--top", "0"),
        ("recognize", "bundle", "store", "--limit", "-1"),
        ("data", "plot", "store", "pictures", "--clips", "0"),
        ("train", "--clips", "store", "--out", "run", "--epochs", "x"),
    ],
)
def test_impossible_options(
    line: Line, made: Path, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(made)
    assert words[-2].lstrip("-") in line.fails(*words, status=2)


@pytest.mark.parametrize("option", ["--epochs=0", "--batch-size=-1", "--preprocessing.frames=0"])
def test_impossible_numbers(line: Line, made: Path, option: str) -> None:
    words = ["--clips", made / "store", "--out", line.folder / "run", *WITHOUT_TEXTS, option]
    assert "must be at least 1" in line.fails("train", *words)


ABSENT: dict[str, Callable[[Path], list[object]]] = {
    "store": lambda made: ["data", "info", "nowhere"],
    "npz": lambda made: ["data", "import", "wlasl-hands", "nowhere.npz", "s"],
    "manifest": lambda made: ["data", "import", "manifest", "nowhere.csv", "s", "--layout=hands42"],
    "texts": lambda made: [
        *("train", "--clips", made / "store", "--out", "run", "--descriptions", "nowhere.jsonl"),
        *TINY,
    ],
    "bundle": lambda made: ["recognize", "nowhere", made / "store"],
    "clip": lambda made: ["recognize", made / "bundle", "nowhere.npy"],
    "run": lambda made: ["export", "nowhere", "bundle"],
    "clips of a bundle": lambda made: ["evaluate", made / "bundle"],
}


@pytest.mark.parametrize("what", ABSENT)
def test_what_is_not_there_is_named(
    line: Line, made: Path, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(line.folder)
    said = line.fails(*ABSENT[what](made))
    assert "nowhere" in said or "add --clips STORE" in said


def test_pictures_of_clips_with_long_names(line: Line) -> None:
    named = (clip(str(n) * 300, "größer 大" * 300) for n in (1, 2))
    ClipStore.create(line.folder / "store", named)
    line.works("data", "plot", line.folder / "store", line.folder / "pictures")
    assert len([*(line.folder / "pictures").iterdir()]) == 4


@pytest.mark.parametrize(
    "words",
    [
        ("data", "import", "synthetic", "new", "--corpus", "folder"),
        ("data", "import", "lsa64", "clips", "new", "--gaps", "folder"),
        ("data", "audit", "store", "--out", "folder"),
        ("report", "run", "--out", "folder"),
        ("report", "run", "--html", "folder"),
        ("evaluate", "run", "--out", "folder"),
    ],
    ids=" ".join,
)
def test_a_folder_in_place_of_a_file_is_told_before_the_work(
    line: Line, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.chdir(line.folder)
    (line.folder / "folder").mkdir()
    make_store(line.folder / "store")
    save(line.folder / "clips" / "001_001_001.npy", pixels())
    before = everything_in(line.folder)
    assert "cannot write folder: it is a folder, name a file" in line.fails(*words)
    assert everything_in(line.folder) == before
