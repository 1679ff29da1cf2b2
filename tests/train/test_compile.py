"""`torch.compile` changes nothing but the time, and compiles once."""

import os
import shutil
from pathlib import Path

import pytest
from tests.tiny import PARTCONV, make_descriptions, make_store, recipe

from gspmc.errors import GspmcError
from gspmc.train import run as module
from gspmc.train.recipe import OptimiserRecipe, TextRecipe
from gspmc.train.run import train_run

COMPILER = shutil.which(os.environ.get("CXX", "g++")) or shutil.which("clang++")


@pytest.mark.slow  # a minute of C++
@pytest.mark.timeout(900)
@pytest.mark.skipif(COMPILER is None, reason="no C++ compiler")
def test_compiled_training_is_the_same_and_compiles_once(tmp_path: Path) -> None:
    import torch._dynamo
    from torch._dynamo.utils import counters

    make_store(tmp_path / "s")
    make_descriptions(tmp_path / "d.jsonl")
    curves = []
    torch._dynamo.reset()
    counters.clear()
    for compiled in (False, True):
        settings = recipe(
            compile=compiled,
            validate_every=1,  # evaluation between the epochs, in another mode and shape
            text=TextRecipe(alpha=0.5),
            optimiser=OptimiserRecipe(name="sgd", lr=0.02),
            encoder_options={**PARTCONV, "dropout": 0.0, "head_dropout": 0.0},
        )
        out = tmp_path / f"compiled {compiled}"
        with torch._dynamo.config.patch(error_on_recompile=True):
            run = train_run(settings, tmp_path / "s", out, tmp_path / "d.jsonl", quiet=True)
        curves.append(run.read_curves())
    assert counters["stats"]["unique_graphs"] == 1 and not counters["graph_break"]
    for eager, compiled_ in zip(*curves, strict=True):
        for name in eager.keys() - {"seconds", "clips_per_second"}:
            assert compiled_[name] == pytest.approx(eager[name], abs=1e-4), name


def test_what_cannot_be_compiled_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from torch._dynamo.exc import TorchDynamoException

    def fit(*_: object) -> None:
        raise TorchDynamoException("No working C++ compiler found\nin a traceback of many lines")

    monkeypatch.setattr(module, "fit", fit)
    store = make_store(tmp_path / "s")
    with pytest.raises(GspmcError, match="No working C.. compiler .*; train without") as failure:
        train_run(recipe(compile=True), store, tmp_path / "run", quiet=True)
    assert "\n" not in str(failure.value)
