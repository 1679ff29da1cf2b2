"""Labels and a knowledge base in, a description file out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from gspmc.describe.entry import Entry
from gspmc.describe.knowledge import KnowledgeBase
from gspmc.describe.labels import Label, Match, find_entries
from gspmc.describe.offline import NAME, describe_offline
from gspmc.describe.references import NOT_MOVEMENT
from gspmc.errors import GspmcError
from gspmc.text.description import Check, Description, write_descriptions
from gspmc.text.encoder import TextEncoder

GENERATORS = {NAME: describe_offline}
"""Generator name -> function (label, entry, other entries, knowledge base, encoder)."""


@dataclass(frozen=True)
class DescribeSummary:
    """What a run wrote, and what it could not."""

    out: Path
    written: int
    missing: list[str]
    """Labels without an entry, in the order given."""
    unusable: list[str]
    """Labels whose entry says nothing of movement once its references are followed."""
    flagged: list[str]
    """Labels whose description has checks for a person to look at; what was left out as not about
    movement is only recorded."""
    with_variants: list[str]
    """Labels with several entries, of which one was taken."""


def describe_labels(
    labels: Iterable[str | Label],
    kb: KnowledgeBase,
    out: str | Path,
    encoder: TextEncoder,
    generator: str = NAME,
    variant: int | str | None = None,
) -> DescribeSummary:
    """Describe labels from a knowledge base and write them as JSONL, in the order given.

    Args:
        labels: class names, or labels with language and translation (``read_labels``).
        encoder: whose token limit the texts must fit.
        variant: of a label with several entries: None the most frequent; a number from 1 in order
            of frequency, for the labels that have so many; or the id of an entry, for its label.

    Returns:
        What was written and which labels were not; a label without an entry is never invented.

    Raises:
        GspmcError: an unknown generator, a variant that no label has, nothing found at all, or a
            full disk; nothing is left half-written.
    """
    from rich.console import Console
    from rich.progress import track

    if generator not in GENERATORS:
        raise GspmcError(f"no generator '{generator}'; there are: {', '.join(GENERATORS)}")
    wanted = [Label(label) if isinstance(label, str) else label for label in labels]
    if not wanted:
        raise GspmcError("no labels to describe; name a store or a list with labels in it")
    if isinstance(variant, str) and variant.isdigit():
        variant = int(variant)
    missing: list[str] = []
    unusable: list[str] = []
    flagged: list[str] = []
    with_variants: list[str] = []
    descriptions: dict[str, Description] = {}
    variant_found = variant is None
    console = Console(stderr=True)
    steps = track(wanted, "describing", console=console, disable=not console.is_terminal)
    for label in steps:
        match = find_entries(label, kb)
        if match is None:
            missing.append(label.label)
            continue
        entry, is_chosen = _chosen(match, variant)
        variant_found = variant_found or is_chosen
        others = tuple(other for other in match.entries if other.id != entry.id)
        description = GENERATORS[generator](label.label, entry, others, kb, encoder)
        if description is None:
            unusable.append(label.label)
            continue
        description.checks.extend(_match_check(label, match, entry))
        if len(match.entries) > 1:
            with_variants.append(label.label)
        if any(check.rule != NOT_MOVEMENT for check in description.checks):
            flagged.append(label.label)
        descriptions[label.label] = description
    if not descriptions:
        raise GspmcError(
            f"none of {len(wanted)} labels has a usable entry in {kb.uri}, e.g. "
            f"'{wanted[0].label}'; choose another knowledge base, or give translations in a CSV"
        )
    if not variant_found:
        raise GspmcError(
            f"no label has the variant '{variant}'; give a number from 1 or the id of an entry"
        )
    write_descriptions(out, descriptions.values())
    return DescribeSummary(Path(out), len(descriptions), missing, unusable, flagged, with_variants)


def _chosen(match: Match, variant: int | str | None) -> tuple[Entry, bool]:
    """The entry to take, and whether ``variant`` chose it."""
    entries = match.entries
    if isinstance(variant, int) and 1 <= variant <= len(entries):
        return entries[variant - 1], True
    by_id = next((entry for entry in entries if entry.id == variant), None)
    return (by_id, True) if by_id else (entries[0], False)


def _match_check(label: Label, match: Match, entry: Entry) -> list[Check]:
    """A note where a label was not found under its own name."""
    if match.how in ("exact", "id"):
        return []
    message = f"'{label.label}' was found by {match.how}: '{match.word}' → entry '{entry.id}'"
    return [Check(rule="matched_by", quote=match.word, message=message)]
