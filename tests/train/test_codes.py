"""Training against codes: what is learnt from which clips, and what is kept of it."""

from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from tests.tiny import LABELS, make_descriptions, make_store, recipe
from tests.train.test_resume import KilledError, assert_same, kill_at

from gspmc.errors import GspmcError
from gspmc.models.snapshot import ModelConfig, build_model
from gspmc.skeleton import PARTS
from gspmc.text.codes import CodeField, Codes, write_codes
from gspmc.train import loop
from gspmc.train.recipe import CodesRecipe, Recipe, TextRecipe
from gspmc.train.run import train_run
from gspmc.train.run_directory import RunDirectory
from gspmc.train.trainee import Trainee

BOOK, DRINK, BIG = LABELS
LEFT, RIGHT = PARTS.index("left_hand"), PARTS.index("right_hand")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("codes")
    make_store(path / "s")
    make_descriptions(path / "d.jsonl")
    write_codes(
        path / "c.csv",
        {
            BOOK: {"Movement": "up", "right_hand/Shape": "fist", "left_hand/Shape": "flat"},
            DRINK: {"Movement": "down", "right_hand/Shape": "flat", "left_hand/Shape": "fist"},
            BIG: {"Movement": "up", "right_hand/Shape": "", "left_hand/Shape": ""},
        },
    )
    return path


def with_codes(folder: Path, **changes) -> Recipe:
    return recipe(codes=CodesRecipe(file=str(folder / "c.csv"), weight=0.3), **changes)


def train(folder: Path, settings: Recipe, out: str, resume: bool = False) -> RunDirectory:
    texts = folder / "d.jsonl" if settings.text.alpha else None
    return train_run(settings, folder / "s", folder / out, texts, resume, quiet=True)


def test_codes_alone_and_with_texts(folder: Path) -> None:
    alone = train(folder, with_codes(folder), "alone")
    both = train(folder, with_codes(folder, text=TextRecipe(alpha=0.5)), "both")
    for record in alone.read_curves():
        assert record["total"] == pytest.approx(record["ce"] + 0.3 * record["codes"], rel=1e-5)
    for record in both.read_curves():
        text = 0.5 * record["text"]
        assert record["total"] == pytest.approx(record["ce"] + text + 0.3 * record["codes"])
    plain = train(folder, recipe(), "plain")
    weights = [load_file(run.path / "model.safetensors") for run in (alone, plain)]
    assert weights[0].keys() == weights[1].keys(), "the heads are not kept"
    assert not all(torch.equal(weights[0][name], weights[1][name]) for name in weights[0])


def test_resumed_with_the_weights_of_the_heads(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loop, "_SECONDS_BETWEEN_CHECKPOINTS", -1)
    settings = with_codes(folder, epochs=4, text=TextRecipe(alpha=0.5))
    expected = train(folder, settings, "unbroken")
    with monkeypatch.context() as patch:
        kill_at(patch, RunDirectory, "save_checkpoint", 2, after=True)
        with pytest.raises(KilledError):
            train(folder, settings, "broken")
    assert_same(train(folder, settings, "broken", resume=True), expected)


def test_other_codes_are_another_run(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "_SECONDS_BETWEEN_CHECKPOINTS", -1)
    own = folder / "own.csv"
    own.write_bytes((folder / "c.csv").read_bytes())
    settings = recipe(codes=CodesRecipe(file=str(own)))
    with monkeypatch.context() as patch:
        kill_at(patch, RunDirectory, "save_checkpoint", 1, after=True)
        with pytest.raises(KilledError):
            train(folder, settings, "others")
    write_codes(own, {BOOK: {"a": "x"}, DRINK: {"a": "y"}})
    with pytest.raises(GspmcError, match="begun with another content of codes:"):
        train(folder, settings, "others", resume=True)


def test_the_control_gives_other_codes(folder: Path) -> None:
    runs = [
        train(folder, with_codes(folder, text=TextRecipe(alpha=0.0, control=control)), name)
        for control, name in ((None, "own"), ("shuffled", "shuffled"))
    ]
    first, second = (run.read_curves()[0]["codes"] for run in runs)
    assert first != second
    with pytest.raises(GspmcError, match="text.control random is no control of codes"):
        train(folder, with_codes(folder, text=TextRecipe(alpha=0.0, control="random")), "no")


def test_parts_that_the_layout_lacks_are_one_line(folder: Path) -> None:
    write_codes(folder / "m.csv", {BOOK: {"mouth/a": "x"}, DRINK: {"mouth/a": "y"}})
    with pytest.raises(GspmcError, match="'mouth/a' speaks of a part that hands42 lacks: name it"):
        train(folder, recipe(codes=CodesRecipe(file=str(folder / "m.csv"))), "no")
    with pytest.raises(GspmcError, match="codes.weight must be above 0"):
        CodesRecipe(weight=0)


def test_of_a_mirrored_clip_each_hand_is_what_the_other_was() -> None:
    fields = (CodeField("left_hand/a", ("x", "y")), CodeField("right_hand/a", ("x", "y")))
    codes = Codes(fields, torch.zeros(2, 2, dtype=torch.long))
    model = build_model(ModelConfig("partconv", "hands42", ("a", "b")))
    trainee = Trainee(model, None, codes).eval()
    clip = torch.randn(1, 3, 16, 42)
    layout = list(range(21, 42)), list(range(21))
    flipped = clip[..., [*layout[0], *layout[1]]].clone()
    flipped[:, 0] *= -1
    visible = torch.zeros(2, len(PARTS), dtype=torch.bool)
    visible[0, RIGHT] = visible[1, LEFT] = True
    out = trainee(torch.cat([clip, flipped]), visible, torch.tensor([False, True]))
    for name in ("left_hand/a", "right_hand/a"):
        torch.testing.assert_close(out.codes[name][0], out.codes[name][1])
    assert out.shown["right_hand"].tolist() == [True, True]
    assert out.shown["left_hand"].tolist() == [False, False]
