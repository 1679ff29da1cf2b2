"""Labels in, a description file out, by rules or by a language model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from gspmc.describe.flags import is_by_people, is_flagged
from gspmc.describe.labels import Label
from gspmc.describe.outcome import Outcome, Writer
from gspmc.describe.results import Results
from gspmc.errors import GspmcError
from gspmc.progress import progress_bar

Regenerate = Literal["none", "flagged", "all"]


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
    reviewed: list[str]
    """Labels that were described, but which a person approved or edited meanwhile: they stay."""
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

    Signs that the file holds already are kept if the same writer made them from passages as they
    are now, or if a reviewer approved or edited them. Killed at any moment, the same run goes on.

    Args:
        labels: class names, or labels with language and translation (``read_labels``).
        only: describe these of the labels alone, anew, and leave the others as they are.
        regenerate: which of the signs that are there are described anew: none; flagged: those with
            checks, or rejected by a reviewer, unless approved or edited; or all.

    Returns:
        What was written and which labels were not; a label without an entry is never invented.

    Raises:
        GspmcError: no labels; a label in `only` that is none of them; a file of another writer;
            another run that is going on or unfinished; a variant that no label has; nothing
            described at all; an endpoint that cannot be used; or a full disk. Nothing is left
            half-written.
    """
    wanted = _by_name(labels, only)
    outcomes: dict[str, Outcome] = {}
    with Results(out, _job(writer, only, regenerate)) as results:
        kept = _kept(results, wanted, writer, only, regenerate)
        todo = _todo(wanted, kept, only)
        with progress_bar() as progress:
            task = progress.add_task("describing", total=len(todo))

            def report(outcome: Outcome) -> None:
                outcomes[outcome.label] = outcome
                if outcome.description is not None:
                    results.add(outcome.description, on_disk=writer.is_paid)
                progress.advance(task)

            writer.describe(todo, report, fresh=bool(only) or regenerate != "none")
        _require_some(wanted, writer, outcomes, kept)
        written, reviewed = results.publish(list(wanted))
    described = [name for name, outcome in outcomes.items() if outcome.state == "described"]

    def of_state(state: str) -> list[str]:
        return [name for name in wanted if name in outcomes and outcomes[name].state == state]

    return DescribeSummary(
        Path(out),
        len(described),
        len(written) - len(described),
        of_state("missing"),
        of_state("unusable"),
        {name: outcomes[name].reason for name in of_state("failed")},
        reviewed,
        [name for name, one in written.items() if name in wanted and is_flagged(one)],
    )


def labels_to_do(
    labels: Iterable[str | Label],
    writer: Writer,
    out: str | Path,
    only: Collection[str] = (),
    regenerate: Regenerate = "none",
) -> list[Label]:
    """The labels that ``describe_labels`` would describe; nothing is written.

    Raises:
        GspmcError: as there, before anything is described.
    """
    wanted = _by_name(labels, only)
    results = Results(out, _job(writer, only, regenerate)).load()
    return _todo(wanted, _kept(results, wanted, writer, only, regenerate), only)


def _job(writer: Writer, only: Collection[str], regenerate: Regenerate) -> dict[str, Any]:
    """What tells one run from another; labels may be added to one that is unfinished."""
    return {**writer.settings, "only": sorted(only), "regenerate": regenerate}


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
    for name in wanted.keys() & results.finished.keys():  # from before this run was killed
        if not writer.is_current(results.finished[name], wanted[name]):
            del results.finished[name]
    kept = wanted.keys() & results.finished.keys()
    strangers: Counter[str] = Counter()
    for name, label in wanted.items():
        description = results.before.get(name)
        if description is None or name in kept or name in only or regenerate == "all":
            continue
        if is_by_people(description):
            kept.add(name)
            continue
        made_by = description.generator.model if description.generator else "another hand"
        if made_by != writer.model:
            strangers[made_by] += 1
        if only:
            kept.add(name)
        elif regenerate == "flagged" and (is_flagged(description) or description.review):
            continue
        elif writer.is_current(description, label):
            kept.add(name)
    if strangers:
        raise GspmcError(
            f"{results.out} holds {sum(strangers.values())} descriptions by "
            f"{strangers.most_common(1)[0][0]}; choose another --out, or replace them with "
            "--regenerate all"
        )
    return kept


def _require_some(
    wanted: Mapping[str, Label],
    writer: Writer,
    outcomes: Mapping[str, Outcome],
    kept: Collection[str],
) -> None:
    place = writer.kb.uri if writer.kb is not None else "what the model knows"
    if not kept and not any(outcome.description for outcome in outcomes.values()):
        failed = next((one for one in outcomes.values() if one.state == "failed"), None)
        if failed:
            raise GspmcError(f"no sign was described, e.g. '{failed.label}': {failed.reason}")
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
