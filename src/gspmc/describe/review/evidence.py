"""What a description was written from, and what was found about it, for the page."""

from __future__ import annotations

from typing import Any

from gspmc.describe.entry import Entry
from gspmc.describe.knowledge import KnowledgeBase
from gspmc.text.description import Description


def sources_of(description: Description, kb: KnowledgeBase | None) -> list[dict[str, Any]]:
    """Id and quote of every source, with its entry where the knowledge base has it."""
    found = []
    for source in description.sources:
        entry = kb.get(source.id) if kb is not None else None
        found.append(
            {
                "id": source.id,
                "quote": source.quote,
                "entry": None if entry is None else _entry(entry),
            }
        )
    return found


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        "headword": entry.headword,
        "text": entry.text,
        "references": list(entry.references),
        "language": entry.language,
        "source": entry.source,
        "licence": entry.licence,
        "location": entry.location,
    }
