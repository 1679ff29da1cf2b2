"""Plain text and JSONL as an expert corpus.

JSONL: one entry a line, with ``headword`` (or ``label``) and ``text``; ``id``, ``aliases``,
``language``, ``source``, ``licence``, ``location`` and ``frequency`` may be absent. Any other file
is read as text with one entry a line: ``HEADWORD<tab>text``, or ``HEADWORD: text`` where the line
has no tab. Several lines of one headword are variants.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, Field, StringConstraints, ValidationError, model_validator

from gspmc.describe.entry import Entry
from gspmc.describe.knowledge import KnowledgeBase
from gspmc.describe.mentions import find_names
from gspmc.errors import GspmcError

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class PlainEntry(BaseModel, extra="forbid"):
    """One line of a JSONL corpus."""

    headword: Words
    text: Words
    id: str | None = None
    aliases: list[Words] = []
    language: str | None = None
    source: str | None = None
    licence: str | None = None
    location: str | None = None
    frequency: Annotated[float, Field(allow_inf_nan=False)] | None = None

    @model_validator(mode="before")
    @classmethod
    def _read_label(cls, data: Any) -> Any:
        """``label`` is another name of ``headword``."""
        if isinstance(data, dict) and "label" in data and "headword" not in data:
            return {("headword" if key == "label" else key): data[key] for key in data}
        return data


def build_plain(
    paths: Sequence[str | Path], uri: str | Path, language: str = "en", licence: str = ""
) -> KnowledgeBase:
    """Build a knowledge base from text and JSONL files.

    Args:
        language, licence: of entries that do not say their own.

    Raises:
        GspmcError: a file cannot be read, or a line is broken (file and line are named).
    """
    if not paths:
        raise GspmcError("no corpus files given; name at least one .jsonl or text file")
    entries = [
        entry for path in paths for entry in read_plain(path, language=language, licence=licence)
    ]
    return KnowledgeBase.create(uri, entries)


def read_plain(path: str | Path, language: str = "en", licence: str = "") -> Iterator[Entry]:
    """Yield the entries of one file; an entry's location is the file's name and its line."""
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise GspmcError(f"cannot read corpus {path}: {reason}; give a UTF-8 file") from error
    is_jsonl = path.suffix.lower() in (".jsonl", ".ndjson", ".json")
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        place = f"{path.name}:{number}"
        plain = _parse_json(line, path, number) if is_jsonl else _parse_text(line, path, number)
        yield Entry(
            id=plain.id or place,
            headword=plain.headword,
            text=plain.text,
            aliases=tuple(plain.aliases),
            references=find_names(plain.text),
            language=plain.language or language,
            source=plain.source or path.name,
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
    separator = "\t" if "\t" in line else ":"
    headword, found, text = line.partition(separator)
    if not found or not headword.strip() or not text.strip():
        raise GspmcError(
            f"{path}:{number}: no headword and text; write HEADWORD<tab>text or HEADWORD: text"
        )
    return PlainEntry(headword=headword, text=text)
