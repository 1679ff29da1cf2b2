"""How the words of a language are cut for the word index (BM25); nothing here is downloaded.

Stop words stay in the index: "who", "no", "up" and "again" are signs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from gspmc.describe.entry import base_language

COLUMN_PREFIX = "words_"

STEMMED: Mapping[str, str] = {
    "ar": "Arabic",
    "da": "Danish",
    "de": "German",
    "el": "Greek",
    "en": "English",
    "es": "Spanish",
    "fi": "Finnish",
    "fr": "French",
    "hu": "Hungarian",
    "it": "Italian",
    "nb": "Norwegian",
    "nl": "Dutch",
    "nn": "Norwegian",
    "no": "Norwegian",
    "pt": "Portuguese",
    "ro": "Romanian",
    "ru": "Russian",
    "sv": "Swedish",
    "ta": "Tamil",
    "tr": "Turkish",
}
"""Language (BCP 47, first subtag) -> stemmer of the word index."""

FOLDED = ("English", "Spanish", "French", "Italian", "Dutch", "Portuguese")
"""Where a word is often written without its accents; elsewhere å, ö and ş are letters."""


@dataclass(frozen=True)
class Tokenizer:
    """One word index: the column that it reads, and LanceDB's settings for it."""

    name: str
    letters: str
    """Language whose small letters its text is written in."""
    settings: Mapping[str, Any] = field(hash=False)

    @property
    def column(self) -> str:
        return f"{COLUMN_PREFIX}{self.name}"


def _tokenizer(name: str, letters: str, **settings: Any) -> Tokenizer:
    plain = {"stem": False, "remove_stop_words": False, "ascii_folding": False}
    return Tokenizer(name, letters, MappingProxyType({**plain, **settings}))


ICU = _tokenizer("icu", "und", base_tokenizer="icu")
"""Words by dictionary where a script writes none apart (Chinese, Japanese, Thai), by spaces
elsewhere: every language without a tokeniser of its own."""

NGRAMS = _tokenizer("ngram", "ko", base_tokenizer="ngram", ngram_min_length=1, ngram_max_length=3)
"""Korean: particles grow onto words, so pieces of one to three syllables are matched (손, 눈 and 입
are whole words)."""

_STEMMERS = {
    stemmer: _tokenizer(
        stemmer.lower(), code, language=stemmer, stem=True, ascii_folding=stemmer in FOLDED
    )
    for code, stemmer in STEMMED.items()
}
TOKENIZERS = {tokenizer.column: tokenizer for tokenizer in (ICU, NGRAMS, *_STEMMERS.values())}
"""Column of the word index -> its tokeniser."""


def tokenizer_of(language: str) -> Tokenizer:
    """The tokeniser of a language (BCP 47)."""
    base = base_language(language)
    if base == "ko":
        return NGRAMS
    return _STEMMERS[STEMMED[base]] if base in STEMMED else ICU
