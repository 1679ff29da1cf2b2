"""Building a knowledge base: only what changed is read and embedded, and a build can go on."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING

from gspmc.describe.documents import CORPUS_BYTES, Document
from gspmc.describe.entry import Entry
from gspmc.describe.gaps import gaps_of
from gspmc.describe.indices import index_entries, look_over
from gspmc.describe.layout import (
    DOCUMENTS,
    ENTRIES,
    VECTOR,
    EncoderMark,
    connect,
    damage_told_of,
    documents_schema,
    encoder_mark,
    entries_schema,
    is_there,
    open_table,
    quoted,
    row_of,
    searched_text,
)
from gspmc.errors import GspmcError, first_line
from gspmc.files import is_write_failure
from gspmc.progress import progress_bar
from gspmc.text.encoder import TextEncoder

if TYPE_CHECKING:
    from lancedb.table import Table

_LOG = logging.getLogger(__name__)

BATCH = 1024
"""Entries that are embedded and written at once: what a cut-off build loses at most."""
DOCUMENT_SHIFT = 32
"""Position of an entry: the document's number times 2 to this power, plus its place there."""
CONDITIONS = 200
"""Documents whose rows are removed in one go."""


@dataclass
class BuildSummary:
    """What a build did."""

    added: int = 0
    replaced: int = 0
    unchanged: int = 0
    entries: int = 0
    """In the knowledge base, after."""
    written: int = 0
    """Of them, now."""
    gaps: list[str] = field(default_factory=list)
    """Lost names and glyphs in the documents that were read, each with its place."""
    empty: list[str] = field(default_factory=list)
    """Places of the entries that were left out since they have no text."""


@dataclass(frozen=True)
class _Known:
    """A document as the knowledge base has it."""

    digest: str
    size: int
    entries: int
    number: int
    complete: bool


def build(
    documents: Sequence[Document], uri: str | Path, encoder: TextEncoder | None = None
) -> BuildSummary:
    """Add documents to a knowledge base, or begin one; those that are in it unchanged are not read.

    All documents that changed are read through before anything is written, so a mistake in one
    leaves everything as it was. A build that is cut off later goes on when it is started again.

    Args:
        encoder: of the vectors; None: words alone. A knowledge base keeps to its first one.

    Raises:
        GspmcError: a document is broken, two entries have one id, there are none, over 1 GB in all,
            another encoder, another build was cut off, damage to what is there, a folder in the
            way, or a full disk.
    """
    uri = str(uri)
    known = _known_documents(uri, encoder)
    names = {document.name for document in documents}
    cut_off = [name for name, have in known.items() if not have.complete and name not in names]
    if cut_off:
        raise GspmcError(
            f"the building of {uri} was cut off with '{cut_off[0]}'; run that build again "
            "first, or remove the folder"
        )
    changed = [
        document
        for document in documents
        if (have := known.get(document.name)) is None
        or have.digest != document.digest
        or not have.complete
    ]
    summary = BuildSummary(
        added=sum(document.name not in known for document in changed),
        replaced=sum(document.name in known for document in changed),
        unchanged=len(documents) - len(changed),
    )
    size = sum(d.size for d in documents) + sum(
        have.size for name, have in known.items() if name not in names
    )
    if size > CORPUS_BYTES:
        raise GspmcError(
            f"{uri} would hold documents of {size / 2**20:.0f} MB, it may hold "
            f"{CORPUS_BYTES // 2**20} in all; make several"
        )
    planned = _plan(changed, known, uri, summary)
    if not known and not any(have.entries for have in planned.values()):
        raise GspmcError("no entries for the knowledge base; give a corpus that holds some")
    if changed:
        try:
            _write(changed, planned, uri, encoder, summary)
        except Exception as error:
            if not is_write_failure(error):
                raise
            reason = getattr(error, "strerror", None) or first_line(error)
            raise GspmcError(
                f"cannot write {uri}: {reason}; mend that and run it again, it goes on from there"
            ) from error
    table = open_table(uri, ENTRIES)
    if not changed:
        with damage_told_of(uri):
            look_over(table)
    summary.entries = table.count_rows()
    return summary


def _known_documents(uri: str, encoder: TextEncoder | None) -> dict[str, _Known]:
    if not is_there(uri):
        folder = Path(uri)
        if "://" not in uri and folder.exists() and not _is_empty_folder(folder):
            raise GspmcError(f"{uri} is there and is no knowledge base; choose another place")
        return {}
    tables = connect(uri).table_names()
    if ENTRIES in tables:
        encoder_mark(open_table(uri, ENTRIES)).check(encoder, uri)
    if DOCUMENTS not in tables:
        return {}
    with damage_told_of(uri):
        rows = open_table(uri, DOCUMENTS).to_arrow().to_pylist()
    return {row.pop("name"): _Known(**row) for row in rows}


def _is_empty_folder(path: Path) -> bool:
    return path.is_dir() and not any(path.iterdir())


def _plan(
    changed: Sequence[Document], known: dict[str, _Known], uri: str, summary: BuildSummary
) -> dict[str, _Known]:
    """Read every document that is not known by its content, and find what is wrong with it."""
    taken: dict[str, str] = {}
    if any(have.complete for have in known.values()):
        replaced = {document.name for document in changed}
        table = open_table(uri, ENTRIES)
        with damage_told_of(uri):
            for batch in table.search().select(["id", "document"]).to_batches():
                ids = zip(batch["id"].to_pylist(), batch["document"].to_pylist(), strict=True)
                taken.update((i, name) for i, name in ids if name not in replaced)
    planned: dict[str, _Known] = {}
    number = max((have.number for have in known.values()), default=-1)
    for document in changed:
        have = known.get(document.name)
        if have is not None and have.digest == document.digest:  # it was begun
            planned[document.name] = have
            continue
        entries = 0
        for entry in document.read():
            if not entry.text.strip():
                summary.empty.append(entry.location or entry.id)
                continue
            if entry.id in taken:
                both = " and ".join(dict.fromkeys((taken[entry.id], document.name)))
                raise GspmcError(
                    f"two entries have the id '{entry.id}' ({both}); give each its own"
                )
            taken[entry.id] = document.name
            summary.gaps.extend(gaps_of(entry))
            entries += 1
        if have is None:
            number += 1
        planned[document.name] = _Known(
            document.digest, document.size, entries, have.number if have else number, False
        )
    return planned


def _write(
    changed: Sequence[Document],
    planned: dict[str, _Known],
    uri: str,
    encoder: TextEncoder | None,
    summary: BuildSummary,
) -> None:
    database = connect(uri)
    records = [{"name": name, **vars(have)} for name, have in planned.items()]
    if DOCUMENTS in database.table_names():
        documents = open_table(uri, DOCUMENTS)
        merge = documents.merge_insert("name").when_matched_update_all()
        merge.when_not_matched_insert_all().execute(records)
    else:
        documents = database.create_table(DOCUMENTS, data=records, schema=documents_schema())
    if ENTRIES in database.table_names():
        table = open_table(uri, ENTRIES)
    else:
        schema = entries_schema(EncoderMark.of(encoder), encoder.width if encoder else 0)
        table = database.create_table(ENTRIES, schema=schema)
    there = _remove_stale(table, planned, uri)
    rows = chain.from_iterable(
        _rows(document, planned[document.name], there.get(document.name, 0)) for document in changed
    )
    todo = sum(have.entries - there.get(name, 0) for name, have in planned.items())
    with progress_bar() as progress:
        task = progress.add_task("indexing" if encoder is None else "embedding", total=todo)
        while batch := list(islice(rows, BATCH)):
            _add(table, batch, encoder)
            summary.written += len(batch)
            progress.advance(task, len(batch))
    there = _remove_stale(table, planned, uri)
    for name, have in planned.items():
        if there.get(name, 0) != have.entries:
            raise GspmcError(
                f"'{name}' changed while it was read, or another build wrote to {uri} at the same "
                "time; run the build again"
            )
    index_entries(table, summary.written)
    documents.update(where="NOT complete", values={"complete": True})


_Placed = tuple[Entry, Document, int]


def _rows(document: Document, have: _Known, done: int) -> Iterator[_Placed]:
    """Entries of a document that are still to be written, with their positions."""
    if done == have.entries:
        return
    entries: Iterable[Entry] = (entry for entry in document.read() if entry.text.strip())
    for place, entry in enumerate(islice(entries, done, None), start=done):
        yield entry, document, (have.number << DOCUMENT_SHIFT) + place


def _remove_stale(table: Table, planned: dict[str, _Known], uri: str) -> dict[str, int]:
    """Remove rows of what documents were before; how many rows of what they are now are there.

    Raises:
        GspmcError: the table is damaged.
    """
    with damage_told_of(uri):
        if not table.count_rows():
            return {}
        pairs = table.search().select(["document", "digest"]).to_arrow()
    counted = pairs.group_by(["document", "digest"]).aggregate([([], "count_all")]).to_pylist()
    there: dict[str, int] = {}
    stale: list[str] = []
    for row in counted:
        have = planned.get(row["document"])
        if have is None:
            continue
        if have.digest == row["digest"] and row["count_all"] <= have.entries:
            there[row["document"]] = row["count_all"]
        else:
            stale.append(
                f"(document = {quoted(row['document'])} AND digest = {quoted(row['digest'])})"
            )
    for start in range(0, len(stale), CONDITIONS):
        table.delete(" OR ".join(stale[start : start + CONDITIONS]))
    return there


def _add(table: Table, batch: Sequence[_Placed], encoder: TextEncoder | None) -> None:
    import pyarrow as pa

    schema = table.schema
    rows = [row_of(entry, document.name, document.digest, at) for entry, document, at in batch]
    if encoder is None:
        table.add(pa.RecordBatch.from_pylist(rows, schema=schema))
        return
    vectors = encoder.encode([searched_text(entry) for entry, _, _ in batch], cut=True)  # (M, d)
    flat = pa.FixedSizeListArray.from_arrays(pa.array(vectors.ravel()), vectors.shape[1])
    others = pa.schema([name for name in schema if name.name != VECTOR])
    columns = pa.RecordBatch.from_pylist(rows, schema=others).columns
    table.add(pa.RecordBatch.from_arrays([*columns, flat], schema=schema))
