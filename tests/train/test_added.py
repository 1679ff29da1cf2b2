"""Settings that came later change nothing of what older runs and results are taken for."""

from pathlib import Path

import pytest
import yaml
from tests.tiny import make_store, recipe
from tests.train.test_resume import KilledError, kill_at

from gspmc.experiments.ablation.matrix import Cell
from gspmc.experiments.ablation.outcomes import cell_key
from gspmc.train import loop
from gspmc.train.added import ADDED, fill_added, leave_out_added
from gspmc.train.recipe import Recipe, TextRecipe
from gspmc.train.run import train_run
from gspmc.train.run_directory import RunDirectory


def test_leaving_out_and_filling_in() -> None:
    values = Recipe().to_dict()
    older = leave_out_added(values)
    assert not {name.split(".")[-1] for name in ADDED} & {*older, *older["text"]}
    assert older["text"]["alpha"] == 0.5 and fill_added(older) == values == Recipe().to_dict()
    chosen = Recipe(text=TextRecipe(undescribed="leave")).to_dict()
    assert leave_out_added(chosen)["text"]["undescribed"] == "leave"
    assert fill_added(chosen) == chosen


def test_keys_of_results_stay_what_they_were() -> None:
    """A literal one, computed before there was any added setting."""

    def key(settings: Recipe) -> str:
        contents = {"clips": "a", "descriptions": None}
        return cell_key(Cell("a", "", 0, None, settings, "s", None), contents)

    assert key(Recipe()) == "32afe4fb0279e493"
    assert key(Recipe(text=TextRecipe(undescribed="leave"))) != key(Recipe())


def test_a_run_that_is_older_than_a_setting_is_resumed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = make_store(tmp_path / "s")
    monkeypatch.setattr(loop, "_SECONDS_BETWEEN_CHECKPOINTS", -1)
    with monkeypatch.context() as patch:
        kill_at(patch, RunDirectory, "save_checkpoint", 1, after=True)
        with pytest.raises(KilledError):
            train_run(recipe(), store, tmp_path / "run", quiet=True)
    run = RunDirectory(tmp_path / "run")
    run.config.write_text(yaml.safe_dump(leave_out_added(run.read_config())))
    assert train_run(recipe(), store, run.path, resume=True, quiet=True).finished
