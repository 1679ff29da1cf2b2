"""What the cells of a matrix came to, clip by clip, in one file that tables are made of."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import BaseModel, ValidationError, model_validator

from gspmc.errors import GspmcError
from gspmc.evaluate.scores import Scores
from gspmc.experiments.ablation.matrix import Cell
from gspmc.files import atomic_path
from gspmc.train.recipe import INDIFFERENT, Recipe

VERSION = 1


class ScoredClips(BaseModel, extra="forbid"):
    """The clips of one fold, in one order: what cells that share them are paired by."""

    labels: list[str]
    """Class of every clip."""
    signers: list[str]
    """Signer of every clip; empty where unknown."""


class Outcome(BaseModel, extra="forbid"):
    """One finished cell."""

    arm: str
    block: str
    seed: int
    fold: int | None
    key: str
    """Hash of everything that the result follows from: see `cell_key`."""
    clips: str
    """Which of the file's `ScoredClips`."""
    ranks: str
    """For every clip, how many classes were ranked before the right one; 0 is a hit."""
    excluded: int = 0
    """Clips that are not scored, since no training clip is of their class; there were none while
    this was not written yet."""
    seconds: float
    """Spent in training epochs."""
    environment: dict[str, str | int | None]

    @property
    def rank_array(self) -> np.ndarray:
        """int (N,)."""
        return np.array(self.ranks.split(), dtype=int)


class Outcomes(BaseModel, extra="forbid"):
    """All finished cells of one file, those of earlier settings too."""

    version: int = VERSION
    matrix: dict[str, Any] = {}
    """The matrix file that was last applied."""
    table: list[dict[str, Any]] = []
    """What its cells come to, see `ablation.table`."""
    clips: dict[str, ScoredClips] = {}
    cells: list[Outcome] = []

    @model_validator(mode="after")
    def _cells_fit_their_clips(self) -> Outcomes:
        for cell in self.cells:
            if cell.clips not in self.clips:
                raise ValueError(f"cell {cell.key} was scored on clips that are not listed")
            if len(cell.rank_array) != len(self.clips[cell.clips].labels):
                raise ValueError(f"cell {cell.key} has not as many ranks as clips")
        return self

    def add(self, outcome: Outcome, clips: ScoredClips) -> None:
        """Take in a finished cell."""
        self.cells.append(outcome)
        self.clips[outcome.clips] = clips


def cell_key(cell: Cell, contents: Mapping[str, str | None], split: str) -> str:
    """16 hexadecimal digits over the recipe and the contents it is applied to.

    Of the recipe, what differs from the defaults counts: a setting that comes with a later version,
    and by default changes nothing, leaves the keys of earlier results as they are. What changes no
    result is left out: without texts, all that is said of them.

    Args:
        contents: fingerprints of the clips and the descriptions.
        split: the one that is scored.
    """
    recipe = _changed(cell.recipe.to_dict(), Recipe().to_dict())
    for name in (*INDIFFERENT, *(() if cell.recipe.text.alpha else ("text",))):
        recipe.pop(name, None)
    recipe |= {"has texts": cell.recipe.text.alpha > 0}
    if split != "val":  # that of most, and of the first files
        recipe |= {"split": split}
    text = json.dumps([recipe, dict(contents)], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _changed(values: Mapping[str, Any], defaults: Mapping[str, Any]) -> dict[str, Any]:
    """The values that are not the defaults, group by group."""
    return {
        name: _changed(value, defaults[name]) if isinstance(defaults.get(name), dict) else value
        for name, value in values.items()
        if value != defaults.get(name)
    }


def ranks_of(scores: Scores) -> tuple[np.ndarray, np.ndarray]:
    """Rank of the right class for every clip whose class the model knows.

    Returns:
        bool (N,): the clips that count; int (n,): for each of them, how many classes have a higher
        logit, or the same and a lower index.
    """
    known = scores.known
    logits, labels = scores.logits[known], scores.labels[known]
    own = np.take_along_axis(logits, labels[:, None], axis=1)  # (n, 1)
    before = np.arange(logits.shape[1]) < labels[:, None]  # (n, K)
    return known, ((logits > own) | ((logits == own) & before)).sum(axis=1)


def outcome_of(
    cell: Cell, key: str, scores: Scores, seconds: float, environment: dict[str, Any]
) -> tuple[Outcome, ScoredClips]:
    """A finished cell out of its scores."""
    known, ranks = ranks_of(scores)
    clips = ScoredClips(
        labels=[scores.classes[label] for label in scores.labels[known]],
        signers=scores.signers[known].tolist(),
    )
    identity = json.dumps([scores.split, scores.ids[known].tolist(), clips.labels, clips.signers])
    outcome = Outcome(
        arm=cell.arm,
        block=cell.block,
        seed=cell.seed,
        fold=cell.fold,
        key=key,
        clips=hashlib.sha256(identity.encode()).hexdigest()[:16],
        ranks=" ".join(map(str, ranks)),
        excluded=int((~known).sum()),
        seconds=round(seconds, 1),
        environment=environment,
    )
    return outcome, clips


def read_outcomes(path: str | Path) -> Outcomes:
    """What a file holds; nothing where there is none.

    Raises:
        GspmcError: it is damaged, of another version, or no file of outcomes.
    """
    try:
        outcomes = Outcomes.model_validate_json(Path(path).read_bytes())
    except FileNotFoundError:
        return Outcomes()
    except OSError as error:
        raise GspmcError(f"cannot read {path}: {error.strerror}") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(step) for step in first["loc"])
        raise GspmcError(
            f"{path} holds no ablation results ({where or 'file'}: {first['msg']}): choose another "
            "--out"
        ) from error
    if outcomes.version != VERSION:
        raise GspmcError(
            f"{path} has version {outcomes.version}, this program reads {VERSION}: choose another "
            "--out"
        )
    return outcomes


def write_outcomes(path: str | Path, outcomes: Outcomes) -> None:
    """Write the file, atomically."""
    text = json.dumps(outcomes.model_dump(), ensure_ascii=False, indent=1)
    with atomic_path(path) as temporary:
        temporary.write_text(text + "\n", encoding="utf-8")
