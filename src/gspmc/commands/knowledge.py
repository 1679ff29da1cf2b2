"""Commands on knowledge bases."""

import sys
from typing import TYPE_CHECKING

from jsonargparse.typing import PositiveInt

from gspmc.text.encoder import DEFAULT_ENCODER, TextEncoder, load_text_encoder

if TYPE_CHECKING:
    from gspmc.describe.documents import Document

NO_ENCODER = "none"
NAMED_PLACES = 3
"""Gaps and empty entries that are named before they are only counted."""


def build_asl_lex(source: str, kb: str, text_encoder: str = DEFAULT_ENCODER) -> None:
    """Build a knowledge base from ASL-LEX 2.0 (CSV of codes).

    Args:
        source: the CSV file.
        kb: folder or URI of the knowledge base to make, or to add to.
        text_encoder: of the vectors that a search compares; `none` searches by words alone.
    """
    from gspmc.describe.asllex import asl_lex_document

    _build([asl_lex_document(source)], kb, text_encoder)


def build_text(
    sources: list[str],
    kb: str,
    language: str = "en",
    licence: str = "",
    text_encoder: str = DEFAULT_ENCODER,
) -> None:
    """Build a knowledge base from plain text, JSONL, Markdown and PDF.

    Args:
        sources: files, or folders of them.
        kb: folder or URI of the knowledge base to make, or to add to.
        language: of entries that do not say theirs (BCP 47: en, zh, ko, …); how words are indexed.
        licence: of entries that do not say theirs.
        text_encoder: of the vectors that a search compares; `none` searches by words alone.
    """
    from gspmc.describe.plain import plain_documents

    _build(plain_documents(sources, language, licence), kb, text_encoder)


def build_dictionary(
    sources: list[str],
    kb: str,
    headword: str,
    text: str,
    variants: str | None = None,
    synonyms: str | None = None,
    id: str | None = None,
    frequency: str | None = None,
    location: str | None = None,
    source_column: str | None = None,
    language_column: str | None = None,
    licence_column: str | None = None,
    table: str | None = None,
    language: str = "en",
    licence: str = "",
    text_encoder: str = DEFAULT_ENCODER,
) -> None:
    """Build a knowledge base from tables: CSV, TSV, JSON, JSONL and SQLite.

    Args:
        sources: files, or folders of them.
        kb: folder or URI of the knowledge base to make, or to add to.
        headword: column of the headword.
        text: column of the description.
        variants: column of other spellings and forms, commas or semicolons between them.
        synonyms: column of other words for the sign, commas or semicolons between them.
        id: column of a unique name; without it file and row.
        frequency: column of how common the sign is, a number.
        location: column of the place in the source; without it file and row.
        source_column: column of the source; without it the file's name.
        language_column: column of the language, where entries differ in it.
        licence_column: column of the licence, where entries differ in it.
        table: of a SQLite file with several.
        language: of entries that do not say theirs (BCP 47: en, zh, ko, …); how words are indexed.
        licence: of entries that do not say theirs.
        text_encoder: of the vectors that a search compares; `none` searches by words alone.
    """
    from gspmc.describe.importers.dictionary import Columns, dictionary_documents

    columns = Columns(
        headword=headword,
        text=text,
        variants=variants,
        synonyms=synonyms,
        language=language_column,
        licence=licence_column,
        source=source_column,
        location=location,
        id=id,
        frequency=frequency,
    )
    _build(dictionary_documents(sources, columns, table, language, licence), kb, text_encoder)


def search(kb: str, query: str, limit: PositiveInt = 5, language: str | None = None) -> None:
    """Search a knowledge base: exact headword or synonym first, then by words and meaning.

    Args:
        kb: folder or URI.
        query: words.
        limit: most entries to show.
        language: only entries of this language.
    """
    from gspmc.describe.knowledge import KnowledgeBase

    found = KnowledgeBase.open(kb).search(query, limit, language)
    for entry in found:
        print(f"{entry.headword or '(passage)'} [{entry.id}, {entry.source}]\n  {entry.text}")
    if not found:
        print(f"nothing found for {query!r}")


def _build(documents: "list[Document]", kb: str, text_encoder: str) -> None:
    from gspmc.describe.build import build

    encoder: TextEncoder | None = None
    if text_encoder != NO_ENCODER:
        encoder = load_text_encoder(text_encoder)
    done = build(documents, kb, encoder)
    print(
        f"{kb}: {done.entries} entries; documents: {done.added} added, {done.replaced} replaced, "
        f"{done.unchanged} unchanged"
    )
    for what, places in (
        ("gaps in the source (lost names or glyphs; the text is kept)", done.gaps),
        ("entries without text were left out", done.empty),
    ):
        if places:
            named = "; ".join(places[:NAMED_PLACES])
            print(f"{len(places)} {what}: {named}", file=sys.stderr)
