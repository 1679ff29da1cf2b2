"""Prose cut into passages that a search can find and a prompt can hold."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

PASSAGE_BYTES = 1200
"""UTF-8 bytes of a passage: about 200 English words or 400 Chinese characters."""

_PARAGRAPH_END = re.compile(r"\n[ \t]*\n\s*")
_PIECE_ENDS = (re.compile(r"(?<=[.!?])\s+|(?<=[。！？…])\s*|\n"), re.compile(r"\s+"))
"""Where a paragraph that is too long is cut: sentences or lines, then words."""


def passages(text: str) -> Iterator[str]:
    """Paragraphs joined to passages; one that is too long is cut at sentences, words, letters."""
    yield from _joined(_short(_PARAGRAPH_END.split(text.strip()), 0), "\n\n")


def _short(pieces: Iterable[str], level: int) -> Iterator[str]:
    for piece in pieces:
        if len(piece.encode()) <= PASSAGE_BYTES:
            yield piece
        elif level < len(_PIECE_ENDS):
            smaller = (part for part in _PIECE_ENDS[level].split(piece) if part)
            yield from _joined(_short(smaller, level + 1), " ")
        else:
            step = PASSAGE_BYTES // 4  # a character has four bytes at most
            yield from (piece[start : start + step] for start in range(0, len(piece), step))


def _joined(pieces: Iterable[str], between: str) -> Iterator[str]:
    """Neighbours together as long as they fit."""
    held: list[str] = []
    size = 0
    for piece in pieces:
        length = len(piece.encode()) + len(between)
        if held and size + length > PASSAGE_BYTES:
            yield between.join(held)
            held, size = [], 0
        if piece.strip():
            held.append(piece)
            size += length
    if held:
        yield between.join(held)
