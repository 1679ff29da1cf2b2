"""Texts as an expert corpus: plain text, JSONL, Markdown and PDF, told apart by their suffix.

JSONL: one entry a line, with ``headword`` (or ``label``) and ``text``; ``id``, ``variants``,
``synonyms`` (or ``aliases``), ``language``, ``source``, ``licence``, ``location`` and
``frequency`` may be absent. Plain text is a dictionary where at least half of its first lines are
``HEADWORD<tab>text`` or ``HEADWORD: text``, and then every line is an entry; else it is prose.
Several lines of one headword are variants of the sign.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, Field, StringConstraints, ValidationError, model_validator

from gspmc.describe.build import build
from gspmc.describe.documents import Document, file_document, find_files
from gspmc.describe.entry import Entry
from gspmc.describe.importers.markdown import read_markdown
from gspmc.describe.importers.pdf import read_pdf
from gspmc.describe.knowledge import KnowledgeBase
from gspmc.describe.mentions import find_names
from gspmc.describe.passages import passages
from gspmc.errors import GspmcError
from gspmc.files import read_utf8

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]

JSONL = (".jsonl", ".ndjson", ".json")
MARKDOWN = (".md", ".markdown")
PDF = (".pdf",)
SUFFIXES = (*JSONL, *MARKDOWN, *PDF, ".txt")
"""What a folder of texts is searched for; a file that is named is read whatever its suffix."""

SEPARATOR = re.compile(r"\t|:|：")
LONGEST_HEADWORD = 60
"""Letters before a colon that still make a headword of the line, when dictionaries are told from
prose."""
FIRST_LINES = 100
OTHER_NAMES = {"label": "headword", "aliases": "synonyms"}


class PlainEntry(BaseModel, extra="forbid"):
    """One line of a JSONL corpus."""

    headword: Words
    text: Words
    id: str | None = None
    variants: list[Words] = []
    synonyms: list[Words] = []
    language: str | None = None
    source: str | None = None
    licence: str | None = None
    location: str | None = None
    frequency: Annotated[float, Field(allow_inf_nan=False)] | None = None

    @model_validator(mode="before")
    @classmethod
    def _read_other_names(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        return {
            (name if (name := OTHER_NAMES.get(key, key)) not in data else key): data[key]
            for key in data
        }


def build_plain(paths: Sequence[str | Path], uri: str | Path) -> KnowledgeBase:
    """Build a knowledge base from texts in English, without vectors, or bring one up to date.

    Args:
        paths: files, or folders of them.

    Raises:
        GspmcError: a file cannot be read, or a line is broken (file and line are named).
    """
    build(plain_documents(paths), uri)
    return KnowledgeBase.open(uri)


def plain_documents(
    paths: Sequence[str | Path], language: str = "en", licence: str = ""
) -> list[Document]:
    """Texts as documents, unread."""
    reader = partial(read_plain, language=language, licence=licence)
    return [file_document(path, name, reader) for path, name in find_files(paths, SUFFIXES)]


def read_plain(
    path: str | Path, name: str = "", language: str = "en", licence: str = ""
) -> Iterator[Entry]:
    """Yield the entries of one file; an entry's location is the document's name and the place."""
    path = Path(path)
    name = name or path.name
    suffix = path.suffix.lower()
    if suffix in MARKDOWN:
        yield from read_markdown(path, name, language, licence)
    elif suffix in PDF:
        yield from read_pdf(path, name, language, licence)
    else:
        text = read_utf8(path, "corpus")
        if suffix in JSONL or _is_dictionary(text):
            yield from _read_lines(path, name, text, language, licence)
        else:
            yield from _read_prose(name, text, language, licence)


def _is_dictionary(text: str) -> bool:
    lines = list(islice((line for line in text.split("\n") if line.strip()), FIRST_LINES))
    entries = [
        line
        for line in lines
        if (found := SEPARATOR.search(line))
        and len(line[: found.start()].strip()) <= LONGEST_HEADWORD
    ]
    return bool(lines) and len(entries) * 2 >= len(lines)


def _read_prose(name: str, text: str, language: str, licence: str) -> Iterator[Entry]:
    for number, passage in enumerate(passages(text), start=1):
        place = f"{name}, passage {number}"
        yield Entry(
            id=place, headword="", text=passage, language=language, source=name,
            licence=licence, location=place,
        )  # fmt: skip


def _read_lines(path: Path, name: str, text: str, language: str, licence: str) -> Iterator[Entry]:
    parse = _parse_json if path.suffix.lower() in JSONL else _parse_text
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        place = f"{name}:{number}"
        plain = parse(line, path, number)
        yield Entry(
            id=plain.id or place,
            headword=plain.headword,
            text=plain.text,
            variants=tuple(plain.variants),
            synonyms=tuple(plain.synonyms),
            references=find_names(plain.text),
            language=plain.language or language,
            source=plain.source or name,
            licence=plain.licence or licence,
            location=plain.location or place,
            frequency=plain.frequency,
        )


def _parse_json(line: str, path: Path, number: int) -> PlainEntry:
    try:
        return PlainEntry.model_validate_json(line)
    except ValidationError as error:
        problem = error.errors()[0]
        field = ".".join(str(step) for step in problem["loc"]) or "line"
        raise GspmcError(
            f"{path}:{number}: {field}: {problem['msg']}; write one JSON object a line with the "
            f"fields {', '.join(PlainEntry.model_fields)}"
        ) from error


def _parse_text(line: str, path: Path, number: int) -> PlainEntry:
    found = re.search(r"\t", line) or SEPARATOR.search(line)
    headword, text = (line[: found.start()], line[found.end() :]) if found else ("", "")
    if not headword.strip() or not text.strip():
        raise GspmcError(
            f"{path}:{number}: no headword and text; write HEADWORD<tab>text or HEADWORD: text, "
            "or, if this is prose and no dictionary, name the file .md"
        )
    return PlainEntry(headword=headword, text=text)
