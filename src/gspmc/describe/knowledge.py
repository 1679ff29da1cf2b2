"""The knowledge base: an expert corpus as one LanceDB table (a folder, or an object store)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, fields
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gspmc.describe.entry import Entry, headword_key
from gspmc.errors import GspmcError
from gspmc.files import atomic_path

if TYPE_CHECKING:
    import pyarrow as pa
    from lancedb.table import Table

FORMAT_VERSION = 1
VERSION_FIELD = b"gspmc_knowledge_base"
"""Schema metadata under which the format version is stored."""
TABLE = "entries"
BATCH = 4096
"""Entries per record batch while a table is written."""


class KnowledgeBase:
    """Expert entries, found by name (exactly) or by words in them (BM25)."""

    def __init__(self, uri: str, table: Table) -> None:
        self.uri = uri
        self._table = table

    def __len__(self) -> int:
        return int(self._table.count_rows())

    @classmethod
    def create(cls, uri: str | Path, entries: Iterable[Entry]) -> KnowledgeBase:
        """Write a knowledge base; the folder appears complete or not at all.

        A knowledge base that is already there is replaced; any other folder is left alone.

        Raises:
            GspmcError: no entries, two entries of one id, a folder in the way, or a full disk.
        """
        uri = str(uri)
        if "://" in uri:
            _write(uri, entries, mode="overwrite")
            return cls.open(uri)
        target = Path(uri)
        if target.exists() and not (
            target.is_dir() and all(entry.name == f"{TABLE}.lance" for entry in target.iterdir())
        ):
            raise GspmcError(
                f"{uri} is there and is no knowledge base, or holds other files too; "
                "choose another place"
            )
        with atomic_path(target) as temporary:
            _write(str(temporary), entries, mode="create")
        return cls.open(uri)

    @classmethod
    def open(cls, uri: str | Path) -> KnowledgeBase:
        """Open a knowledge base.

        Raises:
            GspmcError: nothing there, something else, or another format version.
        """
        import lancedb

        uri = str(uri)
        if "://" not in uri and not (Path(uri) / f"{TABLE}.lance").is_dir():
            raise GspmcError(f"no knowledge base at {uri}; make one with `gspmc kb build`")
        try:
            table = lancedb.connect(uri).open_table(TABLE)
        except (OSError, ValueError, RuntimeError) as error:
            raise GspmcError(
                f"cannot open knowledge base {uri}: {str(error).splitlines()[0]}; build it again "
                "with `gspmc kb build`"
            ) from error
        version = (table.schema.metadata or {}).get(VERSION_FIELD, b"none").decode()
        if version != str(FORMAT_VERSION):
            raise GspmcError(
                f"knowledge base {uri} has format version {version}, this program reads "
                f"{FORMAT_VERSION}; build it again with `gspmc kb build`"
            )
        return cls(uri, table)

    def lookup(self, label: str) -> list[Entry]:
        """Entries whose headword is ``label``; without any, those that have it as an alias.

        Case, accents, spaces, underscores and hyphens do not count. Most frequent first; entries
        without a frequency come last, in the order of the source.
        """
        key = headword_key(label).replace("'", "''")
        if not key:
            return []
        for condition in (f"headword_key = '{key}'", f"array_contains(alias_keys, '{key}')"):
            rows = self._table.search().where(condition).to_list()
            if rows:
                rows.sort(key=lambda row: (-(row["frequency"] or 0.0), row["position"]))
                return [_entry(row) for row in rows]
        return []

    def get(self, entry_id: str) -> Entry | None:
        """The entry of this id."""
        quoted = entry_id.replace("'", "''")
        rows = self._table.search().where(f"id = '{quoted}'").limit(1).to_list()
        return _entry(rows[0]) if rows else None

    def search(self, query: str, limit: int = 10) -> list[Entry]:
        """Entries whose words match ``query`` best (BM25 over headword, aliases and text)."""
        words = self._table.search(query, query_type="fts", fts_columns="document")
        rows = words.limit(limit).to_list()
        return [_entry(row) for row in rows]


def _entry(row: dict[str, Any]) -> Entry:
    values = {field.name: row[field.name] for field in fields(Entry)}
    values["aliases"] = tuple(values["aliases"])
    values["references"] = tuple(values["references"])
    return Entry(**values)


def _schema() -> pa.Schema:
    import pyarrow as pa

    words = pa.list_(pa.string())
    special = {"aliases": words, "references": words, "frequency": pa.float64()}
    columns = [(field.name, special.get(field.name, pa.string())) for field in fields(Entry)]
    derived = [
        ("position", pa.int64()),  # order in the source
        ("headword_key", pa.string()),
        ("alias_keys", words),
        ("document", pa.string()),  # what the full-text index reads
    ]
    return pa.schema(columns + derived, metadata={VERSION_FIELD: str(FORMAT_VERSION).encode()})


def _batches(entries: Iterable[Entry], schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    import pyarrow as pa

    seen: set[str] = set()
    rows = iter(entries)
    while chunk := list(islice(rows, BATCH)):
        records = []
        for position, entry in enumerate(chunk, start=len(seen)):
            if entry.id in seen:
                raise GspmcError(f"two entries have the id '{entry.id}'; give each its own")
            seen.add(entry.id)
            alias_keys = [headword_key(alias) for alias in entry.aliases]
            records.append(
                {
                    **asdict(entry),
                    "position": position,
                    "headword_key": headword_key(entry.headword),
                    "alias_keys": alias_keys,
                    "document": " ".join([entry.headword, *entry.aliases, entry.text]),
                }
            )
        yield pa.RecordBatch.from_pylist(records, schema=schema)
    if not seen:
        raise GspmcError("no entries for the knowledge base; give a corpus that holds some")


def _write(uri: str, entries: Iterable[Entry], mode: str) -> None:
    import lancedb
    from lancedb.index import FTS, BTree, LabelList

    schema = _schema()
    batches = list(_batches(entries, schema))
    table = lancedb.connect(uri).create_table(TABLE, data=batches, schema=schema, mode=mode)
    for column, index in (("id", BTree()), ("headword_key", BTree()), ("alias_keys", LabelList())):
        table.create_index(column, config=index)
    table.create_index("document", config=FTS())
