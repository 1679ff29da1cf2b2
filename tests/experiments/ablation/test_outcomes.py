"""Ranks out of scores, and the file that holds them."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from gspmc.errors import GspmcError
from gspmc.evaluate.metrics import compute_metrics
from gspmc.evaluate.scores import Scores
from gspmc.experiments.ablation.matrix import Cell
from gspmc.experiments.ablation.outcomes import (
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
    def key(recipe: Recipe, clips: str = "a", descriptions: str | None = None) -> str:
        cell = Cell("arm", "", 0, None, recipe, "store", None)
        return cell_key(cell, {"clips": clips, "descriptions": descriptions})

    first = key(Recipe())
    assert first == key(Recipe(in_memory=False))
    textless = [key(Recipe(text=TextRecipe(alpha=0, temperature=t))) for t in (0.1, 0.2)]
    assert textless[0] == textless[1] != first
    others = {key(Recipe(seed=1)), key(Recipe(), "b"), key(Recipe(), descriptions="c")}
    assert len(others | {first}) == 4
