"""Commands on knowledge bases."""

from jsonargparse.typing import PositiveInt


def build_asl_lex(source: str, kb: str) -> None:
    """Build a knowledge base from ASL-LEX 2.0 (CSV of codes).

    Args:
        source: the CSV file.
        kb: folder or URI of the knowledge base to make.
    """
    from gspmc.describe.asllex import build_asl_lex

    print(f"{kb}: {len(build_asl_lex(source, kb))} entries")


def build_text(source: str, kb: str, language: str = "en", licence: str = "") -> None:
    """Build a knowledge base from a plain-text or JSONL dictionary.

    Args:
        source: the file.
        kb: folder or URI of the knowledge base to make.
        language: of entries that do not say theirs.
        licence: of entries that do not say theirs.
    """
    from gspmc.describe.plain import build_plain

    print(f"{kb}: {len(build_plain([source], kb, language, licence))} entries")


def search(kb: str, query: str, limit: PositiveInt = 5) -> None:
    """Search a knowledge base: exact headword or alias first, then by words.

    Args:
        kb: folder or URI.
        query: words.
        limit: most entries to show.
    """
    from gspmc.describe.knowledge import KnowledgeBase

    base = KnowledgeBase.open(kb)
    found = {entry.id: entry for entry in [*base.lookup(query), *base.search(query, limit)]}
    for entry in list(found.values())[:limit]:
        print(f"{entry.headword} [{entry.id}, {entry.source}]\n  {entry.text}")
    if not found:
        print(f"nothing found for {query!r}")
