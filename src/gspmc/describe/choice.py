"""Which of a label's entries is described."""

from __future__ import annotations

from dataclasses import dataclass

from gspmc.describe.entry import Entry
from gspmc.describe.knowledge import KnowledgeBase
from gspmc.describe.labels import Label, find_entries
from gspmc.text.description import Check


@dataclass(frozen=True)
class Choice:
    """The entry of a label, and how it came to be this one."""

    entry: Entry
    others: tuple[Entry, ...]
    """Further entries of the label: other variants."""
    is_variant: bool
    """Whether it is the variant that was asked for."""
    checks: tuple[Check, ...]
    """A note where the label was not found under its own name."""


def choose_entry(label: Label, kb: KnowledgeBase, variant: str | None) -> Choice | None:
    """The most frequent entry of a label, or the one that is asked for; None where there is none.

    Args:
        variant: a number from 1 in order of frequency, or the id of an entry.
    """
    match = find_entries(label, kb)
    if match is None:
        return None
    entries = match.entries
    wanted = next((entry for entry in entries if entry.id == variant), None)
    if wanted is None:
        numbered = enumerate(entries, start=1)
        wanted = next((entry for number, entry in numbered if str(number) == variant), None)
    entry = wanted or entries[0]
    checks: tuple[Check, ...] = ()
    if match.how not in ("exact", "id"):
        message = f"'{label.label}' was found by {match.how}: '{match.word}' → entry '{entry.id}'"
        checks = (Check(rule="matched_by", quote=match.word, message=message),)
    others = tuple(other for other in entries if other.id != entry.id)
    return Choice(entry, others, wanted is not None, checks)
