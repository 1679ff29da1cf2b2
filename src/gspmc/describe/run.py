"""Labels in, a description file out, by rules or by a language model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from gspmc.describe.choice import choose_entry
from gspmc.describe.flags import is_flagged
from gspmc.describe.labels import Label
from gspmc.describe.outcome import Outcome, Writer
from gspmc.describe.results import Results
from gspmc.errors import GspmcError
from gspmc.text.description import Description

Regenerate = Literal["none", "flagged", "all"]
BY_PEOPLE = ("approved", "edited")
"""Verdicts of a review that keep a description as it is."""


@dataclass(frozen=True)
class DescribeSummary:
    """What a run wrote, and what it could not."""

    out: Path
    written: int
    """Signs that were described now."""
    kept: int
    """Signs of the file that were described before."""
    missing: list[str]
    """Labels without an entry, in the order given."""
    unusable: list[str]
    """Labels whose entry says nothing of movement once its references are followed."""
    failed: dict[str, str]
    """Labels for which there was no usable answer, and why."""
    flagged: list[str]
    """Labels whose description has checks for a person to look at; what was left out as not about
    movement is only recorded."""


def describe_labels(
    labels: Iterable[str | Label],
    writer: Writer,
    out: str | Path,
    only: Collection[str] = (),
    regenerate: Regenerate = "none",
) -> DescribeSummary:
    """Describe labels and write them as JSONL, in the order given.

    Signs that the file holds already are kept if the same writer made them from the entry as it is
    now, or if a reviewer approved or edited them. Killed at any moment, the next run goes on.

    Args:
        labels: class names, or labels with language and translation (``read_labels``).
        only: describe these of the labels alone, anew, and leave the others as they are.
        regenerate: which of the signs that are there are described anew: none; flagged: those with
            checks, or rejected by a reviewer, unless approved or edited; or all.

    Returns:
        What was written and which labels were not; a label without an entry is never invented.

    Raises:
        GspmcError: no labels; a label in `only` that is none of them; a file of another writer; a
            variant that no label has; nothing described at all; an endpoint that cannot be used; or
            a full disk. Nothing is left half-written.
    """
    from rich.console import Console
    from rich.progress import Progress

    wanted = _by_name(labels, only)
    outcomes: dict[str, Outcome] = {}
    with Results(out) as results:
        kept = _kept(results, wanted, writer, only, regenerate)
        todo = _todo(wanted, kept, only)
        console = Console(stderr=True)
        with Progress(console=console, disable=not console.is_terminal) as progress:
            task = progress.add_task("describing", total=len(todo))

            def report(outcome: Outcome) -> None:
                outcomes[outcome.label] = outcome
                if outcome.description is not None:
                    results.add(outcome.description)
                progress.advance(task)

            writer.describe(todo, report, fresh=bool(only) or regenerate != "none")
        _require_some(wanted, writer, outcomes, kept)
        written = results.publish(list(wanted))
    described = {name for name, outcome in outcomes.items() if outcome.state == "described"}

    def of_state(state: str) -> list[str]:
        return [name for name in wanted if name in outcomes and outcomes[name].state == state]

    return DescribeSummary(
        Path(out),
        len(described),
        len(written) - len(described),
        of_state("missing"),
        of_state("unusable"),
        {name: outcomes[name].reason for name in of_state("failed")},
        [name for name, one in written.items() if name in wanted and is_flagged(one)],
    )


def labels_to_do(
    labels: Iterable[str | Label],
    writer: Writer,
    out: str | Path,
    only: Collection[str] = (),
    regenerate: Regenerate = "none",
) -> list[Label]:
    """The labels that ``describe_labels`` would describe.

    Raises:
        GspmcError: as there, before anything is described.
    """
    wanted = _by_name(labels, only)
    with Results(out) as results:
        return _todo(wanted, _kept(results, wanted, writer, only, regenerate), only)


def _by_name(labels: Iterable[str | Label], only: Collection[str]) -> dict[str, Label]:
    as_labels = (Label(label) if isinstance(label, str) else label for label in labels)
    wanted = {label.label: label for label in as_labels}
    if not wanted:
        raise GspmcError("no labels to describe; name a store or a list with labels in it")
    unknown = [label for label in only if label not in wanted]
    if unknown:
        raise GspmcError(f"--only names '{unknown[0]}', which is none of the labels")
    return wanted


def _todo(wanted: Mapping[str, Label], kept: Collection[str], only: Collection[str]) -> list[Label]:
    """With `only`, the others stay as they are, described or not."""
    return [
        label for name, label in wanted.items() if name not in kept and (not only or name in only)
    ]


def _kept(
    results: Results,
    wanted: Mapping[str, Label],
    writer: Writer,
    only: Collection[str],
    regenerate: Regenerate,
) -> set[str]:
    """Labels that are not described again."""
    strangers: Counter[str] = Counter()

    def is_kept(name: str, description: Description) -> bool:
        if only and name not in only:
            return True
        is_same = _is_by(description, writer) and not _entry_changed(
            description, wanted[name], writer
        )
        if is_same and name in results.finished:  # before this run was killed
            return True
        if name in only or regenerate == "all":
            return False
        if description.review is not None and description.review.verdict in BY_PEOPLE:
            return True
        if description.generator is None or description.generator.model != writer.model:
            strangers[description.generator.model if description.generator else "hand"] += 1
        looked_for = regenerate == "flagged" and (is_flagged(description) or description.review)
        return is_same and not looked_for

    known = {**results.before, **results.finished}
    kept = {name for name in wanted if name in known and is_kept(name, known[name])}
    if strangers:
        raise GspmcError(
            f"{results.out} holds {sum(strangers.values())} descriptions by "
            f"{strangers.most_common(1)[0][0]}; choose another --out, or replace them with "
            "--regenerate all"
        )
    return kept


def _is_by(description: Description, writer: Writer) -> bool:
    generator = description.generator
    return (
        generator is not None
        and generator.model == writer.model
        and generator.prompt_version == writer.prompt_version
    )


def _entry_changed(description: Description, label: Label, writer: Writer) -> bool:
    """Whether the label's entry is another one, or says something else, than it did then."""
    choice = choose_entry(label, writer.kb, writer.variant) if writer.kb is not None else None
    if choice is None:
        return False
    quotes = {source.id: source.quote for source in description.sources}
    return quotes.get(choice.entry.id) != choice.entry.text


def _require_some(
    wanted: Mapping[str, Label],
    writer: Writer,
    outcomes: Mapping[str, Outcome],
    kept: Collection[str],
) -> None:
    place = writer.kb.uri if writer.kb is not None else "what the model knows"
    if not kept and not any(outcome.description for outcome in outcomes.values()):
        failure = next((one.reason for one in outcomes.values() if one.state == "failed"), None)
        if failure:
            raise GspmcError(f"no sign was described, e.g. '{next(iter(outcomes))}': {failure}")
        raise GspmcError(
            f"none of {len(wanted)} labels has a usable entry in {place}, e.g. "
            f"'{next(iter(wanted))}'; choose another knowledge base, or give translations in a CSV"
        )
    if writer.variant is not None and not (
        kept or any(outcome.is_variant for outcome in outcomes.values())
    ):
        raise GspmcError(
            f"no label has the variant '{writer.variant}'; give a number from 1 or the id of an "
            "entry"
        )
