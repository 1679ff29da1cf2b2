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
    """Empty for a passage of prose, which no name finds."""
    text: str
    """Sentences, as the expert wrote them or as the codes read."""
    variants: tuple[str, ...] = ()
    """Other spellings and forms of the headword."""
    synonyms: tuple[str, ...] = ()
    """Other words for the same sign."""
    related: tuple[str, ...] = ()
    """Words too loose to be names of the sign: a search finds it by them, a lookup does not."""
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


TURKIC = ("tr", "az")
"""Languages whose I is the capital of ı, and whose İ is that of i (BCP 47, first subtag)."""
_TURKIC_CAPITALS = str.maketrans({"I": "ı", "İ": "i"})


def base_language(tag: str) -> str:
    """First subtag of a BCP 47 tag, in small letters: ``zh`` of ``zh-Hant-TW``."""
    return tag.lower().replace("_", "-").split("-")[0]


def small_letters(text: str, language: str) -> str:
    """A text in small letters as its language has them, compatible characters made one (NFKC)."""
    if base_language(language) in TURKIC:
        text = unicodedata.normalize("NFC", text).translate(_TURKIC_CAPITALS)
    return unicodedata.normalize("NFKC", text.lower())


def headword_key(word: str) -> str:
    """A word as it is compared: case, accents, and spaces/underscores/hyphens do not count.

    The Turkish ı counts as an i without its dot, since a key knows of no language.

    >>> headword_key("Café_Noir") == headword_key("cafe-noir")
    True
    """
    bare = LATIN_MARKS.sub("", unicodedata.normalize("NFKD", word.casefold().replace("ı", "i")))
    return SEPARATORS.sub(" ", unicodedata.normalize("NFC", bare)).strip()


def spelling_key(word: str, language: str) -> str:
    """A word as it is told from another of the same key: accents count (Swedish får and far)."""
    return SEPARATORS.sub(" ", small_letters(word, language)).strip()
