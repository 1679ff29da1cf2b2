"""A matrix file: the arms of an experiment and what they differ in."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Annotated, Any

import yaml
from jsonargparse import ArgumentError, ArgumentParser, Namespace
from pydantic import BaseModel, BeforeValidator, Field, ValidationError, model_validator

from gspmc.data.splits import Splits
from gspmc.errors import GspmcError
from gspmc.files import file_name
from gspmc.train.recipe import Recipe


class Settings(BaseModel, extra="forbid"):
    """Something that a cell of the matrix differs in."""

    name: str
    set: dict[str, Any] = {}
    """Settings of the recipe by their dotted names, such as `text.alpha`."""
    clips: str | None = None
    """Its own clip store, such as one of another layout; the matrix's by default."""
    descriptions: str | None = None
    """Its own description file; the matrix's by default."""


def _as_several(names: Any) -> Any:
    return (names,) if isinstance(names, str) else names


class Arm(Settings):
    """A row of the table. Where its block differs in the same thing, the arm's counts."""

    control: Annotated[tuple[str, ...], BeforeValidator(_as_several)] = ()
    """The arm or arms that must stay behind before a gain is claimed for the texts' content."""


class Matrix(BaseModel, extra="forbid"):
    """Every arm in every block with every seed on every fold. Paths are as in a command."""

    title: str
    recipe: str
    """Config file that all cells start from."""
    clips: str
    descriptions: str | None = None
    seeds: list[int] = Field(min_length=1)
    folds: int | None = Field(default=None, ge=2)
    """Signer-disjoint folds, each held out once; by default the store's own splits."""
    split: str = "val"
    """The split that is scored."""
    arms: list[Arm] = Field(min_length=1)
    blocks: list[Settings] = [Settings(name="")]
    """The arms are compared within each block, such as a number of training clips."""
    baseline: str | None = None
    """The arm against which the others are measured."""

    @model_validator(mode="after")
    def _names_meet(self) -> Matrix:
        arms = [arm.name for arm in self.arms]
        for what, names in (("arm", arms), ("block", [block.name for block in self.blocks])):
            twice = [name for name, count in Counter(names).items() if count > 1]
            if twice:
                raise ValueError(f"two {what}s are named {twice[0]!r}")
        controls = [("control", name) for arm in self.arms for name in arm.control]
        for role, name in [("baseline", self.baseline), *controls]:
            if name is not None and name not in arms:
                raise ValueError(f"the {role} {name!r} is no arm of the matrix")
        if len(set(self.seeds)) < len(self.seeds):
            raise ValueError("a seed is given twice")
        if self.folds is not None and self.split != "val":
            raise ValueError("a fold that is held out is the split 'val': leave split out")
        return self


@dataclass(frozen=True)
class Cell:
    """One run of the matrix."""

    arm: str
    block: str
    seed: int
    fold: int | None
    recipe: Recipe
    clips: str
    descriptions: str | None
    """None where the recipe trains without texts."""

    @property
    def name(self) -> str:
        """Tells the cells of a matrix apart, in file names too."""
        words = [
            self.block,
            self.arm,
            f"s{self.seed}",
            "" if self.fold is None else f"f{self.fold}",
        ]
        return "-".join(file_name(word) for word in words if word)


def read_matrix(path: str | Path) -> Matrix:
    """Read a matrix file.

    Raises:
        GspmcError: it cannot be read, or says something impossible.
    """
    try:
        return Matrix.model_validate(_read_yaml(path))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(step) for step in first["loc"])
        reason = first["msg"].removeprefix("Value error, ")
        raise GspmcError(f"{path}: {f'{where}: ' if where else ''}{reason}; mend it") from error


def cells(matrix: Matrix, path: str | Path) -> list[Cell]:
    """All cells, the first seed of every arm before the second, so that half a table tells most.

    Args:
        path: of the matrix file, for messages.

    Raises:
        GspmcError: a recipe cannot be read, or a cell's settings are impossible; the cell is named.
    """
    parser = _recipe_parser()
    base = _read_yaml(matrix.recipe)
    folds = [None] if matrix.folds is None else range(matrix.folds)
    found = [
        _cell(parser, base, matrix, arm, block, seed, fold, path)
        for seed in matrix.seeds
        for block in matrix.blocks
        for fold in folds
        for arm in matrix.arms
    ]
    twice = [name for name, count in Counter(cell.name for cell in found).items() if count > 1]
    if twice:
        raise GspmcError(f"{path}: two cells would be named {twice[0]}: rename an arm or a block")
    return found


def _recipe_parser() -> ArgumentParser:
    parser = ArgumentParser(exit_on_error=False)
    parser.add_class_arguments(Recipe, skip={"splits"})
    parser.add_class_arguments(Splits)
    return parser


def _read_yaml(path: str | Path) -> dict[str, Any]:
    try:
        values = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise GspmcError(f"cannot read {path}: {error.strerror}") from error
    except (ValueError, RecursionError, yaml.YAMLError) as error:
        reason = " ".join(str(error).split())
        raise GspmcError(f"{path} is no YAML file: {reason}; mend it") from error
    if not isinstance(values, dict):
        raise GspmcError(f"{path} holds no settings: give a YAML file of names and values")
    return values


def _put(values: dict[str, Any], dotted: str, value: Any) -> None:
    """Set `text.alpha` in nested settings."""
    *groups, name = dotted.split(".")
    for group in groups:
        values = values.setdefault(group, {})
        if not isinstance(values, dict):
            raise GspmcError(f"{group} of {dotted} is no group of settings")
    values[name] = value


def _cell(
    parser: ArgumentParser,
    base: Mapping[str, Any],
    matrix: Matrix,
    arm: Arm,
    block: Settings,
    seed: int,
    fold: int | None,
    path: str | Path,
) -> Cell:
    held_out = {} if fold is None else {"split_by": "signer", "folds": matrix.folds, "fold": fold}
    values = deepcopy(dict(base))
    try:
        for dotted, value in {**block.set, **arm.set, **held_out, "seed": seed}.items():
            _put(values, dotted, value)
        given = parser.parse_object(values)
        for group in parser.groups or ():  # jsonargparse lets a group have a plain value
            if group in given and not isinstance(given[group], Namespace):
                raise GspmcError(f"'{group}' is a group of settings, not one value; mend it")
        parsed = parser.instantiate_classes(given)
        splits = Splits(**{field.name: parsed[field.name] for field in fields(Splits)})
        own = {field.name for field in fields(Recipe)} - {"splits"}
        recipe = Recipe(**{name: parsed[name] for name in own}, splits=splits)
    except (ArgumentError, GspmcError, TypeError, RecursionError) as error:
        reason = " ".join(str(error).split())
        where = f"arm {arm.name!r}" + (f", block {block.name!r}" if block.name else "")
        raise GspmcError(f"{path}, {where}: {reason}") from error
    clips = arm.clips or block.clips or matrix.clips
    descriptions = arm.descriptions or block.descriptions or matrix.descriptions
    return Cell(
        arm.name,
        block.name,
        seed,
        fold,
        recipe,
        os.path.expandvars(clips),
        os.path.expandvars(descriptions) if descriptions and recipe.text.alpha else None,
    )
