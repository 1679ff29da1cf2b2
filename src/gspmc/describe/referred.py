"""The entry that a text refers to, or why there is none; found by name, never guessed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gspmc.describe.entry import Entry, base_language
from gspmc.describe.knowledge import KnowledgeBase

DEPTH = 3
"""References of references that are followed at most."""
UNRESOLVED = "unresolved_reference"
_NAMED = 3


@dataclass(frozen=True)
class NotFollowed:
    """Why a reference leads nowhere: rule and message of a check."""

    rule: str
    message: str


def referred_entry(
    kb: KnowledgeBase, names: Sequence[str], language: str, path: Sequence[Entry], level: int
) -> Entry | NotFollowed:
    """The entry of the first name that has one.

    Args:
        names: to look up in order; without any the text lacks the name.
        language: of the entry (BCP 47, first subtag).
        path: the entries that led here.
        level: 1 for a reference of the text itself, 2 for a reference of that one's entry, …
    """
    if not names:
        return NotFollowed("reference_gap", "the name of the sign is missing")
    wanted = base_language(language)
    named = (entry for name in names for entry in kb.lookup(name))
    entry = next((entry for entry in named if base_language(entry.language) == wanted), None)
    if entry is None:
        words = " or ".join(f"'{name}'" for name in names[:_NAMED])
        return NotFollowed(UNRESOLVED, f"no entry {words} in the knowledge base")
    trail = " → ".join(step.id for step in (*path, entry))
    if any(step.id == entry.id for step in path):
        return NotFollowed("reference_cycle", f"refers back to itself: {trail}")
    if level > DEPTH:
        return NotFollowed("reference_depth", f"over {DEPTH} deep: {trail}")
    return entry
