"""Grouping of runs, and what the tables say of a group."""

import json
from io import StringIO
from pathlib import Path
from statistics import fmean, stdev

import pytest
import yaml
from rich.console import Console

from gspmc.errors import GspmcError
from gspmc.experiments.summary import summarise_runs, summary_table, write_summary


def make_run(
    folder: Path,
    name: str,
    top1: float,
    seed: int = 0,
    fold: int = 0,
    count: int = 10,
    clips: str = "0f",
    per_class: list[dict] | None = None,
    **other,
) -> Path:
    run = folder / name
    (run / "metrics").mkdir(parents=True)
    config = {"seed": seed, "epochs": 3, "fold": fold, "folds": 5, **other}
    (run / "config.yaml").write_text(yaml.safe_dump(config))
    (run / "config.json").write_text("{}")
    (run / "environment.json").write_text(json.dumps({"commit": "abc"}))
    (run / "contents.json").write_text(json.dumps({"clips": clips, "descriptions": None}))
    metrics = {"count": count, "excluded": 0, "top1": top1, "top1_interval": [0, 1]}
    metrics |= {"top5": top1, "class_mean": top1}
    metrics["per_class"] = per_class or [{"label": "a", "clips": count, "top1": top1}]
    (run / "metrics" / "val.json").write_text(json.dumps(metrics))
    (run / "metrics.jsonl").write_text('{"epoch": 1, "seconds": 2}\n{"epoch": 2, "seconds": 4.5}\n')
    return run


def test_runs_that_differ_in_seed_and_fold_are_one_group(tmp_path: Path) -> None:
    values = [0.5, 0.75, 0.625]
    runs = [
        make_run(tmp_path, "a-s0", values[0]),
        make_run(tmp_path, "other", 0.1, epochs=4),
        make_run(tmp_path, "a-s1", values[1], seed=1),
        make_run(tmp_path, "a-s2", values[2], seed=2),
    ]
    same, other = summarise_runs(runs, "val")
    assert [run.name for run in same.runs] == ["a-s0", "a-s1", "a-s2"]
    assert same.name == "a"
    assert same.mean_and_deviation("top1") == (fmean(values), stdev(values))
    assert other.name == "other"
    assert other.mean_and_deviation("top1") == (0.1, None)


def test_the_class_mean_of_folds_is_that_of_their_clips_together(tmp_path: Path) -> None:
    """One class in both folds, 3 of 4 clips right; the other in one alone, none of 2."""
    rows = [
        [{"label": "a", "clips": 2, "top1": 0.5}, {"label": "b", "clips": 2, "top1": 0.0}],
        [{"label": "a", "clips": 2, "top1": 1.0}],
    ]
    runs = [make_run(tmp_path, f"a-f{n}", 0.5, 0, n, per_class=rows[n]) for n in (0, 1)]
    (group,) = summarise_runs(runs, "val")
    assert group.mean_and_deviation("class_mean") == (pytest.approx(0.375), None)


def test_folds_of_a_seed_are_one_accuracy_by_their_clips(tmp_path: Path) -> None:
    accuracies = {(0, 0): (0.5, 10), (0, 1): (0.8, 30), (1, 0): (0.6, 10), (1, 1): (0.9, 30)}
    runs = [
        make_run(tmp_path, f"a-s{seed}-f{fold}", top1, seed, fold, count)
        for (seed, fold), (top1, count) in accuracies.items()
    ]
    unfinished = make_run(tmp_path, "a-s2-f0", 0.1, seed=2)
    (group,) = summarise_runs([*runs, unfinished], "val")
    assert len(group.repetitions) == 2 and group.left_out == ["a-s2-f0"]
    own = [(0.5 * 10 + 0.8 * 30) / 40, (0.6 * 10 + 0.9 * 30) / 40]
    assert group.mean_and_deviation("top1") == pytest.approx((fmean(own), stdev(own)))
    (ragged,) = summarise_runs([runs[0], runs[3]], "val")
    assert ragged.mean_and_deviation("top1") == (None, None)
    assert ragged.left_out == ["a-s0-f0", "a-s1-f1"]
    console = Console(width=200, record=True)
    console.print(summary_table([group, ragged], "val"))
    assert "2 (1 runs of seeds without all folds left out)" in (told := console.export_text())
    assert " – " in told


def test_runs_of_one_seed_and_fold_are_repetitions(tmp_path: Path) -> None:
    runs = [make_run(tmp_path, f"a-{place}", top1) for place, top1 in (("x", 0.9), ("y", 0.1))]
    (group,) = summarise_runs(runs, "val")
    assert group.mean_and_deviation("top1") == pytest.approx((0.5, stdev([0.9, 0.1])))


def test_runs_of_other_contents_are_another_group(tmp_path: Path) -> None:
    runs = [make_run(tmp_path, f"a-s{seed}", 0.5, seed, clips=str(seed)) for seed in (0, 1)]
    assert [len(group.runs) for group in summarise_runs(runs, "val")] == [1, 1]


def test_the_file_names_seed_commit_and_time_of_every_run(tmp_path: Path) -> None:
    run = make_run(tmp_path, "a", 0.5, seed=7)
    write_summary(tmp_path / "out.json", summarise_runs([run], "val"), "val")
    (group,) = json.loads((tmp_path / "out.json").read_text())["groups"]
    (stored,) = group["runs"]
    assert stored["seed"] == 7
    assert stored["environment"] == {"commit": "abc"}
    assert stored["training_seconds"] == 6.5
    assert stored["top1"] == 0.5


def test_the_table_shows_names_as_they_are(tmp_path: Path) -> None:
    run = make_run(tmp_path, "run[bold]s", 0.5)
    stream = StringIO()
    Console(file=stream, width=120).print(summary_table(summarise_runs([run], "val"), "val"))
    assert "run[bold]s" in stream.getvalue()


def test_an_unfinished_run_is_refused(tmp_path: Path) -> None:
    run = make_run(tmp_path, "a", 0.5)
    (run / "config.json").unlink()
    with pytest.raises(GspmcError, match="finish it"):
        summarise_runs([run], "val")
    with pytest.raises(GspmcError, match="is no run"):
        summarise_runs([tmp_path / "absent"], "val")
