"""Finished runs fused into a folder that is read like a run's."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from gspmc.errors import GspmcError
from gspmc.evaluate.agreement import Named, refuse_different, refuse_shared_clips
from gspmc.evaluate.folds import Folds, deal_folds
from gspmc.evaluate.fusion import fit_weights, fuse_cross_fitted, fuse_scores, read_weights
from gspmc.evaluate.metrics import Metrics, compute_metrics
from gspmc.evaluate.scores import Scores
from gspmc.experiments.summary import FUSION_FILE, read_result
from gspmc.files import atomic_path
from gspmc.train.run_directory import RunDirectory, environment

FITTED_ON = "val"
"""Weights are fitted on this split and no other."""
_VERSION = 1


@dataclass(frozen=True)
class FusedRuns:
    """Scores of several runs on one split as one."""

    paths: tuple[str, ...]
    parts: Named
    asked: str
    """The weights as they were asked for."""
    weights: np.ndarray
    """float64 (M,), sum 1."""
    scores: Scores
    folds: Folds | None
    """Of the split that the weights were fitted on; None where they were given."""
    fitted_clips: int = 0
    """On how many clips the weights were fitted: those of known classes."""

    @property
    def cross_fitted(self) -> bool:
        """The scores are of the split that the weights are fitted on, fused fold by fold."""
        return self.folds is not None and self.scores.split == FITTED_ON

    @property
    def metrics(self) -> list[tuple[str, Metrics]]:
        """Of every run by name, and of all together."""
        named = [
            (Path(path).name, part) for path, (_, part) in zip(self.paths, self.parts, strict=True)
        ]
        return [
            (name, compute_metrics(scores)) for name, scores in [*named, ("fused", self.scores)]
        ]


def fuse_runs(paths: Sequence[str], asked: str, split: str) -> FusedRuns:
    """Fuse what finished runs said of a split.

    Args:
        paths: at least two run directories, or folders of fused runs.
        asked: `equal`, numbers, or `fit`: fitted on the validation scores. Asked for the validation
            split itself, every fold of it is fused with weights fitted on the others.
        split: whose scores.

    Raises:
        GspmcError: a run was not scored on a split that is needed, the scores do not go together,
            or the weights are impossible.
    """
    if len(paths) < 2:
        raise GspmcError("a fusion is of two runs or more: name them all")
    given = read_weights(asked, len(paths))
    parts = [read_scores(path, split) for path in paths]
    refuse_different(parts)
    if given is not None:
        return FusedRuns(tuple(paths), parts, asked, given, fuse_scores(parts, given), None)
    if split == FITTED_ON:
        scores, folds = fuse_cross_fitted(parts)
        clips = int(scores.known.sum())
        return FusedRuns(tuple(paths), parts, asked, fit_weights(parts), scores, folds, clips)
    fitting = [read_scores(path, FITTED_ON, " on which weights are fitted") for path in paths]
    for (name, ours), (other, theirs) in zip(parts, fitting, strict=True):
        if ours.classes != theirs.classes:
            raise GspmcError(f"{name} has other classes than {other}: evaluate the run again")
    weights = fit_weights(fitting)
    refuse_shared_clips(fitting[0][1], parts[0][1])
    folds = deal_folds(fitting[0][1])
    fused, clips = fuse_scores(parts, weights), int(fitting[0][1].known.sum())
    return FusedRuns(tuple(paths), parts, asked, weights, fused, folds, clips)


def read_scores(path: str | Path, split: str, why: str = "") -> tuple[str, Scores]:
    """The scores of a run on a split, with the name of their file.

    Raises:
        GspmcError: there are none, they are damaged, or of another split.
    """
    run = RunDirectory(Path(path))
    file = run.scores(split)
    if not run.path.is_dir():
        raise GspmcError(f"no run at {path}: train one with `gspmc train --out {path}`")
    if not file.is_file():
        raise GspmcError(
            f"{path} has no scores of split {split!r}{why}: run "
            f"`gspmc evaluate {path} --split {split}`"
        )
    scores = Scores.load(file)
    if scores.split != split:
        raise GspmcError(f"{file} holds scores of split {scores.split!r}: evaluate the run again")
    return str(file), scores


def write_fusion(folder: str | Path, fused: FusedRuns) -> RunDirectory:
    """Write scores, metrics and where they come from.

    A folder of the same fusion gets this split too.

    Raises:
        GspmcError: the folder holds other things, or a fusion of other runs or weights.
    """
    out = RunDirectory(Path(folder))
    fusion = _provenance(fused)
    if not out.path.exists():
        with atomic_path(out.path) as temporary:
            _write_split(RunDirectory(temporary), fused)
            _write_provenance(temporary, fusion)
        return out
    _refuse_another(out.path, fusion)
    _write_split(out, fused)
    return out


def _write_split(out: RunDirectory, fused: FusedRuns) -> None:
    fused.scores.save(out.scores(fused.scores.split))
    compute_metrics(fused.scores).write(out.metrics(fused.scores.split))


def _write_provenance(folder: Path, fusion: dict[str, Any]) -> None:
    text = json.dumps(fusion, indent=1, ensure_ascii=False)
    (folder / FUSION_FILE).write_text(text + "\n", encoding="utf-8")


def _provenance(fused: FusedRuns) -> dict[str, Any]:
    results = [read_result(path, fused.scores.split) for path in fused.paths]
    fitted = None
    if fused.folds is not None:
        fitted = {
            "split": FITTED_ON,
            "clips": fused.fitted_clips,
            "folds": fused.folds.total,
            "by": fused.folds.by,
        }
    return {
        "version": _VERSION,
        "asked": fused.asked,
        "weights": fused.weights.tolist(),
        "fitted": fitted,
        "runs": [
            {"run": path, "config": result.config, "seconds": result.seconds}
            | {"environment": result.environment}
            for path, result in zip(fused.paths, results, strict=True)
        ],
        "environment": environment(),
    }


def _refuse_another(folder: Path, fusion: dict[str, Any]) -> None:
    path = folder / FUSION_FILE
    if not path.is_file():
        raise GspmcError(f"{folder} exists and holds no fusion: choose another --out")
    try:
        there = json.loads(path.read_text(encoding="utf-8"))
        same_weights = np.allclose(there["weights"], fusion["weights"], atol=1e-9)
        same_runs = [run["config"] for run in there["runs"]] == [
            run["config"] for run in fusion["runs"]
        ]
        same_question = there["asked"] == fusion["asked"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise GspmcError(f"{path} is damaged ({error!r}): choose another --out") from error
    if not (same_question and same_runs and same_weights):
        raise GspmcError(f"{folder} holds a fusion of other runs or weights: choose another --out")
