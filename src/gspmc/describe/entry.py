"""One entry of an expert corpus, and how headwords are compared."""

import re
import unicodedata
from dataclasses import dataclass

LATIN_MARKS = re.compile("[\u0300-\u036f]")
"""Combining accents. Marks of other scripts are letters there, and stay."""

SEPARATORS = re.compile(r"[\s_\-\u2010-\u2015/]+")


@dataclass(frozen=True)
class Entry:
    """What an expert corpus says of one sign, or of one variant of it."""

    id: str
    """Unique in its knowledge base."""
    headword: str
    text: str
    """Sentences, as the expert wrote them or as the codes read."""
    aliases: tuple[str, ...] = ()
    """Other words for the same sign, exact matches only."""
    references: tuple[str, ...] = ()
    """Headwords that the text refers to."""
    language: str = "en"
    """Language of the text, and of the words (BCP 47)."""
    source: str = ""
    licence: str = ""
    location: str = ""
    """Where in the source: a line, a row, a code."""
    frequency: float | None = None
    """How common the sign is; comparable within one source only."""
    codes: str = ""
    """JSON object of the expert's own codes, empty where there are none."""


def headword_key(word: str) -> str:
    """A word as it is compared: case, accents, and spaces/underscores/hyphens do not count.

    >>> headword_key("Café_Noir") == headword_key("cafe-noir")
    True
    """
    bare = LATIN_MARKS.sub("", unicodedata.normalize("NFKD", word.casefold()))
    return SEPARATORS.sub(" ", unicodedata.normalize("NFC", bare)).strip()
