"""A temperature that is learnt."""

from pathlib import Path

import pytest
import torch
from tests.tiny import make_descriptions, make_store, recipe
from tests.train.test_resume import KilledError, assert_same, kill_at

from gspmc.errors import GspmcError
from gspmc.losses import Term, TextTargets
from gspmc.models.snapshot import ModelConfig, build_model
from gspmc.skeleton import PARTS
from gspmc.train import loop
from gspmc.train.recipe import TextRecipe
from gspmc.train.run import train_run
from gspmc.train.run_directory import RunDirectory
from gspmc.train.trainee import Trainee

LEARNT = TextRecipe(alpha=0.5, learn_temperature=True)


def test_it_moves_and_is_resumed_bit_for_bit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, texts = make_store(tmp_path / "s"), make_descriptions(tmp_path / "d.jsonl")
    settings = recipe(text=LEARNT, epochs=4)
    monkeypatch.setattr(loop, "_SECONDS_BETWEEN_CHECKPOINTS", -1)
    expected = train_run(settings, store, tmp_path / "unbroken", texts, quiet=True)
    found = [record["temperature"] for record in expected.read_curves()]
    assert found[0] == pytest.approx(0.1, rel=0.05) and len(set(found)) == 4
    with monkeypatch.context() as patch:
        kill_at(patch, RunDirectory, "save_checkpoint", 2, after=True)
        with pytest.raises(KilledError):
            train_run(settings, store, tmp_path / "run", texts, quiet=True)
    assert_same(
        train_run(settings, store, tmp_path / "run", texts, resume=True, quiet=True), expected
    )


def test_it_stays_within_its_bounds() -> None:
    model = build_model(ModelConfig("partconv", "hands42", ("a", "b"), text_width=4))
    term = Term(torch.tensor([0]), torch.tensor([[True], [False]]))
    targets = TextTargets(torch.eye(4)[:1], torch.tensor([0]), {"refined": term})
    trainee = Trainee(model, targets, temperature=0.1).eval()
    inputs = torch.randn(1, 3, 16, 42), torch.ones(1, len(PARTS)).bool(), torch.zeros(1).bool()
    for scale, expected in ((2.0, 0.1353), (9.0, 0.01), (-3.0, 1.0)):
        assert trainee.log_scale is not None
        torch.nn.init.constant_(trainee.log_scale, scale)
        assert trainee(*inputs).temperature[0].item() == pytest.approx(expected, rel=1e-3)
    assert Trainee(model, None, temperature=0.1).log_scale is None  # nothing to learn it from


def test_a_start_out_of_bounds_is_one_line() -> None:
    with pytest.raises(GspmcError, match="text.learn_temperature must be false where"):
        TextRecipe(temperature=2.0, learn_temperature=True)
