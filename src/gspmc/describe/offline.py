"""The ``offline`` generator: descriptions without a language model.

The four steps of METHOD §3 by rule: the primary text is the expert's entry; the refined text is
that entry with its references resolved and everything that is not movement left out; synonyms are
controlled rewordings; the parts are its sentences, tagged by keyword tables. It writes nothing that
the corpus does not say, and reads English only (``keywords.LANGUAGES``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from gspmc.describe.choice import Choice, choose_entry
from gspmc.describe.entry import base_language
from gspmc.describe.fitting import RULE, fits, fitting_statements, fitting_text
from gspmc.describe.keywords import LANGUAGES
from gspmc.describe.knowledge import KnowledgeBase
from gspmc.describe.labels import Label
from gspmc.describe.outcome import Outcome
from gspmc.describe.references import NOT_MOVEMENT, Resolved, resolve_references
from gspmc.describe.rewording import synonyms_of
from gspmc.describe.statements import Statement, speaks_of_signing, statements_of
from gspmc.errors import GspmcError
from gspmc.text.description import Check, Description, Generator, PartText, Source
from gspmc.text.encoder import TextEncoder

NAME = "offline"
RULES_VERSION = "1"
"""Version of the tables and rules; stored where a language model's prompt version would be."""


class OfflineWriter:
    """Describes labels from their expert entries by rule.

    Args:
        encoder: whose token limit the texts must fit.
        variant: of a label with several entries: None the most frequent; a number from 1 in order
            of frequency, for the labels that have so many; or the id of an entry, for its label.
    """

    model = NAME
    is_paid = False

    def __init__(self, kb: KnowledgeBase, encoder: TextEncoder, variant: str | None = None) -> None:
        self.kb, self.encoder, self.variant = kb, encoder, variant

    @property
    def settings(self) -> dict[str, str | None]:
        """Model, rules, corpus and variant."""
        rules = {"model": NAME, "prompts": RULES_VERSION}
        return {**rules, "kb": self.kb.uri, "variant": self.variant}

    def is_current(self, description: Description, label: Label) -> bool:
        """Never: to write it again costs less than to find out."""
        return False

    def describe(
        self, labels: Sequence[Label], report: Callable[[Outcome], None], fresh: bool = False
    ) -> None:
        """Describe labels one by one; rules write the same again, so `fresh` changes nothing.

        Raises:
            GspmcError: an entry of a language that the keyword tables do not cover.
        """
        for label in labels:
            choice = choose_entry(label, self.kb, self.variant)
            if choice is None:
                report(Outcome(label.label, "missing"))
                continue
            description = _describe(label.label, choice, self.kb, self.encoder)
            if description is None:
                report(Outcome(label.label, "unusable", is_variant=choice.is_variant))
                continue
            report(Outcome(label.label, "described", description, is_variant=choice.is_variant))


def _describe(
    label: str, choice: Choice, kb: KnowledgeBase, encoder: TextEncoder
) -> Description | None:
    """The description of a label; None where its entry says nothing of movement."""
    entry, others = choice.entry, choice.others
    if base_language(entry.language) not in LANGUAGES:
        raise GspmcError(
            f"entry '{entry.id}' is in '{entry.language}', the offline generator reads "
            f"{', '.join(LANGUAGES)}; use a language model, or a corpus in that language"
        )
    resolved = resolve_references(entry, kb)
    statements = _about_signing(resolved)
    if not statements:
        return None
    kept, dropped = fitting_statements(statements, encoder)
    synonyms, unfit = _fitting_synonyms(kept, encoder)
    parts, cut = _part_texts(statements, encoder)
    followed = [source for source in resolved.used if source.id != entry.id]
    rest = [other for other in others if other.id not in {source.id for source in followed}]
    return Description(
        label=label,
        language=entry.language,
        primary=entry.text,
        refined=" ".join(statement.text for statement in kept),
        synonyms=synonyms,
        parts=parts,
        sources=[
            Source(id=entry.id, quote=entry.text),
            *(Source(id=source.id, quote=source.text) for source in followed),
            *(Source(id=other.id) for other in rest),
        ],
        # Without a date: what the same knowledge base says is the same on every day.
        generator=Generator(model=NAME, prompt_version=RULES_VERSION),
        checks=[*resolved.checks, *dropped, *unfit, *cut, *choice.checks],
    )


def _about_signing(resolved: Resolved) -> list[Statement]:
    """Statements of the sentences that name a body part or a component; the others are listed."""
    about: list[str] = []
    for sentence in resolved.sentences:
        if speaks_of_signing(sentence):
            if sentence not in about[-1:]:
                about.append(sentence)
        else:
            resolved.report(NOT_MOVEMENT, sentence, "names nothing of the body, left out")
    return statements_of(about)


def _fitting_synonyms(
    statements: list[Statement], encoder: TextEncoder
) -> tuple[list[str], list[Check]]:
    """Rewordings that fit the encoder; one that does not is left out and listed."""
    texts = synonyms_of(statements)
    unfit = [text for text in texts if not fits(text, encoder)]
    message = f"left out: over {encoder.limit} tokens of {encoder.name}"
    checks = [Check(rule=RULE, field="synonyms", quote=text, message=message) for text in unfit]
    return [text for text in texts if text not in unfit], checks


def _part_texts(
    statements: list[Statement], encoder: TextEncoder
) -> tuple[list[PartText], list[Check]]:
    """One part text per different sentence, those that had no room in the refined text included."""
    parts: dict[str, PartText] = {}
    checks: list[Check] = []
    for statement in statements:
        text, check = fitting_text(statement.text, "parts", encoder)
        if text not in parts:
            parts[text] = PartText(text=text, parts=list(statement.parts))
            checks += [check] if check else []
    return list(parts.values()), checks
