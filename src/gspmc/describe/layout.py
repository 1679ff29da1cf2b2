"""How a knowledge base lies in LanceDB: its two tables, and whether they are finished.

``documents`` has one row per document; it is written before the first entry of a document, with
``complete`` false, and set to true when all indices stand. So a build that was cut off can be seen,
and goes on where it stopped. ``entries`` has the entries, each with its document and its digest.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gspmc.describe.entry import Entry, base_language, headword_key, small_letters
from gspmc.describe.tokenizers import TOKENIZERS, Tokenizer, tokenizer_of
from gspmc.errors import GspmcError, damage_told
from gspmc.text.encoder import TextEncoder

if TYPE_CHECKING:
    import pyarrow as pa
    from lancedb.db import DBConnection
    from lancedb.table import Table

FORMAT_VERSION = 2
VERSION_FIELD = b"gspmc_knowledge_base"
"""Schema metadata under which the format version is stored."""
ENCODER_FIELD, FINGERPRINT_FIELD = b"gspmc_text_encoder", b"gspmc_text_encoder_fingerprint"
"""Name of the encoder of the vectors (empty: no vectors), and hash of its weights."""
ENTRIES, DOCUMENTS = "entries", "documents"
LISTS = ("variants", "synonyms", "related", "references")
VECTOR = "vector"
STORED = tuple(field.name for field in fields(Entry))
"""Columns that make an entry."""


@dataclass(frozen=True)
class EncoderMark:
    """Which encoder made the vectors of a knowledge base."""

    name: str
    fingerprint: str

    @classmethod
    def of(cls, encoder: TextEncoder | None) -> EncoderMark:
        return cls(encoder.name, encoder.fingerprint) if encoder else cls("", "")

    def check(self, encoder: TextEncoder | None, uri: str) -> None:
        """Raise unless this is the encoder."""
        other = EncoderMark.of(encoder)
        if (other.name, other.fingerprint) != (self.name, self.fingerprint):
            asked = other.name or "none"
            if other.name == self.name:
                asked = f"another '{other.name}' (other weights)"
            raise GspmcError(
                f"knowledge base {uri} was made with the text encoder '{self.name or 'none'}', not "
                f"{asked}; give --text-encoder {self.name or 'none'}, or build it in another place"
            )


def connect(uri: str) -> DBConnection:
    import lancedb

    return lancedb.connect(uri)


def is_there(uri: str) -> bool:
    """Whether a knowledge base, finished or not, of whatever version, is at this place."""
    if "://" in uri:
        return bool({ENTRIES, DOCUMENTS} & set(connect(uri).table_names()))
    return any((Path(uri) / f"{name}.lance").is_dir() for name in (ENTRIES, DOCUMENTS))


def damage_told_of(uri: str) -> AbstractContextManager[None]:
    """Around the reading of a knowledge base."""
    remedy = "remove it and build it again with `gspmc kb build`"
    return damage_told(f"knowledge base {uri}", remedy)


def open_table(uri: str, name: str) -> Table:
    """A table of a knowledge base of this version.

    Raises:
        GspmcError: it is damaged, or has another format version.
    """
    with damage_told_of(uri):
        table = connect(uri).open_table(name)
        metadata = table.schema.metadata or {}
    version = metadata.get(VERSION_FIELD, b"none").decode()
    if version != str(FORMAT_VERSION):
        raise GspmcError(
            f"knowledge base {uri} has format version {version}, this program reads "
            f"{FORMAT_VERSION}; remove it and build it again with `gspmc kb build`"
        )
    return table


def encoder_mark(table: Table) -> EncoderMark:
    metadata = table.schema.metadata or {}
    return EncoderMark(
        metadata.get(ENCODER_FIELD, b"").decode(), metadata.get(FINGERPRINT_FIELD, b"").decode()
    )


def documents_schema() -> pa.Schema:
    import pyarrow as pa

    columns = [
        ("name", pa.string()),
        ("digest", pa.string()),
        ("size", pa.int64()),
        ("entries", pa.int64()),
        ("number", pa.int64()),  # in order of arrival
        ("complete", pa.bool_()),
    ]
    return pa.schema(columns, metadata={VERSION_FIELD: str(FORMAT_VERSION).encode()})


def entries_schema(mark: EncoderMark, width: int) -> pa.Schema:
    """Columns of the entries; every tokeniser of the table has a column that it alone reads."""
    import pyarrow as pa

    words = pa.list_(pa.string())
    special = {name: words for name in LISTS} | {"frequency": pa.float64()}
    columns = [(name, special.get(name, pa.string())) for name in STORED]
    columns += [
        ("document", pa.string()),
        ("digest", pa.string()),  # of the document
        ("position", pa.int64()),  # order of the documents, then order in the source
        ("base_language", pa.string()),
        ("headword_key", pa.string()),
        ("name_keys", words),  # of variants and synonyms
        ("related_keys", words),
    ]
    columns += [(column, pa.string()) for column in TOKENIZERS]
    if mark.name:
        columns.append((VECTOR, pa.list_(pa.float32(), width)))
    metadata = {
        VERSION_FIELD: str(FORMAT_VERSION).encode(),
        ENCODER_FIELD: mark.name.encode(),
        FINGERPRINT_FIELD: mark.fingerprint.encode(),
    }
    return pa.schema(columns, metadata=metadata)


def searched_text(entry: Entry) -> str:
    """What of an entry is searched: its words, then its text."""
    words = dict.fromkeys((entry.headword, *entry.variants, *entry.synonyms, *entry.related))
    named = ", ".join(word for word in words if word)
    return f"{named}. {entry.text}" if named else entry.text


def indexed_words(text: str, tokenizer: Tokenizer) -> str:
    """A text as the word index reads it, and a query as it is asked."""
    return small_letters(text, tokenizer.letters)


def row_of(entry: Entry, document: str, digest: str, position: int) -> dict[str, Any]:
    """An entry as a row, without its vector."""
    tokenizer = tokenizer_of(entry.language)
    return {
        **{name: getattr(entry, name) for name in STORED},
        "document": document,
        "digest": digest,
        "position": position,
        "base_language": base_language(entry.language),
        "headword_key": headword_key(entry.headword),
        "name_keys": _keys((*entry.variants, *entry.synonyms)),
        "related_keys": _keys(entry.related),
        tokenizer.column: indexed_words(searched_text(entry), tokenizer),
    }


def entry_of(row: dict[str, Any]) -> Entry:
    values = {name: row[name] for name in STORED}
    for name in LISTS:
        values[name] = tuple(values[name])
    return Entry(**values)


def quoted(text: str) -> str:
    """A text as a literal of a condition."""
    return "'" + text.replace("'", "''") + "'"


def _keys(words: Sequence[str]) -> list[str]:
    return [key for key in dict.fromkeys(map(headword_key, words)) if key]
