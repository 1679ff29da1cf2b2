"""Gaps of a source: names and glyphs that were lost before it came here."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gspmc.describe.entry import Entry

LOST = re.compile(
    "\ufffd+|"
    r'“\s*”|„\s*[“”]|«\s*»|‹\s*›|「\s*」|『\s*』|《\s*》|〈\s*〉|(?<![^\s(])""(?![\w"])'
)
"""The replacement character, and quotes with nothing between them."""


def gaps_of(entry: Entry) -> Iterator[str]:
    """Every gap of an entry, with its place and the words around it."""
    for text in (entry.headword, entry.text):
        for found in LOST.finditer(text):
            around = text[max(0, found.start() - 20) : found.end() + 20]
            yield f"{entry.location or entry.id}: …{' '.join(around.split())}…"
