"""Labels to describe: reading a list of them, and finding their entries without guessing."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from gspmc.describe.entry import Entry, base_language, headword_key
from gspmc.describe.knowledge import KnowledgeBase
from gspmc.errors import GspmcError
from gspmc.files import read_utf8

COLUMNS = ("label", "language", "translation")
SHORTEST_NOUN = 3
"""Letters of a word that may be put into another grammatical number ("u" is not "us")."""


@dataclass(frozen=True)
class Label:
    """A class name, the language it is a word of, and its translation, where known."""

    label: str
    language: str | None = None
    """BCP 47; None: the knowledge base's own."""
    translation: str | None = None
    """A word of the knowledge base's language, used where the label itself is not found."""


@dataclass(frozen=True)
class Match:
    """Entries of a label, most frequent first, and how they were found."""

    entries: tuple[Entry, ...]
    how: str
    """exact, alias (a variant or synonym), number (singular for plural or the reverse), id, or
    translation"""
    word: str
    """The word that was found."""


def read_labels(path: str | Path) -> list[Label]:
    """Read labels: one a line, or CSV with the columns label, language, translation.

    A file is CSV when its name ends in .csv; language and translation may be absent. Empty lines
    and repetitions do not count.

    Raises:
        GspmcError: no labels, no ``label`` column, an unknown column, or two lines which say
            different things of one label.
    """
    path = Path(path)
    text = read_utf8(path, "labels")
    found: dict[str, Label] = {}
    lines = _csv_labels(path, text) if path.suffix.lower() == ".csv" else _plain_labels(text)
    for number, label in lines:
        if found.setdefault(label.label, label) != label:
            raise GspmcError(
                f"{path}:{number}: label '{label.label}' is there before with another language or "
                "translation; keep one of the two"
            )
    if not found:
        raise GspmcError(f"{path} holds no labels; write one a line")
    return list(found.values())


def _plain_labels(text: str) -> Iterator[tuple[int, Label]]:
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield number, Label(line.strip())


def _csv_labels(path: Path, text: str) -> Iterator[tuple[int, Label]]:
    reader = csv.DictReader(io.StringIO(text, newline=""))
    names = [name.strip() for name in reader.fieldnames or ()]
    reader.fieldnames = names
    if "label" not in names or any(name not in COLUMNS for name in names):
        raise GspmcError(
            f"{path} has the columns {', '.join(names) or '(none)'}; name them label, language, "
            "translation (the last two may be absent)"
        )
    for row in reader:
        if any(row.get(None) or ()):
            raise GspmcError(
                f"{path}:{reader.line_num} has more cells than the first line names: put cells "
                "that hold a comma in quotation marks"
            )
        cells = {key: (row.get(key) or "").strip() or None for key in COLUMNS}
        if cells["label"]:
            yield reader.line_num, Label(cells["label"], cells["language"], cells["translation"])


def find_entries(label: Label, kb: KnowledgeBase) -> Match | None:
    """Entries of a label by exact headword, alias, grammatical number, entry id, then translation.

    Nothing is guessed: a word that differs in more than case, accents, separators or an English
    plural is not a match. A label whose language is given matches only entries of that language;
    its translation matches any.
    """
    match = _find_word(label.label, kb, label.language)
    if match is None and label.translation:
        match = _find_word(label.translation, kb, None)
        if match:
            return Match(match.entries, "translation", label.translation)
    return match


def _find_word(word: str, kb: KnowledgeBase, language: str | None) -> Match | None:
    def in_language(entries: list[Entry]) -> tuple[Entry, ...]:
        return tuple(
            entry
            for entry in entries
            if language is None or base_language(entry.language) == base_language(language)
        )

    for candidate in (word, *_other_number(word)):
        entries = in_language(kb.lookup(candidate))
        if entries:
            by_name = headword_key(entries[0].headword) == headword_key(candidate)
            how = "number" if candidate != word else "exact" if by_name else "alias"
            return Match(entries, how, candidate)
    entry = kb.get(word)
    return Match((entry,), "id", word) if entry and in_language([entry]) else None


def _other_number(word: str) -> list[str]:
    """English singulars of a plural, and the plurals of a singular; none of a letter or two."""
    if len(word) < SHORTEST_NOUN:
        return []
    if word.endswith("ies"):
        return [f"{word[:-3]}y", word[:-1]]
    if word.endswith("es"):
        return [word[:-1], word[:-2]]
    if word.endswith("s"):
        return [] if word.endswith("ss") else [word[:-1]]
    if word.endswith("y"):
        return [f"{word[:-1]}ies", f"{word}s"]
    return [f"{word}s", f"{word}es"]
