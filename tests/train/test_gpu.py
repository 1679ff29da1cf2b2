"""A run on a GPU: batches are made there, steps are recorded, and its model serves anywhere."""

import logging
from pathlib import Path

import numpy as np
import pytest
from tests.tiny import make_descriptions, make_store, recipe

from gspmc.data.store import ClipStore
from gspmc.evaluate.predict import score_store
from gspmc.evaluate.scores import Scores
from gspmc.models.snapshot import load_model
from gspmc.train.recipe import Recipe, TextRecipe
from gspmc.train.run import train_run
from gspmc.train.run_directory import RunDirectory

pytestmark = pytest.mark.gpu


def train(folder: Path, name: str, settings: Recipe) -> RunDirectory:
    if not (folder / "store").exists():
        make_store(folder / "store")
    texts = make_descriptions(folder / "texts.jsonl")
    return train_run(settings, str(folder / "store"), folder / name, texts, quiet=True)


def test_it_learns_and_a_cpu_scores_its_model_alike(tmp_path: Path, caplog) -> None:
    with caplog.at_level(logging.WARNING):
        run = train(tmp_path, "run", recipe(epochs=30, text=TextRecipe()))
    assert not caplog.records, "steps were not recorded"
    curves = run.read_curves()
    assert curves[-1]["total"] < 0.8 * curves[0]["total"]
    config, model = load_model(run.path)
    store, saved = ClipStore.open(tmp_path / "store"), Scores.load(run.scores("val"))
    rows = recipe().splits.rows(store, "val")
    scores = score_store(model, config, store, rows, "val", quiet=True)
    np.testing.assert_allclose(saved.logits, scores.logits, rtol=1e-2, atol=1e-2)


def test_steps_that_cannot_be_recorded_learn_the_same(tmp_path: Path) -> None:
    still = {"encoder_options": {**recipe().encoder_options, "dropout": 0.0, "head_dropout": 0.0}}
    settings = recipe(epochs=2, text=TextRecipe(negatives="bank", kinds=("refined",)), **still)
    losses = [train(tmp_path, "recorded", settings).read_curves()]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("gspmc.train.loop.record_training", _refuse)
        losses.append(train(tmp_path, "plain", settings).read_curves())
    for recorded, plain in zip(*losses, strict=True):
        assert recorded["total"] == pytest.approx(plain["total"], rel=1e-3)


def _refuse(*inputs: object) -> None:
    raise RuntimeError("as an encoder might that waits for the GPU")
