"""Clips that a model was trained on are known again."""

import dataclasses
from pathlib import Path

import numpy as np
from tests.tiny import clips
from tests.typed import Line

from gspmc.data.store import ClipStore
from gspmc.data.trained_clips import trained_on, write_trained_clips


def test_clips_are_known_by_their_keypoints_alone(tmp_path: Path) -> None:
    made = list(clips())
    store = ClipStore.create(tmp_path / "a", made)
    write_trained_clips(tmp_path, store, np.array([0, 3]))
    renamed = [dataclasses.replace(each, id=f"x{each.id}", split="test") for each in made[::-1]]
    other = ClipStore.create(tmp_path / "b", renamed)
    found = trained_on(tmp_path, other, np.arange(len(made)))
    assert np.flatnonzero(found[::-1]).tolist() == [0, 3]


def test_a_model_that_noted_nothing_knows_none(tmp_path: Path) -> None:
    store = ClipStore.create(tmp_path / "a", clips())
    assert not trained_on(tmp_path, store, np.arange(len(store))).any()


def test_evaluate_tells_clips_that_are_not_new(line: Line, made: Path, tmp_path: Path) -> None:
    """A bundle knows no splits: whatever a store calls validation may have been trained on."""
    store = ClipStore.open(made / "store")
    swapped = {"train": "val", "val": "train"}
    renamed = [
        dataclasses.replace(each, split=swapped[each.split])
        for each in store.read()
        if each.split in swapped
    ]
    ClipStore.create(tmp_path / "other", renamed)
    trained = sum(each.split == "val" for each in renamed)
    assert line.run("evaluate", made / "bundle", "--clips", tmp_path / "other") == 0
    said = line.capsys.readouterr().err
    assert f"{trained} of the {trained} clips are among those the model was trained on" in said
    assert line.run("evaluate", made / "run", "--out", tmp_path / "scores.npz") == 0
    assert "trained on" not in line.capsys.readouterr().err
