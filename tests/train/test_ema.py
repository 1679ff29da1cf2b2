"""The moving average of the weights, against its sum in loops."""

from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from tests.tiny import make_store, recipe
from tests.train.test_resume import KilledError, assert_same, kill_at

from gspmc.errors import GspmcError
from gspmc.models.sign_model import SignModel
from gspmc.train import loop
from gspmc.train.epoch import run_epoch
from gspmc.train.run import train_run
from gspmc.train.run_directory import RunDirectory

DECAY = 0.7


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_store(tmp_path_factory.mktemp("stores") / "s")


def test_what_is_kept_is_the_average_of_weights_and_statistics(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected: dict[str, torch.Tensor] = {}
    last: dict[str, torch.Tensor] = {}

    def watched(objective, *others):
        *first, after_step = others
        model: SignModel = objective.trainee.module.model

        def look() -> None:
            after_step()
            for name, value in model.state_dict().items():
                last[name] = value.double().clone()
                expected[name] = (
                    last[name]
                    if name not in expected
                    else DECAY * expected[name] + (1 - DECAY) * last[name]
                )

        return run_epoch(objective, *first, look)

    monkeypatch.setattr(loop, "run_epoch", watched)
    run = train_run(recipe(ema=DECAY), store, tmp_path / "run", quiet=True)
    found = load_file(run.path / "model.safetensors")
    assert found.keys() == expected.keys()
    moved = 0
    for name, value in found.items():
        if value.is_floating_point():
            torch.testing.assert_close(value.double(), expected[name], rtol=1e-4, atol=1e-6)
            moved += not torch.allclose(value.double(), last[name], rtol=1e-4, atol=1e-6)
    assert moved > len(found) / 3
    assert any("running_mean" in name for name in found)


def test_training_itself_is_not_changed(store: Path, tmp_path: Path) -> None:
    curves = [
        [
            record["total"]
            for record in train_run(
                recipe(ema=ema), store, tmp_path / f"{ema}", quiet=True
            ).read_curves()
        ]
        for ema in (None, DECAY)
    ]
    assert curves[0] == curves[1]


def test_resumed_bit_for_bit(store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "_SECONDS_BETWEEN_CHECKPOINTS", -1)
    expected = train_run(recipe(ema=DECAY), store, tmp_path / "unbroken", quiet=True)
    with monkeypatch.context() as patch:
        kill_at(patch, RunDirectory, "save_checkpoint", 2, after=True)
        with pytest.raises(KilledError):
            train_run(recipe(ema=DECAY), store, tmp_path / "run", quiet=True)
    assert_same(
        train_run(recipe(ema=DECAY), store, tmp_path / "run", resume=True, quiet=True), expected
    )


@pytest.mark.parametrize("decay", [0.0, 1.0, -0.1])
def test_an_impossible_decay_is_one_line(decay: float) -> None:
    with pytest.raises(GspmcError, match="ema must be above 0 and below 1, or null"):
        recipe(ema=decay)
