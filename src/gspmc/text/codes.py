"""Codes of an expert: what every sign is in each of several fields, as a CSV file.

The first column is `label`. A column named after a part and a field, `right_hand/Handshape`, says
something of that part; one named `Movement` says something of the whole sign. An empty cell says
nothing.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch

from gspmc.errors import GspmcError
from gspmc.files import atomic_path
from gspmc.skeleton import PARTS

LABEL = "label"
UNKNOWN = -1


@dataclass(frozen=True)
class CodeField:
    """One field of the codes."""

    name: str
    """Its column."""
    values: tuple[str, ...]
    """What the classes have in it, two different values at least."""


@dataclass(frozen=True)
class Codes:
    """F fields of K classes."""

    fields: tuple[CodeField, ...]
    table: torch.Tensor
    """(K, F) int64: index into the field's values; UNKNOWN where nothing is said."""


def read_codes(path: str | Path, classes: Sequence[str]) -> Codes:
    """The codes of these classes. Fields in which they do not differ are left out.

    Raises:
        GspmcError: the file cannot be read, has no `label`, a label twice or an unknown part, or
            nothing in it tells the classes apart.
    """
    rows, names = _read(Path(path))
    fields = []
    for name in names:
        values = sorted({rows[label][name] for label in classes if label in rows} - {""})
        if len(values) > 1:
            fields.append(CodeField(name, tuple(values)))
    if not fields:
        raise GspmcError(f"{path} tells no two of the {len(classes)} classes apart: mend it")
    table = torch.full((len(classes), len(fields)), UNKNOWN)
    for row, label in enumerate(classes):
        for column, field in enumerate(fields):
            value = rows.get(label, {}).get(field.name, "")
            if value:
                table[row, column] = field.values.index(value)
    return Codes(tuple(fields), table)


def write_codes(path: str | Path, codes: Mapping[str, Mapping[str, str]]) -> None:
    """Write label -> column -> value, atomically."""
    names = list(dict.fromkeys(name for row in codes.values() for name in row))
    with atomic_path(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [LABEL, *names], restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows({LABEL: label, **row} for label, row in codes.items())


def _read(path: Path) -> tuple[dict[str, dict[str, str]], list[str]]:
    """Rows by label, and the columns beside it."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise GspmcError(f"cannot read {path}: {reason}; make it with `gspmc kb codes`") from error
    reader = csv.DictReader(io.StringIO(text, newline=""), restval="")
    names = [name for name in reader.fieldnames or () if name != LABEL]
    if LABEL not in (reader.fieldnames or ()) or len(set(names)) < len(names):
        raise GspmcError(f"{path} needs a column {LABEL!r}, and every other name once: mend it")
    for name in names:
        if "/" in name and name.split("/")[0] not in PARTS:
            raise GspmcError(f"{path}: column {name!r} names no part: use {', '.join(PARTS)}")
    rows: dict[str, dict[str, str]] = {}
    for row in reader:
        label = row[LABEL].strip()
        if label in rows or None in row:
            what = "is there twice" if label in rows else "has more cells than there are columns"
            raise GspmcError(f"{path}:{reader.line_num}: label {label!r} {what}: mend it")
        rows[label] = {name: row[name].strip() for name in names}
    return rows, names
