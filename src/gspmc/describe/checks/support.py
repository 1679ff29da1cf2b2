"""Every statement against the expert codes and passages: supported, contradicted or not coded."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from gspmc.describe.checks.facts import Codes, Fact, agreement, facts_of
from gspmc.describe.checks.fields import FieldText
from gspmc.describe.checks.identical import normalised
from gspmc.describe.entry import Entry
from gspmc.describe.rewording import MAX_SYNONYMS, reworded
from gspmc.describe.statements import split_sentences
from gspmc.text.description import Check

Verdict = Literal["supported", "contradicted", "not_coded"]
CONTRADICTED = "contradicted_"
"""A rule is this with the dimension: ``contradicted_location``."""


@dataclass(frozen=True)
class StatementVerdict:
    """One sentence of one sign, and what the expert says to it."""

    label: str
    field: str
    sentence: str
    verdict: Verdict
    evidence: str
    """The passage or the claims that decided it; empty where nothing did."""


@dataclass(frozen=True)
class Evidence:
    """Codes and passages of the entries which a description names as used."""

    codes: Codes
    passages: tuple[str, ...]

    @classmethod
    def of(cls, entries: Sequence[Entry]) -> Evidence:
        """Codes of all entries together: a claim that fits one of them is no contradiction."""
        morphemes: list[dict[str, str]] = []
        for entry in entries:
            morphemes += json.loads(entry.codes).get("morphemes", []) if entry.codes else []
        return cls(Codes(morphemes), tuple(entry.text for entry in entries))

    @property
    def sentences(self) -> set[str]:
        """Sentences of the passages, and their controlled rewordings, as they are compared."""
        pieces = [piece for text in self.passages for piece in split_sentences(text)]
        reworded_too = [
            reworded(piece, variant) for piece in pieces for variant in range(MAX_SYNONYMS)
        ]
        return {normalised(piece) for piece in (*pieces, *reworded_too)}


def judge(
    label: str, texts: Iterable[FieldText], evidence: Evidence
) -> tuple[list[StatementVerdict], list[Check]]:
    """A verdict for every sentence, and a finding for every claim that the expert denies."""
    statements: list[StatementVerdict] = []
    checks: list[Check] = []
    literal = evidence.sentences
    passage_facts = [
        fact
        for text in evidence.passages
        for piece in split_sentences(text)
        for fact in facts_of(piece)
    ]
    for text in texts:
        for sentence in split_sentences(text.text):
            if normalised(sentence) in literal:
                statements.append(
                    StatementVerdict(label, text.field, sentence, "supported", "the passage")
                )
                continue
            judged = [
                (fact, _agrees(fact, evidence.codes, passage_facts)) for fact in facts_of(sentence)
            ]
            denied = [fact for fact, agrees in judged if agrees is False]
            agreed = [fact for fact, agrees in judged if agrees]
            for dimension in dict.fromkeys(fact.dimension for fact in denied):
                said = [fact for fact in denied if fact.dimension == dimension]
                if evidence.codes.one_handed and all(fact.value == "second" for fact in said):
                    continue  # a text on the left hand of a one-handed sign has its own rule
                message = f"says {_said(said)}; the expert: {_coded(said[0], evidence)}"
                checks.append(text.check(f"{CONTRADICTED}{dimension}", sentence, message))
            verdict: Verdict = "contradicted" if denied else "supported" if agreed else "not_coded"
            statements.append(
                StatementVerdict(label, text.field, sentence, verdict, _said(denied or agreed))
            )
    return statements, checks


def _agrees(fact: Fact, codes: Codes, passage: Sequence[Fact]) -> bool | None:
    """By the codes where there are any; else a passage that says the same is support."""
    if codes.morphemes:
        return agreement(fact, codes)
    same = [other for other in passage if other.dimension == fact.dimension]
    alike = any((other.value, other.fingers) == (fact.value, fact.fingers) for other in same)
    return True if alike else None


def _said(facts: Iterable[Fact]) -> str:
    return "; ".join(dict.fromkeys(f"{fact.dimension} '{fact.words}'" for fact in facts))


COLUMNS = {
    "handedness": ("SignType",),
    "location": ("MajorLocation", "MinorLocation", "SecondMinorLocation"),
    "contact": ("Contact",),
    "repetition": ("RepeatedMovement",),
    "flexion": ("SelectedFingers", "Flexion"),
    "path": ("Movement",),
}
"""Dimension -> columns of the codes that decide it."""


def _coded(fact: Fact, evidence: Evidence) -> str:
    named = []
    for column in COLUMNS[fact.dimension]:
        values = sorted(evidence.codes.values(column) - {""})
        if values:
            named.append(f"{column} {'/'.join(values)}")
    return ", ".join(named)
