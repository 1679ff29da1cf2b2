"""The knowledge base: an expert corpus in LanceDB (a folder, or an object store)."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from gspmc.describe.entry import Entry, base_language, headword_key, spelling_key
from gspmc.describe.hybrid import fuse
from gspmc.describe.indices import PROBED_SHARE, indexed_columns, partitions
from gspmc.describe.layout import (
    DOCUMENTS,
    ENTRIES,
    STORED,
    VECTOR,
    damage_told_of,
    encoder_mark,
    entry_of,
    indexed_words,
    is_there,
    open_table,
    quoted,
)
from gspmc.describe.tokenizers import TOKENIZERS
from gspmc.errors import GspmcError
from gspmc.text.encoder import TextEncoder, load_text_encoder

if TYPE_CHECKING:
    import pyarrow as pa
    from lancedb.table import Table

CANDIDATES = 30
"""Hits that each ranking gives to the fusion, at least."""


class KnowledgeBase:
    """Expert entries, found by name (exactly), or by words and meaning. Safe for several threads.

    Attributes:
        uri: where it is.

    Raises:
        GspmcError: whatever is asked of it, where it turns out to be damaged.
    """

    def __init__(self, uri: str, entries: Table, encoder: TextEncoder | None) -> None:
        self.uri = uri
        self._entries = entries.to_lance()  # read without LanceDB's event loop: in half the time
        self._mark = encoder_mark(entries)
        self._encoder = encoder
        self._encoding = threading.Lock()  # fast tokenizers are not for two threads at once
        indexed = indexed_columns(entries)
        self._word_columns = [column for column in TOKENIZERS if column in indexed]
        rows = entries.count_rows()
        self._probes = max(20, partitions(rows) // PROBED_SHARE) if VECTOR in indexed else None

    def __len__(self) -> int:
        return int(self._entries.count_rows())

    @classmethod
    def open(cls, uri: str | Path, encoder: TextEncoder | None = None) -> KnowledgeBase:
        """Open a knowledge base that is finished.

        Args:
            encoder: of its vectors, where it is loaded already; else a search loads it.

        Raises:
            GspmcError: nothing there, something else, damaged, another format version, or a build
                that was cut off.
        """
        uri = str(uri)
        if not is_there(uri):
            raise GspmcError(f"no knowledge base at {uri}; make one with `gspmc kb build`")
        entries = open_table(uri, ENTRIES)
        documents = open_table(uri, DOCUMENTS)
        with damage_told_of(uri):
            open_ones = documents.search().where("NOT complete").limit(1).to_list()
        if open_ones:
            raise GspmcError(
                f"the building of {uri} was cut off with '{open_ones[0]['name']}'; run the same "
                "`gspmc kb build` again, it goes on from there"
            )
        with damage_told_of(uri):
            return cls(uri, entries, encoder)

    def lookup(self, label: str) -> list[Entry]:
        """Entries whose headword is ``label``; without any, those with it as variant or synonym.

        Case, accents, spaces, underscores and hyphens do not count; but where some entries agree
        in their accents too, only these are given. Most frequent first; entries without a frequency
        come last, in the order of the source.
        """
        by_tier = self._named(label, None)
        for tier in (0, 1):
            rows = [row for row in by_tier if row["tier"] == tier]
            if rows:
                return [entry_of(row) for row in rows]
        return []

    def get(self, entry_id: str) -> Entry | None:
        """The entry of this id."""
        rows = self._scan(list(STORED), filter=f"id = {quoted(entry_id)}").to_pylist()
        return entry_of(rows[0]) if rows else None

    def embed_queries(self, queries: Sequence[str]) -> np.ndarray:
        """Vectors of many queries in one go, each for ``search(…, vector=…)``: (N, width).

        Raises:
            GspmcError: the knowledge base has no vectors, or its encoder is not the one loaded.
        """
        if not self._mark.name:
            raise GspmcError(f"knowledge base {self.uri} has no vectors; build it with an encoder")
        with self._encoding:
            if self._encoder is None:
                self._encoder = load_text_encoder(self._mark.name)
            self._mark.check(self._encoder, self.uri)
            return self._encoder.encode(list(queries), cut=True)

    def search(
        self,
        query: str,
        limit: int = 10,
        language: str | None = None,
        vector: np.ndarray | None = None,
    ) -> list[Entry]:
        """Best entries for a query: those of that name first, then by words and meaning.

        The order: entries with the query as headword, as variant or synonym, as related word; then
        reciprocal-rank fusion of BM25 over words and text and of the nearness of vectors.

        Args:
            language: only entries of this language (BCP 47, first subtag).
            vector: of the query, from ``embed_queries``; None: it is computed here.

        Raises:
            GspmcError: as ``embed_queries``.
        """
        if not query.strip() or limit < 1:
            return []
        found = {row["_rowid"]: row for row in self._named(query, language)[:limit]}
        if len(found) < limit:
            ranked = fuse(self._rankings(query, max(limit, CANDIDATES), language, vector))
            wanted = [row for row in ranked if row not in found][: limit - len(found)]
            found.update(self._rows(wanted))
        return [entry_of(row) for row in found.values()]

    def nearest(self, vector: np.ndarray, limit: int = 10, exact: bool = False) -> list[Entry]:
        """Entries by the nearness of their vectors alone.

        Args:
            exact: compare all of them, past the index of a large base; to measure its recall.
        """
        ids = self._nearest(vector, limit, nearest={"use_index": not exact})
        return [entry_of(row) for row in self._rows(ids).values()]

    def _named(self, word: str, language: str | None) -> list[dict[str, Any]]:
        """Rows that have a word as their name, with its tier: headword 0, variant or synonym 1,
        related word 2."""
        key = headword_key(word)
        if not key:
            return []
        literal = quoted(key)
        condition = (
            f"headword_key = {literal} OR array_contains(name_keys, {literal}) "
            f"OR array_contains(related_keys, {literal})"
        )
        if language:
            condition = f"({condition}) AND base_language = {quoted(base_language(language))}"
        columns = [*STORED, "position", "headword_key", "name_keys"]
        tiers: dict[int, list[dict[str, Any]]] = {0: [], 1: [], 2: []}
        for row in self._scan(columns, filter=condition).to_pylist():
            tier = 0 if row["headword_key"] == key else 1 if key in row["name_keys"] else 2
            tiers[tier].append({**row, "tier": tier})
        return [row for rows in tiers.values() for row in _best_spelled(rows, word)]

    def _rankings(
        self, query: str, count: int, language: str | None, vector: np.ndarray | None
    ) -> list[list[int]]:
        """Row ids by each word index, and by nearness of the vectors."""
        only: dict[str, Any] = {"limit": count}
        if language:
            where = f"base_language = {quoted(base_language(language))}"
            only |= {"filter": where, "prefilter": True}
        rankings = []
        for column in self._word_columns:
            words = {"query": indexed_words(query, TOKENIZERS[column]), "columns": [column]}
            hits = self._scan(["_score"], full_text_query=words, **only)
            rankings.append(hits["_rowid"].to_pylist())
        if self._mark.name:
            (vector,) = self.embed_queries([query]) if vector is None else (vector,)
            rankings.append(self._nearest(vector, count, **only))
        return rankings

    def _nearest(self, vector: np.ndarray, count: int, **only: Any) -> list[int]:
        nearest = {"column": VECTOR, "q": vector, "k": count, "metric": "dot"}
        nearest |= {"nprobes": self._probes} if self._probes else {}
        hits = self._scan(["_distance"], nearest={**nearest, **only.pop("nearest", {})}, **only)
        return hits["_rowid"].to_pylist()

    def _rows(self, row_ids: Sequence[int]) -> dict[int, dict[str, Any]]:
        if not row_ids:
            return {}
        condition = f"_rowid IN ({', '.join(map(str, row_ids))})"
        rows = self._scan(list(STORED), filter=condition).to_pylist()
        by_id = {row["_rowid"]: row for row in rows}
        return {row_id: by_id[row_id] for row_id in row_ids}

    def _scan(self, columns: list[str], **query: Any) -> pa.Table:
        with damage_told_of(self.uri):
            return self._entries.scanner(columns=columns, with_row_id=True, **query).to_table()


def _best_spelled(rows: list[dict[str, Any]], word: str) -> list[dict[str, Any]]:
    """Rows that have the word with its very accents, else all; most frequent first."""

    def names(row: dict[str, Any]) -> list[str]:
        others = [*row["variants"], *row["synonyms"], *row["related"]]
        return others if row["tier"] else [row["headword"]]

    same = [
        row
        for row in rows
        if spelling_key(word, row["language"])
        in {spelling_key(name, row["language"]) for name in names(row)}
    ]
    return sorted(same or rows, key=lambda row: (-(row["frequency"] or 0.0), row["position"]))
