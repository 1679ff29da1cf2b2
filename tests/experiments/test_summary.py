"""Grouping of runs, and what the tables say of a group."""

import json
from pathlib import Path
from statistics import mean, stdev

import pytest
import yaml

from gspmc.errors import GspmcError
from gspmc.experiments.summary import summarise_runs, write_summary


def make_run(folder: Path, name: str, top1: float, seed: int = 0, fold: int = 0, **other) -> Path:
    run = folder / name
    (run / "metrics").mkdir(parents=True)
    config = {"seed": seed, "epochs": 3, "fold": fold, "folds": 5, **other}
    (run / "config.yaml").write_text(yaml.safe_dump(config))
    (run / "config.json").write_text("{}")
    (run / "environment.json").write_text(json.dumps({"commit": "abc"}))
    metrics = {"count": 10, "excluded": 0, "top1": top1, "top1_interval": [0, 1]}
    metrics |= {"top5": top1, "class_mean": top1}
    (run / "metrics" / "val.json").write_text(json.dumps(metrics))
    (run / "metrics.jsonl").write_text('{"epoch": 1, "seconds": 2}\n{"epoch": 2, "seconds": 4.5}\n')
    return run


def test_runs_that_differ_in_seed_and_fold_are_one_group(tmp_path: Path) -> None:
    values = [0.5, 0.75, 0.625]
    runs = [
        make_run(tmp_path, "a-s0", values[0]),
        make_run(tmp_path, "other", 0.1, epochs=4),
        make_run(tmp_path, "a-s1", values[1], seed=1),
        make_run(tmp_path, "a-s2", values[2], seed=1, fold=2),
    ]
    same, other = summarise_runs(runs, "val")
    assert [run.name for run in same.runs] == ["a-s0", "a-s1", "a-s2"]
    assert same.name == "a"
    assert same.mean_and_deviation("top1") == (mean(values), stdev(values))
    assert other.name == "other"
    assert other.mean_and_deviation("top1") == (0.1, None)


def test_the_file_names_seed_commit_and_time_of_every_run(tmp_path: Path) -> None:
    run = make_run(tmp_path, "a", 0.5, seed=7)
    write_summary(tmp_path / "out.json", summarise_runs([run], "val"), "val")
    (group,) = json.loads((tmp_path / "out.json").read_text())["groups"]
    (stored,) = group["runs"]
    assert stored["seed"] == 7
    assert stored["environment"] == {"commit": "abc"}
    assert stored["training_seconds"] == 6.5
    assert stored["top1"] == 0.5


def test_an_unfinished_run_is_refused(tmp_path: Path) -> None:
    run = make_run(tmp_path, "a", 0.5)
    (run / "config.json").unlink()
    with pytest.raises(GspmcError, match="finish it"):
        summarise_runs([run], "val")
    with pytest.raises(GspmcError, match="is no run"):
        summarise_runs([tmp_path / "absent"], "val")
