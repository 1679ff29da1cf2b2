"""Killed at any point and resumed, a run ends as if nothing had happened, bit for bit."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file
from tests.tiny import everything_in, make_descriptions, make_store, recipe

from gspmc.errors import GspmcError
from gspmc.evaluate.scores import Scores
from gspmc.train import epoch, loop
from gspmc.train.recipe import Recipe, TextRecipe
from gspmc.train.run import train_run
from gspmc.train.run_directory import RunDirectory

EPOCHS = 4
RECIPES = {
    "partconv": recipe(epochs=EPOCHS, text=TextRecipe(alpha=0.5)),
    "ctrgcn": recipe(epochs=EPOCHS, encoder="ctrgcn", encoder_options={"base_channels": 4}),
}


TIMINGS = {"clips_per_second", "seconds"}


class KilledError(BaseException):
    """Stands for the end of the process: nothing catches it."""


@pytest.fixture(autouse=True)
def _checkpoint_every_epoch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "_SECONDS_BETWEEN_CHECKPOINTS", -1)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("resume")
    make_store(path / "s")
    make_descriptions(path / "d.jsonl")
    return path


def train(folder: Path, name: str, out: str, resume: bool = False, **changes: Any) -> RunDirectory:
    wanted = Recipe(**{**vars(RECIPES[name]), **changes})
    texts = folder / "d.jsonl" if wanted.text.alpha else None
    return train_run(wanted, folder / "s", folder / out, texts, resume, quiet=True)


@pytest.fixture(scope="module")
def unbroken(folder: Path) -> dict[str, RunDirectory]:
    return {name: train(folder, name, f"unbroken {name}") for name in RECIPES}


def assert_same(run: RunDirectory, expected: RunDirectory) -> None:
    found, wanted = (load_file(one.path / "model.safetensors") for one in (run, expected))
    assert found.keys() == wanted.keys()
    for name, value in wanted.items():
        assert torch.equal(found[name], value), name
    curves = [
        [{name: r[name] for name in r if name not in TIMINGS} for r in one.read_curves()]
        for one in (run, expected)
    ]
    assert curves[0] == curves[1]
    scores = [Scores.load(one.scores("val")).logits for one in (run, expected)]
    assert (scores[0] == scores[1]).all()
    assert not run.checkpoint.exists()
    plain = [
        {n for n in everything_in(one.path) if not n.startswith("tensorboard/")}
        for one in (run, expected)
    ]
    assert plain[0] == plain[1]


def kill_at(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, call: int, after: bool) -> None:
    """The process ends before or after the `call`-th use of a function."""
    original = getattr(owner, name)
    calls = 0

    def wrapped(*args: Any, **kwargs: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == call and not after:
            raise KilledError
        answer = original(*args, **kwargs)
        if calls == call:
            raise KilledError
        return answer

    monkeypatch.setattr(owner, name, wrapped)


@pytest.mark.parametrize(
    ("name", "function", "call", "after"),
    [
        ("partconv", "save_checkpoint", 1, False),  # nothing to go on from
        ("partconv", "save_checkpoint", 1, True),
        ("partconv", "save_checkpoint", 3, False),  # the curves are an epoch ahead of it
        ("partconv", "save_checkpoint", EPOCHS, True),  # trained, not yet scored
        ("partconv", "write_curves", 2, True),
        ("ctrgcn", "save_checkpoint", 1, True),
        ("ctrgcn", "save_checkpoint", 3, False),
    ],
)
def test_a_killed_run_ends_like_an_unbroken_one(
    folder: Path,
    unbroken: dict[str, RunDirectory],
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    function: str,
    call: int,
    after: bool,
) -> None:
    out = f"{name} {function} {call} {after}"
    with monkeypatch.context() as patch:
        kill_at(patch, RunDirectory, function, call, after)
        with pytest.raises(KilledError):
            train(folder, name, out)
    assert not RunDirectory(folder / out).finished
    assert_same(train(folder, name, out, resume=True), unbroken[name])


@pytest.mark.parametrize("place", ["to_scores", "compute_metrics", "save_model"])
def test_killed_after_the_last_epoch(
    folder: Path,
    unbroken: dict[str, RunDirectory],
    monkeypatch: pytest.MonkeyPatch,
    place: str,
) -> None:
    from gspmc.train import run as module

    with monkeypatch.context() as patch:
        kill_at(patch, module, place, 1, after=False)
        with pytest.raises(KilledError):
            train(folder, "partconv", f"late {place}")
    assert_same(train(folder, "partconv", f"late {place}", resume=True), unbroken["partconv"])


def test_killed_again_and_again_in_the_middle_of_epochs(
    folder: Path, unbroken: dict[str, RunDirectory], monkeypatch: pytest.MonkeyPatch
) -> None:
    for steps in (1, 3, 3, 1):  # two steps an epoch
        with monkeypatch.context() as patch:
            kill_at(patch, epoch, "gsp_objective", steps, after=True)
            with pytest.raises(KilledError):
                train(folder, "partconv", "often", resume=True)
    assert_same(train(folder, "partconv", "often", resume=True), unbroken["partconv"])


def test_tensorboard_keeps_every_epoch_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    with monkeypatch.context() as patch:
        kill_at(patch, RunDirectory, "save_checkpoint", 3, after=False)
        with pytest.raises(KilledError):
            train(folder, "ctrgcn", "logged")
    run = train(folder, "ctrgcn", "logged", resume=True)
    events = EventAccumulator(str(run.tensorboard))
    events.Reload()
    found = [(event.step, event.value) for event in events.Scalars("ce")]
    assert [step for step, _ in found] == [1, 2, 3, 4]
    expected = [record["ce"] for record in run.read_curves()]
    assert [value for _, value in found] == pytest.approx(expected, rel=1e-6)


def interrupted(folder: Path, out: str, monkeypatch: pytest.MonkeyPatch) -> RunDirectory:
    with monkeypatch.context() as patch:
        kill_at(patch, RunDirectory, "save_checkpoint", 2, after=True)
        with pytest.raises(KilledError):
            train(folder, "partconv", out)
    return RunDirectory(folder / out)


def test_refusals_name_the_field_and_leave_the_run_alone(
    folder: Path, unbroken: dict[str, RunDirectory], monkeypatch: pytest.MonkeyPatch
) -> None:
    run = interrupted(folder, "refused", monkeypatch)
    refusals: list[tuple[str, Mapping[str, Any], bool]] = [
        ("add --resume to continue it", {}, False),
        ("begun with another epochs:", {"epochs": 9}, True),
        ("begun with another seed:", {"seed": 1}, True),
        ("begun with another text.temperature:", {"text": TextRecipe(temperature=0.2)}, True),
        ("begun with another encoder_options.width", {"encoder_options": {"width": 20}}, True),
    ]
    before = {path: path.read_bytes() for path in run.path.rglob("*") if path.is_file()}
    for message, changes, resume in refusals:
        with pytest.raises(GspmcError, match=message) as failure:
            train(folder, "partconv", "refused", resume, **changes)
        assert "\n" not in str(failure.value) and str(run.path) in str(failure.value)
    assert before == {path: path.read_bytes() for path in run.path.rglob("*") if path.is_file()}
    assert_same(train(folder, "partconv", "refused", resume=True), unbroken["partconv"])


def test_a_finished_run_is_not_trained_again(
    folder: Path, unbroken: dict[str, RunDirectory]
) -> None:
    for resume in (False, True):
        with pytest.raises(GspmcError, match="holds a finished run: choose another --out"):
            train(folder, "ctrgcn", "unbroken ctrgcn", resume)


def test_a_damaged_checkpoint_is_one_line_and_deleting_it_helps(
    folder: Path, unbroken: dict[str, RunDirectory], monkeypatch: pytest.MonkeyPatch
) -> None:
    run = interrupted(folder, "damaged", monkeypatch)
    run.checkpoint.write_bytes(run.checkpoint.read_bytes()[:-100])
    with pytest.raises(GspmcError, match="damaged; delete it to begin again") as failure:
        train(folder, "partconv", "damaged", resume=True)
    assert "\n" not in str(failure.value)
    run.checkpoint.unlink()
    assert_same(train(folder, "partconv", "damaged", resume=True), unbroken["partconv"])


def other_moments(state: dict[str, Any]) -> None:
    for values in state["optimiser"]["state"].values():
        values["exp_avg"] = torch.zeros(3)


OTHER_CONTENTS: dict[str, Callable[[dict[str, Any]], object]] = {
    "no model": lambda state: state.pop("model"),
    "no optimiser": lambda state: state.pop("optimiser"),
    "a list for a schedule": lambda state: state.update(schedule=[1]),
    "half a schedule": lambda state: state["schedule"].pop("last_epoch"),
    "no epochs": lambda state: state.pop("epochs"),
    "a word for epochs": lambda state: state.update(epochs="two"),
    "a number for a model": lambda state: state.update(model=3),
    "other weights": lambda state: state["model"].popitem(),
    "other shapes": lambda state: state.update(
        model={name: torch.zeros(3) for name in state["model"]}
    ),
    "other moments": other_moments,
    "no groups": lambda state: state["optimiser"].pop("param_groups"),
}


def test_a_checkpoint_of_other_things_is_one_line(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = interrupted(folder, "strange", monkeypatch)
    whole = run.checkpoint.read_bytes()
    for name, change in OTHER_CONTENTS.items():
        run.checkpoint.write_bytes(whole)
        state = torch.load(run.checkpoint, weights_only=True)
        change(state)
        torch.save(state, run.checkpoint)
        before = run.checkpoint.read_bytes()
        with pytest.raises(GspmcError, match="is damaged; delete it to begin again$") as failure:
            train(folder, "partconv", "strange", resume=True)
        assert str(run.checkpoint) in str(failure.value), name
        assert run.checkpoint.read_bytes() == before
    torch.save([1, 2], run.checkpoint)
    with pytest.raises(GspmcError, match="is damaged; delete it to begin again$"):
        train(folder, "partconv", "strange", resume=True)


COMMAND = """
import sys
from gspmc.train import loop
loop._SECONDS_BETWEEN_CHECKPOINTS = -1
from gspmc.cli import main
sys.argv = ["gspmc", *sys.argv[1:]]
main()
"""


@pytest.mark.slow
def test_a_process_killed_at_an_arbitrary_moment(tmp_path: Path) -> None:
    make_store(tmp_path / "s", count=40)
    words = ["train", "--clips", str(tmp_path / "s"), "--text.alpha", "0", "--epochs", "40"]
    words += ["--encoder_options", '{"width": 16, "stem_width": 8, "trunk_blocks": 2}']
    words += ["--batch-size", "4", "--preprocessing.frames", "8", "--precision", "32-true"]

    def start(out: str, *more: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-c", COMMAND, *words, "--out", str(tmp_path / out), *more],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env={**os.environ, "OMP_NUM_THREADS": "1"},
        )

    assert start("whole").wait() == 0
    run = RunDirectory(tmp_path / "killed")
    for epochs, wait in ((3, 0.0), (15, 0.013)):
        process = start("killed", "--resume")
        while len(run.read_curves()) < epochs:
            assert process.poll() is None, process.stderr and process.stderr.read()
            time.sleep(0.005)
        time.sleep(wait)
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert not run.finished
    assert start("killed", "--resume").wait() == 0
    found, wanted = (load_file(tmp_path / out / "model.safetensors") for out in ("killed", "whole"))
    assert all(torch.equal(found[name], wanted[name]) for name in wanted)
