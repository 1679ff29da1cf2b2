"""The text side of a run: descriptions, their vectors, and what supervises what."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from gspmc.errors import GspmcError
from gspmc.losses.targets import TextTargets, text_targets
from gspmc.text.bank import TextBank, build_bank
from gspmc.text.controls import name_signs_only, random_vectors, shuffle_descriptions
from gspmc.text.description import Description, read_descriptions
from gspmc.text.encoder import load_text_encoder
from gspmc.text.matching import match_descriptions
from gspmc.train.recipe import Recipe

_LOG = logging.getLogger(__name__)
_NAMED = 5
"""Signs that a message names before it only counts."""


class Texts(NamedTuple):
    """The texts of a run's classes, their vectors, and which of them supervise what."""

    descriptions: list[Description]
    """Of the classes that have one."""
    bank: TextBank
    targets: TextTargets


def load_texts(
    recipe: Recipe,
    classes: tuple[str, ...],
    path: str | Path | None,
    cache: Path,
) -> Texts | None:
    """The text side of the objective; None where the recipe trains without texts."""
    if not recipe.text.alpha:
        return None
    if path is None:
        raise GspmcError(
            "training with texts needs --descriptions FILE; make one with `gspmc describe run`, or "
            "train without texts with --text.alpha 0"
        )
    descriptions: Mapping[str, Description] = read_descriptions(path)
    _look_at_reviews(recipe, [descriptions[name] for name in classes if name in descriptions])
    lacking, unused = match_descriptions(classes, descriptions)
    used = {label: text for label, text in descriptions.items() if label in classes}
    if unused:
        _LOG.info("%d descriptions have no clip and are not used: %s, …", len(unused), unused[0])
    if lacking and recipe.text.undescribed == "leave":
        _LOG.warning(
            "%d of %d classes have no description and are trained without texts: %s",
            len(lacking),
            len(classes),
            _first_few(lacking),
        )
    if recipe.text.control == "shuffled":
        used = shuffle_descriptions(used, recipe.seed)
    elif recipe.text.control == "labels":
        used = name_signs_only(used)
    encoder = load_text_encoder(recipe.text.encoder)
    try:
        bank = build_bank(used, classes, encoder, cache, recipe.text.undescribed)
    except GspmcError as error:
        raise GspmcError(f"{path}: {error}") from error
    if recipe.text.control == "random":
        bank = random_vectors(bank, recipe.seed)
    targets = text_targets(bank, recipe.text.kinds)
    return Texts([used[label] for label in classes if label in used], bank, targets)


def _look_at_reviews(recipe: Recipe, used: Sequence[Description]) -> None:
    """Warn of descriptions that a reviewer rejected.

    Raises:
        GspmcError: the recipe takes approved ones only, and some are not.
    """
    verdicts = {text.label: text.review and text.review.verdict for text in used}
    if recipe.require == "approved":
        lacking = [label for label, verdict in verdicts.items() if verdict != "approved"]
        if lacking:
            raise GspmcError(
                f"{len(lacking)} of {len(used)} descriptions are not approved: "
                f"{_first_few(lacking)}; approve them with `gspmc describe review`, or leave "
                "--require out"
            )
    rejected = [label for label, verdict in verdicts.items() if verdict == "rejected"]
    if rejected:
        _LOG.warning(
            "%d of %d descriptions were rejected in review and are used all the same: %s; "
            "--require approved would refuse",
            len(rejected),
            len(used),
            _first_few(rejected),
        )


def _first_few(labels: Sequence[str]) -> str:
    return ", ".join([*labels[:_NAMED], *(["…"] if len(labels) > _NAMED else [])])
