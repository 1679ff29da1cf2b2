"""Tables as an expert corpus: CSV, TSV, JSON, JSONL and SQLite, their columns named by options."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from gspmc.describe.documents import Document, file_document, find_files
from gspmc.describe.entry import Entry
from gspmc.describe.importers.tables import SUFFIXES, read_rows
from gspmc.describe.mentions import find_names
from gspmc.errors import GspmcError

LIST_SEPARATORS = re.compile(r"[,;|，；、]")
"""What stands between the words of one cell."""


@dataclass(frozen=True)
class Columns:
    """Names of the columns that fill the fields of an entry; None: there is none."""

    headword: str = "headword"
    text: str = "text"
    variants: str | None = None
    synonyms: str | None = None
    language: str | None = None
    licence: str | None = None
    source: str | None = None
    location: str | None = None
    id: str | None = None
    frequency: str | None = None

    def named(self) -> dict[str, str]:
        return {field: column for field, column in asdict(self).items() if column}


def dictionary_documents(
    sources: Sequence[str | Path],
    columns: Columns,
    table: str | None = None,
    language: str = "en",
    licence: str = "",
) -> list[Document]:
    """Tables as documents, unread.

    Args:
        columns: which column is what.
        table: of a SQLite file with several.
        language, licence: of entries without their own.
    """
    reader = partial(
        read_dictionary, columns=columns, table=table, language=language, licence=licence
    )
    return [file_document(path, name, reader) for path, name in find_files(sources, SUFFIXES)]


def read_dictionary(
    path: Path,
    name: str,
    columns: Columns,
    table: str | None = None,
    language: str = "en",
    licence: str = "",
) -> Iterator[Entry]:
    """Yield an entry per row; a row without headword and text is skipped.

    Raises:
        GspmcError: the file cannot be read, a column or the table is not there (those that are get
            listed), or a frequency is no number.
    """
    named = columns.named()
    for place, row in read_rows(path, list(named.values()), table):
        where = f"{name}:{place}"
        cells = {field: row.get(column) for field, column in named.items()}
        words = {field: _text(cell) for field, cell in cells.items()}
        if not words["headword"] and not words["text"]:
            continue
        yield Entry(
            id=words.get("id") or where,
            headword=words["headword"],
            text=words["text"],
            variants=_list(cells.get("variants")),
            synonyms=_list(cells.get("synonyms")),
            references=find_names(words["text"]),
            language=words.get("language") or language,
            source=words.get("source") or name,
            licence=words.get("licence") or licence,
            location=words.get("location") or where,
            frequency=_number(words.get("frequency", ""), f"{path}:{place}"),
        )


def _text(cell: Any) -> str:
    return "" if cell is None else str(cell).strip()


def _list(cell: Any) -> tuple[str, ...]:
    """Words of a cell: a JSON list, or text with commas, semicolons or bars between them."""
    words = cell if isinstance(cell, list) else LIST_SEPARATORS.split(_text(cell))
    return tuple(dict.fromkeys(word for item in words if (word := _text(item))))


def _number(text: str, where: str) -> float | None:
    if not text:
        return None
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise GspmcError(f"{where}: frequency '{text}' is no number; correct it or leave it empty")
    return number
