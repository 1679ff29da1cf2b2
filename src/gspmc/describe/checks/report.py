"""All checks of one description, and of a whole set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gspmc.describe.checks.facts import DIMENSIONS
from gspmc.describe.checks.fields import texts_of
from gspmc.describe.checks.identical import NEAR, Pair, near_identical, pair_checks
from gspmc.describe.checks.paraphrase import LOST, check_paraphrases
from gspmc.describe.checks.support import (
    CONTRADICTED,
    Evidence,
    StatementVerdict,
    Verdict,
    judge,
)
from gspmc.describe.checks.tags import ONE_HANDED, TAGS, check_one_handed, check_tags
from gspmc.describe.checks.wording import (
    LETTER,
    MEANING,
    REFERENCE,
    TOKENS,
    WORDS,
    check_wording,
)
from gspmc.describe.entry import Entry
from gspmc.describe.knowledge import KnowledgeBase
from gspmc.text.description import Check, Description
from gspmc.text.encoder import TextEncoder

RULES: tuple[str, ...] = (
    *(REFERENCE, LETTER, MEANING, WORDS, TOKENS, TAGS, ONE_HANDED, LOST, NEAR),
    *(f"{CONTRADICTED}{dimension}" for dimension in DIMENSIONS),
)
"""Rules that are computed here: they replace what an earlier run found; others stay."""
VERDICTS: tuple[Verdict, ...] = ("supported", "contradicted", "not_coded")


@dataclass(frozen=True)
class CheckReport:
    """What the checks say of a set of descriptions."""

    findings: dict[str, list[Check]]
    """By label, in the order of the descriptions; without findings an empty list."""
    statements: list[StatementVerdict]
    """One a sentence of every encoded text; empty where no knowledge base was given."""
    pairs: list[Pair]
    scores: dict[str, float]
    """By label, from 0 to 1 (``score``)."""

    @property
    def rates(self) -> dict[Verdict, float]:
        """Share of the statements of every verdict; empty without statements."""
        total = len(self.statements)
        if not total:
            return {}
        return {
            name: sum(statement.verdict == name for statement in self.statements) / total
            for name in VERDICTS
        }


def used_entries(description: Description, kb: KnowledgeBase) -> list[Entry]:
    """Entries that a description names as used.

    Sources with a quote are those which were used, the others were only found; where no source has
    a quote, all of them count. One that a language model was only shown does not count, and an id
    that the knowledge base does not hold is passed over.
    """
    used = [source for source in description.sources if source.use is None]
    quoted = [source for source in used if source.quote]
    found = [kb.get(source.id) for source in quoted or used]
    return [entry for entry in found if entry is not None]


def check_description(
    description: Description, entries: Sequence[Entry] = (), encoder: TextEncoder | None = None
) -> list[Check]:
    """Findings about one description by itself.

    Args:
        entries: expert entries that it was written from; none: what needs them is left out.
        encoder: whose token limit the texts must fit; None: that is left out.
    """
    return _checked(description, entries, encoder)[0]


def check_all(
    descriptions: Mapping[str, Description], kb: KnowledgeBase | None, encoder: TextEncoder
) -> CheckReport:
    """Findings about every description, and about texts of two classes that are nearly the same."""
    findings: dict[str, list[Check]] = {}
    statements: list[StatementVerdict] = []
    for label, description in descriptions.items():
        entries = used_entries(description, kb) if kb is not None else []
        findings[label], judged = _checked(description, entries, encoder)
        statements += judged
    pairs = near_identical(descriptions, encoder)
    for label, check in pair_checks(pairs):
        findings[label].append(check)
    judged_of: dict[str, list[StatementVerdict]] = {label: [] for label in descriptions}
    for statement in statements:
        judged_of[statement.label].append(statement)
    scores = {
        label: score(descriptions[label], findings[label], judged_of[label])
        for label in descriptions
    }
    return CheckReport(findings, statements, pairs, scores)


def score(
    description: Description, findings: Sequence[Check], statements: Sequence[StatementVerdict]
) -> float:
    """How far a description can be trusted: the mean over its texts of 0, ½ or 1.

    A text with a finding counts 0; one without a finding counts 1, but ½ where there is expert
    evidence for the sign and it supports no sentence of the text.
    """
    wrong = {check.field for check in findings}
    supported = {item.field for item in statements if item.verdict == "supported"}
    values = []
    for text in texts_of(description):
        is_backed = not statements or text.field in supported
        values.append(0.0 if text.field in wrong else 1.0 if is_backed else 0.5)
    return sum(values) / len(values)


def with_checks(description: Description, findings: Sequence[Check]) -> Description:
    """The description with these findings in place of those that an earlier run left.

    What the generator recorded under rules of its own stays, before them.
    """
    kept = [check for check in description.checks if check.rule not in RULES]
    return description.model_copy(update={"checks": [*kept, *findings]})


def _checked(
    description: Description, entries: Sequence[Entry], encoder: TextEncoder | None
) -> tuple[list[Check], list[StatementVerdict]]:
    texts = list(texts_of(description))
    checks = [*check_wording(texts, encoder), *check_tags(texts)]
    statements: list[StatementVerdict] = []
    if entries:
        evidence = Evidence.of(entries)
        if evidence.codes.one_handed:
            checks += check_one_handed(texts)
        statements, denied = judge(description.label, texts, evidence)
        checks += denied
    faulty = {check.quote for check in checks if check.field == "refined"}
    return [*checks, *check_paraphrases(texts, faulty)], statements
