"""A knowledge base of entries that a test makes up."""

from collections.abc import Iterable
from pathlib import Path

from gspmc.describe.build import build
from gspmc.describe.documents import Document
from gspmc.describe.entry import Entry
from gspmc.describe.knowledge import KnowledgeBase


def knowledge_base(uri: str | Path, entries: Iterable[Entry]) -> KnowledgeBase:
    """Without vectors; another one there has these entries afterwards instead of its own."""
    kept = list(entries)
    build([Document("entries", repr(kept), 0, lambda: iter(kept))], uri)
    return KnowledgeBase.open(uri)
