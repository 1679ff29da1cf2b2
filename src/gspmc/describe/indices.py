"""The indices of a knowledge base: names exactly, words by BM25, vectors by nearness."""

from __future__ import annotations

from datetime import timedelta
from math import isqrt
from typing import TYPE_CHECKING, Any

from gspmc.describe.layout import VECTOR
from gspmc.describe.tokenizers import TOKENIZERS

if TYPE_CHECKING:
    from lancedb.table import Table

VECTORS_INDEXED_FROM = 30_000
"""Rows from which vectors get an index; up to there all are compared, in some 10 ms."""
PROBED_SHARE = 4
"""One in so many parts of the vector index is searched."""

LISTS_OF_KEYS = ("name_keys", "related_keys")
"""Columns of several names each."""

JUST_NOW = timedelta(seconds=1)
"""Age from which the small fragments of a first build are thrown away."""


def partitions(rows: int) -> int:
    """Parts of the vector index (IVF): the square root of the rows, as is usual."""
    return max(1, isqrt(rows))


def index_entries(table: Table, written: int) -> None:
    """Bring all indices up to date, and join small fragments.

    Args:
        written: rows that are new. Where these are most, the indices are made from all rows; else
            the new ones are added.
    """
    from lancedb.index import FTS, Bitmap, BTree, IvfFlat, LabelList

    rows = table.count_rows()
    table.optimize()
    wanted: dict[str, Any] = {
        "id": BTree(),
        "document": BTree(),
        "headword_key": BTree(),
        **{column: LabelList() for column in LISTS_OF_KEYS},
        "base_language": Bitmap(),
    }
    for column, tokenizer in TOKENIZERS.items():
        if table.search().where(f"{column} IS NOT NULL").limit(1).select(["id"]).to_list():
            wanted[column] = FTS(**tokenizer.settings)
    if VECTOR in table.schema.names and rows >= VECTORS_INDEXED_FROM:
        # The vectors themselves (no quantisation): nothing is lost but what lies in parts that are
        # not searched.
        wanted[VECTOR] = IvfFlat(
            distance_type="dot", num_partitions=partitions(rows), sample_rate=64
        )
    indexed = set(indexed_columns(table))
    for column, config in wanted.items():
        if 2 * written >= rows or column not in indexed:
            table.create_index(column, config=config, replace=True)
    if written == rows:  # nobody can have an older version open
        # Not by optimize: that would join the parts of the vector index to a dozen large ones.
        table.to_lance().cleanup_old_versions(older_than=JUST_NOW)


def indexed_columns(table: Table) -> list[str]:
    return [index.columns[0] for index in table.list_indices()]


def look_over(table: Table) -> None:
    """Read the entries' ids and ask every index for something: what cannot be read fails here."""
    entries = table.to_lance()
    entries.to_table(columns=["id"])
    for column in indexed_columns(table):
        asked: dict[str, Any] = {"filter": f"{column} = ''"}
        if column in TOKENIZERS:
            asked = {"full_text_query": {"query": "hand", "columns": [column]}}
        elif column == VECTOR:
            nothing = [0.0] * table.schema.field(VECTOR).type.list_size
            asked = {"nearest": {"column": VECTOR, "q": nothing, "k": 1, "metric": "dot"}}
        elif column in LISTS_OF_KEYS:
            asked = {"filter": f"array_contains({column}, '')"}
        entries.scanner(columns=["id"], limit=1, **asked).to_table()
