"""A run on a GPU: batches are made there, steps are recorded, and its model serves anywhere."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.tiny import make_descriptions, make_store, recipe

from gspmc.data.store import ClipStore
from gspmc.evaluate.predict import score_store
from gspmc.evaluate.scores import Scores
from gspmc.models.snapshot import load_model
from gspmc.train.recipe import Precision, Recipe, TextRecipe
from gspmc.train.run import train_run
from gspmc.train.run_directory import RunDirectory

pytestmark = pytest.mark.gpu


def train(folder: Path, name: str, settings: Recipe) -> RunDirectory:
    if not (folder / "store").exists():
        make_store(folder / "store")
    texts = make_descriptions(folder / "texts.jsonl")
    return train_run(settings, str(folder / "store"), folder / name, texts, quiet=True)


def test_it_learns_and_a_cpu_scores_its_model_alike(tmp_path: Path) -> None:
    run = train(tmp_path, "run", recipe(epochs=30, text=TextRecipe()))
    curves = run.read_curves()
    assert curves[-1]["total"] < 0.8 * curves[0]["total"]
    config, model = load_model(run.path)
    store, saved = ClipStore.open(tmp_path / "store"), Scores.load(run.scores("val"))
    rows = recipe().splits.rows(store, "val")
    scores = score_store(model, config, store, rows, "val", quiet=True)
    np.testing.assert_allclose(saved.logits, scores.logits, rtol=1e-2, atol=1e-2)


@pytest.mark.parametrize("precision", ["32-true", "bf16-mixed"])
def test_recorded_steps_learn_what_others_learn(tmp_path: Path, precision: Precision) -> None:
    still = {**recipe().encoder_options, "dropout": 0.0, "head_dropout": 0.0}
    settings = recipe(
        epochs=2, text=TextRecipe(negatives="bank"), encoder_options=still, precision=precision
    )
    recorded = train(tmp_path, "recorded", settings).read_curves()
    plain = train(tmp_path, "plain", replace(settings, cuda_graphs=False)).read_curves()
    for one, other in zip(recorded, plain, strict=True):
        assert one["total"] == pytest.approx(other["total"], rel=1e-3)
