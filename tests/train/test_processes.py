"""Two processes train as one does with their batches together."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from tests.tiny import make_store, recipe
from tests.train.process_job import LITERAL, changed, stand_still, write_texts
from torch import nn

from gspmc.data.splits import Splits
from gspmc.data.store import ClipStore
from gspmc.errors import GspmcError
from gspmc.evaluate.predict import score_store
from gspmc.evaluate.scores import Scores
from gspmc.models.snapshot import load_model
from gspmc.train.processes import begin_processes
from gspmc.train.run import train_run
from gspmc.train.run_directory import RunDirectory

ROOT = Path(__file__).resolve().parents[2]
JOB = Path(__file__).with_name("process_job.py")
TIMINGS = {"seconds", "clips_per_second"}


def start(*words: str, torchrun: bool) -> subprocess.CompletedProcess[str]:
    launcher = ["-m", "torch.distributed.run", "--standalone", "--local-addr", "127.0.0.1"]
    launcher += ["--nproc-per-node", "2"]
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    return subprocess.run(
        [sys.executable, *(launcher if torchrun else []), *words],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        capture_output=True,
        text=True,
        timeout=200,
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What two processes left behind; seven validation clips, so that shares are not even."""
    path = tmp_path_factory.mktemp("processes")
    make_store(path / "s", count=28)
    write_texts(path / "d.jsonl")
    done = start(str(JOB), str(path), torchrun=True)
    assert done.returncode == 0, done.stderr
    return path


def weights(folder: Path, name: str) -> dict[str, torch.Tensor]:
    return load_file(folder / name / "model.safetensors")


@pytest.mark.parametrize("accumulate", [1, 2])
def test_two_processes_do_what_one_does(
    folder: Path, monkeypatch: pytest.MonkeyPatch, accumulate: int
) -> None:
    monkeypatch.setattr(nn.modules.batchnorm._BatchNorm, "train", stand_still)
    settings, texts = changed(LITERAL, accumulate=accumulate), folder / "d.jsonl"
    one = train_run(settings, folder / "s", folder / f"one {accumulate}", texts, quiet=True)
    two = RunDirectory(folder / f"two {accumulate}")

    curves = list(zip(two.read_curves(), one.read_curves(), strict=True))
    assert len(curves) == 3 and "synonym" in curves[0][1] and "val/top1" in curves[-1][1]
    for found, expected in curves:
        assert found.keys() == expected.keys()
        for name in expected.keys() - TIMINGS:
            assert found[name] == pytest.approx(expected[name], abs=1e-5), name
    torch.testing.assert_close(
        weights(folder, two.path.name), weights(folder, one.path.name), rtol=0, atol=1e-5
    )
    scores = [Scores.load(run.scores("val")) for run in (two, one)]
    np.testing.assert_array_equal(scores[0].ids, scores[1].ids)
    assert len(scores[0].ids) == len(set(scores[0].ids)) == 7
    np.testing.assert_allclose(scores[0].logits, scores[1].logits, rtol=0, atol=1e-5)


def test_accumulation_narrows_the_contrast(folder: Path) -> None:
    whole, parts = (RunDirectory(folder / f"two {n}").read_curves()[0] for n in (1, 2))
    assert parts["ce"] == pytest.approx(whole["ce"], rel=0.05)
    assert parts["refined"] < 0.9 * whole["refined"]  # fewer clips to tell apart


def test_the_scores_are_those_of_the_saved_model(folder: Path) -> None:
    """All processes validate with the same running statistics, though each has seen its own."""
    config, model = load_model(folder / "usual")
    store = ClipStore.open(folder / "s")
    again = score_store(model, config, store, Splits().rows(store, "val"), "val", quiet=True)
    saved = Scores.load(RunDirectory(folder / "usual").scores("val"))
    np.testing.assert_allclose(saved.logits, again.logits, rtol=0, atol=1e-5)


def test_broken_off_and_resumed_two_processes_end_the_same(folder: Path) -> None:
    found, expected = weights(folder, "resumed"), weights(folder, "usual")
    assert all(torch.equal(found[name], expected[name]) for name in expected)
    curves = [
        [{k: v for k, v in epoch.items() if k not in TIMINGS} for epoch in run.read_curves()]
        for run in (RunDirectory(folder / "resumed"), RunDirectory(folder / "usual"))
    ]
    assert curves[0] == curves[1]


def test_the_first_process_tells_what_is_wrong_and_all_stop(folder: Path) -> None:
    first, second = ((folder / f"refusals {n}").read_text().splitlines() for n in (0, 1))
    told = [
        "torchrun started 2 processes, --devices 1 --nodes 1 asks for 1",
        "sync_batch_norm needs GPUs",
        "training with texts needs --descriptions FILE",
        "a batch of 5 clips cannot be cut into 2 equal shares",
        "broken off",
        "resumed holds a run already: add --resume to continue it",
    ]
    for line, expected in zip(first, told, strict=True):
        assert expected in line
    assert first[:2] == second[:2] and first[4] == second[4]  # told to all by themselves
    for number in (2, 3, 5):
        assert second[number] == "process 1 stops, as the first one tells why"
    assert not (folder / "never").exists()


def test_parts_that_do_not_divide_a_batch(folder: Path) -> None:
    settings = changed(LITERAL, accumulate=3)
    with pytest.raises(GspmcError, match="8 clips cannot be cut into 3 equal shares") as failure:
        train_run(settings, folder / "s", folder / "odd", folder / "d.jsonl", quiet=True)
    assert "\n" not in str(failure.value) and not (folder / "odd").exists()


@pytest.mark.slow
def test_one_command_starts_the_other_process(folder: Path) -> None:
    words = ["train", "--clips", str(folder / "s"), "--out", str(folder / "cli"), "--devices", "2"]
    words += ["--text.alpha", "0", "--epochs", "1", "--batch-size", "4", "--precision", "32-true"]
    words += ["--preprocessing.frames", "8"]
    words += ["--encoder-options", '{"width": 16, "stem_width": 8, "trunk_blocks": 2}']
    done = start("-m", "gspmc.cli", *words, torchrun=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count(": finished") == 1
    assert done.stderr.splitlines() == [
        "training partconv on 21 clips of 3 classes",
        "precision 32-true",
    ]
    assert RunDirectory(folder / "cli").finished


def test_several_nodes_need_somebody_who_starts_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """One process alone would wait for the others for ever."""
    for name in ("LOCAL_RANK", "TORCHELASTIC_RUN_ID", "SLURM_NTASKS"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(GspmcError, match="--nodes 2: start one process on every node with torch"):
        begin_processes(recipe(nodes=2))
