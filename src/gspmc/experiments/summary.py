"""Runs that differ in nothing but seed and fold, as mean and standard deviation."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import count
from pathlib import Path
from statistics import fmean, stdev
from typing import Any

import numpy as np
from rich.table import Table
from rich.text import Text

from gspmc.errors import GspmcError
from gspmc.evaluate.tables import percent
from gspmc.files import atomic_path
from gspmc.train.recipe import INDIFFERENT
from gspmc.train.run_directory import RunDirectory

SUMMARY_VERSION = 2
"""Of 1, deviations were over runs, folds too."""
FUSION_FILE = "fusion.json"
"""What a folder of fused runs has in place of a run's config."""
_MEASURES = ("top1", "top5", "class_mean")
_NUMBERS = ("count", "excluded", "top1", "top1_interval", "top5", "class_mean")


@dataclass(frozen=True)
class RunResult:
    """One finished run on one split."""

    name: str
    config: dict[str, Any]
    environment: dict[str, Any]
    metrics: dict[str, Any]
    seconds: float
    """Spent in training epochs."""
    contents: dict[str, str | None] | None = None
    """Fingerprints of the clips and descriptions that it was trained on; None for fused runs."""
    fused: dict[str, Any] | None = None
    """Names of the runs that are fused, and their weights."""
    per_class: Sequence[Mapping[str, Any]] = ()
    """Label, clips and top-1 of every class that occurs."""

    @property
    def group(self) -> str:
        """Equal for runs of the same contents that differ in seed and fold alone, and in what
        changes no result."""
        free = ("seed", "fold", *INDIFFERENT)
        rest = {key: value for key, value in self.config.items() if key not in free}
        return json.dumps([rest, self.contents], sort_keys=True)

    def to_dict(self) -> dict[str, Any]:
        fused = {} if self.fused is None else {"fused": self.fused}
        return {
            "run": self.name,
            "seed": self.config["seed"],
            "fold": self.config["fold"],
            "training_seconds": round(self.seconds, 1),
            **self.metrics,
            **fused,
            "environment": self.environment,
        }


def read_result(path: str | Path, split: str) -> RunResult:
    """Read what a run, or a fusion of runs, left behind.

    Raises:
        GspmcError: it is no run, it is not finished, or it was not scored on that split.
    """
    run = RunDirectory(Path(path))
    if (run.path / FUSION_FILE).exists():
        return _read_fusion(run, split)
    config = run.read_config()
    if not run.finished or not run.metrics(split).exists():
        raise GspmcError(
            f"{path} has no metrics of split {split!r}: finish it, or run "
            f"`gspmc evaluate {path} --split {split}`"
        )
    try:
        metrics = json.loads(run.metrics(split).read_text(encoding="utf-8"))
        seconds, environment = run.read_circumstances()
        return RunResult(
            name=run.path.name,
            config=config,
            environment=environment,
            metrics={name: metrics[name] for name in _NUMBERS},
            seconds=seconds,
            contents=run.read_contents(),
            per_class=metrics["per_class"],
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise GspmcError(f"{path} is damaged ({error!r}): train it again") from error


def _read_fusion(folder: RunDirectory, split: str) -> RunResult:
    """The result of fused runs: it has all their settings and the time of all of them."""
    path = folder.path / FUSION_FILE
    if not folder.metrics(split).exists():
        raise GspmcError(
            f"{folder.path} has no metrics of split {split!r}: fuse the runs again with "
            f"--split {split} --out {folder.path}"
        )
    try:
        fusion = json.loads(path.read_text(encoding="utf-8"))
        metrics = json.loads(folder.metrics(split).read_text(encoding="utf-8"))
        configs = [run["config"] for run in fusion["runs"]]
        free = ("seed", "fold", *INDIFFERENT)
        settings = [{k: v for k, v in config.items() if k not in free} for config in configs]
        return RunResult(
            name=folder.path.name,
            config={
                "seed": _shared([config["seed"] for config in configs]),
                "fold": _shared([config["fold"] for config in configs]),
                "weights": fusion["asked"],
                "fused": settings,
            },
            environment=fusion["environment"],
            metrics={name: metrics[name] for name in _NUMBERS},
            seconds=sum(run["seconds"] for run in fusion["runs"]),
            fused={
                "runs": [run["run"] for run in fusion["runs"]],
                "weights": fusion["weights"],
                "fitted": fusion["fitted"],
            },
            per_class=metrics["per_class"],
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise GspmcError(f"{path} is damaged ({error!r}): fuse the runs again") from error


def _class_mean(folds: Sequence[RunResult]) -> float:
    """Mean recall over the classes; a fold need not hold all of them."""
    clips: dict[str, int] = defaultdict(int)
    right: dict[str, float] = defaultdict(float)
    for row in (row for fold in folds for row in fold.per_class):
        clips[row["label"]] += row["clips"]
        right[row["label"]] += row["top1"] * row["clips"]
    return fmean(right[label] / number for label, number in clips.items())


def _shared(values: list[Any]) -> Any:
    """The value that all have, or all of them."""
    return values[0] if all(value == values[0] for value in values) else values


@dataclass(frozen=True)
class Group:
    """Runs that differ in seed and fold alone."""

    runs: list[RunResult]

    @property
    def name(self) -> str:
        """What the runs' names begin with: `hands` of `hands-s0` and `hands-s1`."""
        names = [run.name for run in self.runs]
        shared = names[0]
        while not all(name.startswith(shared) for name in names):
            shared = shared[:-1]
        return re.sub(r"([-_](s|f|seed|fold)?)+$", "", shared) if len(names) > 1 else shared

    @cached_property
    def repetitions(self) -> list[dict[str, RunResult]]:
        """The runs of every seed by fold, of the seeds that have all folds that any has.

        Runs of one seed and fold, on other machines, say, count as repetitions of their own.
        """
        found: dict[tuple[str, int], dict[str, RunResult]] = defaultdict(dict)
        for run in self.runs:
            seed, fold = str(run.config["seed"]), str(run.config["fold"])
            copy = next(n for n in count() if fold not in found.get((seed, n), {}))
            found[seed, copy][fold] = run
        folds = set().union(*found.values())
        return [runs for runs in found.values() if runs.keys() == folds]

    @property
    def left_out(self) -> list[str]:
        """Names of the runs whose seed lacks a fold that another has."""
        whole = {id(run) for runs in self.repetitions for run in runs.values()}
        return [run.name for run in self.runs if id(run) not in whole]

    def mean_and_deviation(self, measure: str) -> tuple[float | None, float | None]:
        """Mean over the seeds and their standard deviation, the clips of all folds of a seed taken
        together; None where there is no seed with all folds, and for a single one."""
        values = []
        for runs in self.repetitions:
            if measure == "class_mean":
                values.append(_class_mean([*runs.values()]))
                continue
            clips = [run.metrics["count"] for run in runs.values()]
            own = [run.metrics[measure] for run in runs.values()]
            values.append(float(np.average(own, weights=clips)))
        mean = fmean(values) if values else None
        return mean, stdev(values) if len(values) > 1 else None

    def to_dict(self) -> dict[str, Any]:
        summary = {}
        for measure in _MEASURES:
            average, deviation = self.mean_and_deviation(measure)
            summary[measure] = {"mean": average, "std": deviation}
        return {
            "name": self.name,
            "summary": summary,
            "left_out": self.left_out,
            "config": {key: value for key, value in self.runs[0].config.items() if key != "seed"},
            "runs": [run.to_dict() for run in self.runs],
        }


def summarise_runs(paths: Sequence[str | Path], split: str) -> list[Group]:
    """Group runs, in the order in which the groups first appear.

    Raises:
        GspmcError: a run cannot be read.
    """
    groups: dict[str, list[RunResult]] = defaultdict(list)
    for path in {Path(path).resolve(): path for path in paths}.values():  # none counts twice
        result = read_result(path, split)
        groups[result.group].append(result)
    return [Group(runs) for runs in groups.values()]


def summary_table(groups: Sequence[Group], split: str) -> Table:
    """Accuracies in percent, mean ± standard deviation over the seeds of a group."""
    title = Text(f"Accuracy (%) on {split}, mean ± standard deviation over seeds")
    table = Table(title=title)
    for column in ("runs of", "seeds", "folds", "top-1", "top-5", "class mean", "minutes a run"):
        table.add_column(column, justify="left" if column == "runs of" else "right")
    for group in groups:
        cells = []
        for measure in _MEASURES:
            average, deviation = group.mean_and_deviation(measure)
            spread = "" if deviation is None else f" ± {percent(deviation)}"
            cells.append("–" if average is None else percent(average) + spread)
        minutes = fmean(run.seconds for run in group.runs) / 60
        folds = len({str(run.config["fold"]) for run in group.runs})
        seeds = str(len(group.repetitions))
        if group.left_out:
            seeds += f" ({len(group.left_out)} runs of seeds without all folds left out)"
        table.add_row(Text(group.name), seeds, str(folds), *cells, f"{minutes:.1f}")
    return table


def write_summary(path: str | Path, groups: Sequence[Group], split: str) -> None:
    """Write groups and runs as JSON, with config, seeds, commit and machine of each."""
    document = {
        "version": SUMMARY_VERSION,
        "split": split,
        "groups": [group.to_dict() for group in groups],
    }
    with atomic_path(path) as temporary:
        temporary.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n")
