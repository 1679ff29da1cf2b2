"""Matrices as a user runs them: trained, interrupted, gone on with, failing."""

import json
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
import yaml
from tests.tiny import LABELS, PARTCONV, make_descriptions, make_store

from gspmc import __version__
from gspmc.cli import COMMANDS
from gspmc.command_line import INTERRUPTED, run_command
from gspmc.errors import GspmcError
from gspmc.experiments.ablation import run_cells
from gspmc.experiments.ablation.ablate import ablate
from gspmc.experiments.ablation.matrix import Cell
from gspmc.files import locked
from gspmc.train.run import train_run
from gspmc.train.run_directory import RunDirectory

ARMS = [
    {"name": "none", "set": {"text.alpha": 0}},
    {"name": "texts", "control": "shuffled"},
    {"name": "shuffled", "set": {"text.control": "shuffled"}},
]


@pytest.fixture
def matrix(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    make_store(Path("store"))
    make_descriptions(Path("texts.jsonl"))
    recipe = {
        "encoder_options": PARTCONV,
        "epochs": 1,
        "batch_size": 4,
        "preprocessing": {"frames": 8},
    }
    Path("recipe.yaml").write_text(yaml.safe_dump(recipe))
    return write(tmp_path)


def write(folder: Path, **changes: object) -> Path:
    values = {
        "title": "Tiny",
        "recipe": "recipe.yaml",
        "clips": "store",
        "descriptions": "texts.jsonl",
        "seeds": [0],
        "baseline": "none",
        "arms": ARMS,
    }
    path = folder / "matrix.yaml"
    path.write_text(yaml.safe_dump({**values, **changes}))
    return path


def gspmc(*words: str) -> int:
    return run_command(COMMANDS, "gspmc", __version__, words)


def in_this_process(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Train without new processes, which take seconds to start; the runs that were trained."""
    trained: list[str] = []

    def run_here(self: run_cells.CellRunner, cell: Cell, slot: int, *words: object) -> None:
        trained.append(f"{words[0]} {cell.name}")
        if words[0] == "train":  # not by its config, whose parser moves to the config's folder
            out = self.run_directory(cell).path
            train_run(cell.recipe, cell.clips, out, cell.descriptions, resume=True, quiet=True)
        else:
            assert gspmc(*map(str, words)) == 0

    monkeypatch.setattr(run_cells.CellRunner, "_gspmc", run_here)
    return trained


def test_the_command_trains_in_processes_of_its_own(
    matrix: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert gspmc("ablate", str(matrix), "--out", "results/x.json", "--jobs", "2") == 0
    assert "results/x.json: results" in capsys.readouterr().out
    document = json.loads(Path("results/x.json").read_text())
    assert [row["arm"] for row in document["table"]] == ["none", "texts", "shuffled"]
    assert all(row["missing_cells"] == 0 and row["clips"] == 3 for row in document["table"])
    assert document["table"][1]["over_controls"][0]["other"] == "shuffled"
    assert "# Tiny" in Path("results/x.md").read_text()
    log = Path("runs/matrix/texts-s0.log").read_text()
    assert "runs/matrix/texts-s0: finished" in log
    # All cells are known: nothing is trained again, and a new arm is all that a wider matrix costs.
    made = Path("runs/matrix/texts-s0/config.json").stat().st_mtime_ns
    assert gspmc("ablate", str(matrix), "--out", "results/x.json") == 0
    assert Path("runs/matrix/texts-s0/config.json").stat().st_mtime_ns == made


def test_finished_cells_are_known_from_the_file_alone(
    matrix: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trained = in_this_process(monkeypatch)
    _, rows = ablate(matrix, "a", "x.json", 1, quiet=True)
    assert trained == ["train none-s0", "train texts-s0", "train shuffled-s0"]
    trained.clear()
    wider = write(tmp_path, arms=[*ARMS, {"name": "same as texts"}], seeds=[0, 1])
    _, wide = ablate(wider, "elsewhere", "x.json", 1, quiet=True)
    # Of two cells with equal settings one is trained.
    assert trained == ["train none-s1", "train texts-s1", "train shuffled-s1"]
    assert wide[1].pooled.ranks[0].tolist() == rows[1].pooled.ranks[0].tolist()
    assert [*wide[3].pooled.ranks] == [0, 1]


def test_an_interrupted_matrix_goes_on(matrix: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trained = in_this_process(monkeypatch)
    began = run_cells.CellRunner._gspmc

    def interrupted(self: run_cells.CellRunner, *words: object) -> None:
        if trained:
            raise KeyboardInterrupt
        began(self, *words)

    monkeypatch.setattr(run_cells.CellRunner, "_gspmc", interrupted)
    with pytest.raises(KeyboardInterrupt):
        ablate(matrix, "runs", "x.json", 1, quiet=True)
    table = json.loads(Path("x.json").read_text())["table"]
    assert [row["missing_cells"] for row in table] == [0, 1, 1]
    monkeypatch.setattr(run_cells.CellRunner, "_gspmc", began)
    trained.clear()
    ablate(matrix, "runs", "x.json", 1, quiet=True)
    assert trained == ["train texts-s0", "train shuffled-s0"]


def test_an_impossible_cell_is_told_before_anything_runs(
    matrix: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trained = in_this_process(monkeypatch)
    impossible = {"name": "odd", "set": {"encoder_options": {"kernel": 4}}}
    undescribed = {"name": "few", "descriptions": "few.jsonl"}
    make_descriptions(Path("few.jsonl"), ["book"])
    told = "cell few-s0: few.jsonl: 2 of 3"
    for arm, message in ((impossible, "cell odd-s0: "), (undescribed, told)):
        path = write(tmp_path, arms=[*ARMS, arm])
        with pytest.raises(GspmcError, match=message) as failure:
            ablate(path, "runs", "x.json", 1, quiet=True)
        assert "\n" not in str(failure.value)
    with pytest.raises(GspmcError, match="cell .*-s0: split 'nope' of .* has no clips"):
        ablate(write(tmp_path, split="nope"), "runs", "x.json", 1, quiet=True)
    for name in ("x.md", "x.png", "x"):
        with pytest.raises(GspmcError, match=r"must end in \.json"):
            ablate(matrix, "runs", name, 1, quiet=True)
    assert not trained and not Path("x.json").exists()


def test_a_cell_that_fails_costs_no_other(
    matrix: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    trained = in_this_process(monkeypatch)
    works = run_cells.CellRunner._gspmc

    def fails(self: run_cells.CellRunner, cell: Cell, slot: int, *words: object) -> None:
        if cell.arm == "texts":
            raise GspmcError("the disk is full")
        works(self, cell, slot, *words)

    monkeypatch.setattr(run_cells.CellRunner, "_gspmc", fails)
    assert gspmc("ablate", str(matrix), "--out", "x.json") == 1
    assert (
        "1 of 3 cells failed, the first one texts-s0: the disk is full" in capsys.readouterr().err
    )
    assert trained == ["train none-s0", "train shuffled-s0"]
    table = json.loads(Path("x.json").read_text())["table"]
    assert [row["missing_cells"] for row in table] == [0, 1, 0]


def test_a_run_of_other_settings_is_not_taken_for_the_cell(
    matrix: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_this_process(monkeypatch)
    ablate(matrix, "runs", "x.json", 1, quiet=True)
    changed = [{"name": "none", "set": {"text.alpha": 0, "epochs": 2}}]
    path = write(tmp_path, arms=changed)
    with pytest.raises(GspmcError, match="was begun with another epochs"):
        ablate(path, "runs", "y.json", 1, quiet=True)


def test_stores_with_the_same_clips_in_another_layout_are_other_cells(
    matrix: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trained = in_this_process(monkeypatch)
    make_store(Path("wide"), layout="gsp87")
    assert gspmc("data", "convert", "wide", "narrow", "--to-layout", "hands42") == 0
    blocks = [{"name": "wide", "clips": "wide"}, {"name": "narrow", "clips": "narrow"}]
    ablate(write(tmp_path, arms=ARMS[:1], blocks=blocks), "runs", "x.json", 1, quiet=True)
    assert trained == ["train wide-none-s0", "train narrow-none-s0"]


def test_another_split_is_another_cell(
    matrix: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_this_process(monkeypatch)
    clips = []
    for split in ("val", "train"):
        path = write(tmp_path, split=split, arms=ARMS[:1])
        _, (row,) = ablate(path, "runs", "x.json", 1, quiet=True)
        clips.append(len(row.pooled.labels))
    assert clips == [3, 9]


def test_texts_that_change_meanwhile_fail_the_cell(
    matrix: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trained = in_this_process(monkeypatch)
    works = run_cells.CellRunner._gspmc

    def edits(self: run_cells.CellRunner, *words: object) -> None:
        make_descriptions(Path("texts.jsonl"), LABELS[::-1])
        works(self, *words)

    monkeypatch.setattr(run_cells.CellRunner, "_gspmc", edits)
    with pytest.raises(GspmcError, match="first one texts-s0: its clips or descriptions"):
        ablate(matrix, "runs", "x.json", 1, quiet=True)
    assert len(trained) == 3


def test_two_ablations_never_write_one_file(matrix: Path) -> None:
    with (
        locked(Path(".x.json.lock"), "busy"),
        pytest.raises(GspmcError, match="another ablation is writing x.json: wait for it"),
    ):
        ablate(matrix, "runs", "x.json", 1, quiet=True)


@pytest.mark.parametrize("jobs", [1, 2])
def test_the_message_of_a_failing_training_is_its_last_line(
    matrix: Path, monkeypatch: pytest.MonkeyPatch, jobs: int
) -> None:
    popen = subprocess.Popen

    def broken(words: Sequence[str], **options: object) -> object:
        return popen([words[0], "-c", "raise SystemExit('gspmc: no space left')"], **options)

    monkeypatch.setattr(run_cells.subprocess, "Popen", broken)
    with pytest.raises(GspmcError, match="3 of 3 cells failed, .*: no space left .*s0.log"):
        ablate(matrix, "runs", "x.json", jobs, quiet=True)


def test_a_split_that_training_does_not_score_is_evaluated(
    matrix: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trained = in_this_process(monkeypatch)
    path = write(tmp_path, split="train", arms=ARMS[:1])
    _, (row,) = ablate(path, "runs", "x.json", 1, quiet=True)
    assert trained == ["train none-s0", "evaluate none-s0"]
    assert len(row.pooled.labels) == 9


@pytest.mark.slow
def test_a_stopped_matrix_stops_its_trainings_and_goes_on(matrix: Path, tmp_path: Path) -> None:
    settings = {"text.alpha": 0, "epochs": 4000, "validate_every": 4000}
    path = write(tmp_path, arms=[{"name": "none", "set": settings}])
    command = [sys.executable, "-m", "gspmc.cli", "ablate", str(path), "--out", "x.json"]
    process = subprocess.Popen(command)
    run = RunDirectory(Path("runs/matrix/none-s0"))
    while not run.checkpoint.exists():  # the test's own timeout ends this
        assert process.poll() is None
        time.sleep(0.2)
    process.terminate()
    assert process.wait(60) == INTERRUPTED
    assert 0 < len(run.read_curves()) < 4000
    with run.alone():  # nobody trains there any more
        assert not run.finished
    assert gspmc("ablate", str(path), "--out", "x.json") == 0
    assert [epoch["epoch"] for epoch in run.read_curves()] == [*range(1, 4001)]
    assert json.loads(Path("x.json").read_text())["table"][0]["missing_cells"] == 0


@pytest.mark.parametrize(
    ("given", "own"), [(None, ["0", "1", "0"]), ("4,5", ["4", "5", "4"]), ("GPU-a", ["GPU-a"] * 3)]
)
def test_cells_share_the_gpus_that_were_given(
    given: str | None, own: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    count = 2 if given is None else len(given.split(","))
    monkeypatch.setattr("torch.cuda.device_count", lambda: count)
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    if given is not None:
        monkeypatch.setenv("CUDA_VISIBLE_DEVICES", given)
    runner = run_cells.CellRunner(tmp_path, "val", 3)
    assert [runner._environment(slot)["CUDA_VISIBLE_DEVICES"] for slot in range(3)] == own
