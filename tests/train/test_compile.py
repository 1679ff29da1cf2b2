"""`torch.compile` changes nothing but the time, and compiles once."""

import os
import shutil
from pathlib import Path
from typing import Any

import pytest
import torch
from tests.tiny import PARTCONV, make_descriptions, make_store, recipe
from torch.utils._pytree import tree_leaves

from gspmc.errors import GspmcError
from gspmc.models.registry import build_encoder
from gspmc.skeleton import get_layout
from gspmc.train import run as module
from gspmc.train.recipe import OptimiserRecipe, TextRecipe
from gspmc.train.run import train_run

COMPILER = shutil.which(os.environ.get("CXX", "g++")) or shutil.which("clang++")


@pytest.mark.parametrize(
    ("encoder", "options"), [("partconv", PARTCONV), ("ctrgcn", {"base_channels": 8})]
)
def test_what_the_compiler_traces_is_the_same(encoder: str, options: dict) -> None:
    """Both encoders in one graph each; without the C++ that the slow test compiles."""
    layout = get_layout("hands42")
    torch.manual_seed(0)
    model = build_encoder(encoder, layout, 3, **options).eval()
    x = torch.randn(2, 3, 16, layout.num_joints)
    found = []
    torch._dynamo.reset()
    for each in (model, torch.compile(model, backend="aot_eager", dynamic=False, fullgraph=True)):
        clips = x.clone().requires_grad_()
        features = each(clips)
        sum(value.square().sum() for value in leaves(features)).backward()
        found.append([*leaves(features), clips.grad])
    for eager, compiled in zip(*found, strict=True):
        torch.testing.assert_close(compiled, eager, rtol=1e-4, atol=1e-5)


def leaves(features: Any) -> list[torch.Tensor]:
    return [value for value in tree_leaves(features) if isinstance(value, torch.Tensor)]


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
