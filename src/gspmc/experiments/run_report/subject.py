"""A run with all that sections are made of, as far as it is at hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from gspmc.data.store import ClipStore
from gspmc.errors import GspmcError
from gspmc.evaluate.metrics import Metrics, compute_metrics
from gspmc.evaluate.paired import pair
from gspmc.evaluate.scores import Scores
from gspmc.experiments.summary import read_result
from gspmc.text.description import Description, read_descriptions
from gspmc.train.run_directory import RunDirectory


class LeftOutError(Exception):
    """Why a section cannot be made, in one line."""


@dataclass(frozen=True)
class ScoredRun:
    """A finished run and its scores on one split."""

    name: str
    directory: RunDirectory
    config: dict[str, Any]
    environment: dict[str, Any]
    scores: Scores

    @property
    def is_fusion(self) -> bool:
        """It has scores, but no model, no store and no curves of its own."""
        return "clips" not in self.config

    @property
    def texts(self) -> str:
        """How descriptions supervised, in a few words."""
        text = self.config.get("text") or {}
        if not text.get("alpha"):
            return "none"
        control = f", control: {text['control']}" if text.get("control") else ""
        return f"{', '.join(text.get('kinds', ()))}; α {text['alpha']}{control}"

    @cached_property
    def metrics(self) -> Metrics:
        return compute_metrics(self.scores)


class StoredClips(NamedTuple):
    """Where the scored clips lie."""

    store: ClipStore
    rows: np.ndarray
    """(N,): row of the store for every scored clip."""

    def column(self, name: str) -> np.ndarray:
        """A column of the store's index, one value a scored clip."""
        return np.array(self.store.index[name].take(self.rows).to_pylist())


@dataclass(frozen=True)
class Subject:
    """What a report says of one run."""

    run: ScoredRun
    baseline: ScoredRun | None
    controls: Sequence[ScoredRun]
    """What may gain as much as the texts without their content."""
    descriptions: Mapping[str, Description] | None
    """Texts to show where the run has none of its own."""
    clips: str | None
    """Where the run's store lies, if not where it was."""
    joint_clips: int
    """On how many clips joints are hidden."""
    quiet: bool

    @cached_property
    def stored(self) -> StoredClips:
        """The run's store.

        Raises:
            LeftOutError: it is not where the run's config says, or it has changed; or the run is
                a fusion, whose config names none.
            GspmcError: `clips` names another store than the run's.
        """
        if self.run.is_fusion:
            raise LeftOutError("it is a fusion: a report of one of its runs has this")
        uri = self.clips or self.run.config["clips"]
        try:
            store = ClipStore.open(uri)
            if store.fingerprint != self.run.directory.read_contents()["clips"]:
                raise GspmcError(f"{uri} holds other clips than those that the run was trained on")
            row_of = {name: row for row, name in enumerate(store.index["id"].to_pylist())}
            ids = self.run.scores.ids.tolist()
            if any(name not in row_of for name in ids):
                raise GspmcError(f"{uri} lacks clips that were scored")
        except GspmcError as error:
            if self.clips is not None:
                raise
            raise LeftOutError(f"the run's store is needed: {error} (--clips STORE)") from error
        return StoredClips(store, np.array([row_of[name] for name in ids]))


def read_subjects(
    runs: Sequence[str | Path],
    split: str,
    baseline: str | Path | None = None,
    controls: Sequence[str | Path] = (),
    descriptions: str | Path | None = None,
    clips: str | None = None,
    joint_clips: int = 100,
    quiet: bool = False,
) -> list[Subject]:
    """Read runs, the baseline and the controls, each once.

    Raises:
        GspmcError: a run is unreadable or has no scores, one has two roles, there are controls and
            no baseline, the baseline or a control was scored on other clips, or the descriptions
            cannot be read.
    """
    named = {"run": runs, "baseline": [] if baseline is None else [baseline], "control": controls}
    paths = {
        role: list({Path(path).resolve(): Path(path) for path in given}.values())
        for role, given in named.items()
    }
    resolved = [path.resolve() for given in paths.values() for path in given]
    for path in resolved:
        if resolved.count(path) > 1:
            raise GspmcError(f"{path} cannot be its own baseline or control: name it once")
    if controls and baseline is None:
        raise GspmcError("a control stands beside a baseline: add --baseline RUN")
    short = [path.name for path in resolved]
    read = {role: [_read(path, split, short) for path in given] for role, given in paths.items()}
    for run in read["run"]:
        for role in ("baseline", "control"):
            for other in read[role]:
                try:
                    pair(run.scores, other.scores)
                except GspmcError as error:
                    raise GspmcError(f"{run.name} and its {role} {other.name}: {error}") from error
    texts = None if descriptions is None else read_descriptions(descriptions)
    first = next(iter(read["baseline"]), None)
    return [
        Subject(run, first, read["control"], texts, clips, joint_clips, quiet)
        for run in read["run"]
    ]


def _read(path: Path, split: str, names: Sequence[str]) -> ScoredRun:
    """The run, by the name of its folder unless several of `names` are that."""
    result = read_result(path, split)
    directory = RunDirectory(path)
    scores = Scores.load(directory.scores(split))
    short = path.resolve().name
    name = str(path) if names.count(short) > 1 else short
    return ScoredRun(name, directory, result.config, result.environment, scores)
