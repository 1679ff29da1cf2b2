"""Rows of a table, whatever file holds it."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from gspmc.describe.documents import DOCUMENT_BYTES
from gspmc.errors import GspmcError
from gspmc.files import read_utf8

Row = Mapping[str, Any]

SEPARATED = (".csv", ".tsv", ".txt")
LINES = (".jsonl", ".ndjson")
SQLITE = (".sqlite", ".sqlite3", ".db")
SUFFIXES = (*SEPARATED, ".json", *LINES, *SQLITE)
DELIMITERS = "\t,;|"


def read_rows(path: Path, columns: Sequence[str], table: str | None) -> Iterator[tuple[int, Row]]:
    """Rows of a file with their places: lines of a text, numbers of a row elsewhere.

    Args:
        columns: those that must be there.
        table: of a SQLite file; None where it has one only.

    Raises:
        GspmcError: the file cannot be read as its suffix says, or lacks the table or a column.
    """
    suffix = path.suffix.lower()
    if suffix in SQLITE:
        yield from _sqlite_rows(path, columns, table)
        return
    if table is not None:
        raise GspmcError(f"{path} has no tables, it is no SQLite file; leave --table out")
    if suffix in SEPARATED:
        yield from _separated_rows(path, columns)
    elif suffix in LINES:
        yield from _json_rows(path, columns, _json_lines(path))
    elif suffix == ".json":
        yield from _json_rows(path, columns, _json_array(path))
    else:
        raise GspmcError(f"{path} is no table of a known kind; give {', '.join(SUFFIXES)}")


def _check_columns(path: Path, columns: Sequence[str], there: Collection[str]) -> None:
    absent = [column for column in columns if column not in there]
    if absent:
        raise GspmcError(
            f"{path} has no column '{absent[0]}'; it has {', '.join(there) or 'none'}: name one of "
            "them"
        )


def _separated_rows(path: Path, columns: Sequence[str]) -> Iterator[tuple[int, Row]]:
    text = read_utf8(path, "corpus")
    csv.field_size_limit(DOCUMENT_BYTES)

    def reader(delimiter: str) -> csv.DictReader[str]:
        return csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)

    try:
        headers = {mark: reader(mark).fieldnames or () for mark in DELIMITERS}
        # The delimiter is the one that makes most of the columns asked for, then most of all.
        best = max(
            DELIMITERS,
            key=lambda mark: (len(set(columns) & set(headers[mark])), len(headers[mark])),
        )
        _check_columns(path, columns, headers[best])
        rows = reader(best)
        for row in rows:
            if any(row.get(None) or ()):
                raise GspmcError(
                    f"{path}:{rows.line_num} has more cells than the first line names: put cells "
                    f"that hold {best!r} in quotation marks"
                )
            yield rows.line_num, row
    except csv.Error as error:
        raise GspmcError(f"{path} is broken as a table ({error}); correct it") from error


def _json_lines(path: Path) -> Iterator[tuple[int, Any]]:
    for number, line in enumerate(read_utf8(path, "corpus").split("\n"), start=1):
        if line.strip():
            yield number, _json(line, f"{path}:{number}")


def _json_array(path: Path) -> Iterator[tuple[int, Any]]:
    rows = _json(read_utf8(path, "corpus"), str(path))
    if not isinstance(rows, list):
        raise GspmcError(f"{path} holds no list; write a JSON list of objects, one an entry")
    yield from enumerate(rows, start=1)


def _json(text: str, where: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise GspmcError(f"{where} is no JSON ({error}); correct it") from error


def _json_rows(
    path: Path, columns: Sequence[str], rows: Iterator[tuple[int, Any]]
) -> Iterator[tuple[int, Row]]:
    """Objects; a field may be absent in one, but not in all."""
    seen: dict[str, None] = {}
    for number, row in rows:
        if not isinstance(row, dict):
            raise GspmcError(f"{path}:{number} is no JSON object; write one an entry")
        if not seen:
            _check_columns(path, columns[:2], row)
        seen.update(dict.fromkeys(row))
        yield number, row
    _check_columns(path, columns, seen)


def _sqlite_rows(
    path: Path, columns: Sequence[str], table: str | None
) -> Iterator[tuple[int, Row]]:
    try:
        address = f"{path.resolve().as_uri()}?mode=ro"
        with closing(sqlite3.connect(address, uri=True)) as database:
            kinds = "SELECT name FROM sqlite_master WHERE type IN ('table', 'view')"
            tables = [name for (name,) in database.execute(kinds) if name[:7] != "sqlite_"]
            if table is None and len(tables) == 1:
                (table,) = tables
            if table is None or table not in tables:
                asked = f"table '{table}'" if table else "single table"
                raise GspmcError(
                    f"{path} has no {asked}; it has {', '.join(tables) or 'none'}: name one of "
                    "them with --table"
                )
            there = [row[1] for row in database.execute(f"PRAGMA table_info({_quoted(table)})")]
            _check_columns(path, columns, there)
            chosen = ", ".join(map(_quoted, columns))
            rows = database.execute(f"SELECT {chosen} FROM {_quoted(table)}")
            for number, row in enumerate(rows, start=1):
                yield number, dict(zip(columns, row, strict=True))
    except sqlite3.Error as error:
        raise GspmcError(f"cannot read {path} as SQLite ({error}); give a database") from error


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
