"""ASL-LEX 2.0 as an expert corpus: every row of codes becomes sentences (``asllex_values``)."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path

from gspmc.describe.asllex_sentences import MORPHEME_VALUES, UnknownValueError, morpheme_sentences
from gspmc.describe.asllex_values import NOT_CODED
from gspmc.describe.documents import Document, file_document
from gspmc.describe.entry import Entry, headword_key
from gspmc.errors import GspmcError

ASL_LEX = "ASL-LEX 2.0"
LICENCE = "CC BY-NC 4.0"
MORPHEMES = 6
"""Sequential units that the corpus codes at most."""

VARIANT_SUFFIX = re.compile(r"_\d+$")
"""book_1, book_2: variants of one gloss."""
KIND_SUFFIX = re.compile(r"-(ca|cl)$")
"""splash-ca (constructed action), walk-tightrope-cl (classifier): the corpus's own marks."""
WORD_LISTS = re.compile(r"[,;/]")
"""What stands between two words of one cell: "release, rescue", "this/it"."""
NO_WORD = ("na", "none", "n/a", "-")
"""Cells of the translation columns that hold no word."""
TRANSLATION_COLUMNS = ("DominantTranslation", "NondominantTranslations")
OTHER_CODES = ("LexicalClass", "NumberOfMorphemes.2.0")
OTHER_WORDS = "SignBankEnglishTranslations"
"""Related words, and kept with the codes for checks; too loose to be synonyms."""

MAX_PROBLEMS = 5
"""Unknown values that the error message names before it only counts."""


def asl_lex_document(csv_path: str | Path) -> Document:
    """ASL-LEX as a document, unread."""
    return file_document(Path(csv_path), ASL_LEX, lambda path, _: read_asl_lex(path))


def read_asl_lex(csv_path: str | Path) -> Iterator[Entry]:
    """Yield one entry per sign, variants and all their morphemes kept."""
    path = Path(csv_path)
    problems: list[str] = []
    entries: list[Entry] = []
    taken: set[str] = set()
    for line, row in _rows(path):
        try:
            entry = _entry(row, taken)
        except UnknownValueError as error:
            problems.append(f"line {line} ({row['EntryID'].strip()}): {error}")
            continue
        taken.add(entry.id)
        entries.append(entry)
    if problems:
        more = f" and {len(problems) - MAX_PROBLEMS} more" if len(problems) > MAX_PROBLEMS else ""
        raise GspmcError(
            f"{path}: values unknown to the table of values: {'; '.join(problems[:MAX_PROBLEMS])}"
            f"{more}; correct the file, or add them to gspmc/describe/asllex_values.py"
        )
    yield from entries


def morpheme_column(field: str, morpheme: int) -> str:
    """Column of a phonological field: ``Flexion.2.0``, and ``FlexionM2.2.0`` for the second."""
    return f"{field}.2.0" if morpheme == 1 else f"{field}M{morpheme}.2.0"


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Non-empty rows with their line numbers. The file is Latin-1, not UTF-8."""
    try:
        text = path.read_text(encoding="latin-1")
    except OSError as error:
        raise GspmcError(
            f"cannot read {path}: {error.strerror}; give ASL-LEX's sign data CSV"
        ) from error
    reader = csv.DictReader(io.StringIO(text, newline=""))
    needed = ["EntryID", "LemmaID", "Code", "SignFrequency(M)", *TRANSLATION_COLUMNS]
    needed += [
        morpheme_column(field, number)
        for number in range(1, MORPHEMES + 1)
        for field in MORPHEME_VALUES
    ]
    absent = [name for name in needed if name not in (reader.fieldnames or ())]
    if absent:
        raise GspmcError(
            f"{path} lacks {len(absent)} columns of ASL-LEX 2.0, e.g. '{absent[0]}'; give "
            "signdata_updated11-18.csv as published"
        )
    for row in reader:
        if any((cell or "").strip() for cell in row.values() if isinstance(cell, str)):
            yield reader.line_num, row


def _entry(row: dict[str, str], taken: set[str]) -> Entry:
    sentences: list[str] = []
    codes: dict[str, object] = {}
    coded: list[dict[str, str]] = []
    before: dict[str, str] | None = None
    for number in range(1, MORPHEMES + 1):
        morpheme = {field: row[morpheme_column(field, number)].strip() for field in MORPHEME_VALUES}
        if all(value in NOT_CODED for value in morpheme.values()):
            continue
        sentences += morpheme_sentences(morpheme, before)
        coded.append({key: value for key, value in morpheme.items() if value not in NOT_CODED})
        before = morpheme
    codes["morphemes"] = coded
    codes.update({column: row.get(column, "").strip() for column in OTHER_CODES})
    related = _clean_words(row.get(OTHER_WORDS, ""))
    codes[OTHER_WORDS] = related
    name = row["EntryID"].strip()
    headword = VARIANT_SUFFIX.sub("", name)
    frequency = row["SignFrequency(M)"].strip()
    variants, synonyms = _other_words(row, headword)
    return Entry(
        id=name if name not in taken else f"{name}@{row['Code'].strip()}",
        headword=headword,
        text=" ".join(sentences),
        variants=tuple(variants),
        synonyms=tuple(synonyms),
        related=tuple(related),
        source=ASL_LEX,
        licence=LICENCE,
        location=row["Code"].strip(),
        frequency=float(frequency) if frequency not in NOT_CODED else None,
        codes=json.dumps(codes, ensure_ascii=False),
    )


def _other_words(row: dict[str, str], headword: str) -> tuple[list[str], list[str]]:
    """The lemma and the words inside the entry's name; then the translations; once each."""
    lemma = VARIANT_SUFFIX.sub("", row["LemmaID"].strip())
    forms = [KIND_SUFFIX.sub("", headword), *_clean_words(headword), *_clean_words(lemma)]
    translations = [word for column in TRANSLATION_COLUMNS for word in _clean_words(row[column])]
    keys = {headword_key(headword)}
    found: tuple[list[str], list[str]] = ([], [])
    for words, kept in zip((forms, translations), found, strict=True):
        for word in words:
            key = headword_key(word)
            if key and key not in keys:
                keys.add(key)
                kept.append(word)
    return found


def _clean_words(cell: str) -> list[str]:
    """Words of a cell. Anything but printable ASCII is garbled there, and a single letter is what
    remains of "F/M system"; both are dropped.
    """
    words = [word.strip() for word in WORD_LISTS.split(cell)]
    return [
        word
        for word in words
        if len(word) > 1 and word.isascii() and word.isprintable() and word.lower() not in NO_WORD
    ]
