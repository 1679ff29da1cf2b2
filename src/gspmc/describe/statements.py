"""Sentences of an expert text, and what each speaks of (tables: ``keywords``)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gspmc.describe import keywords
from gspmc.skeleton import PARTS, Part

SENTENCE_END = re.compile(
    r"(?<!\be\.g\.)(?<!\bi\.e\.)(?<!\bcf\.)(?<=[.!?])[\"”']?\s+(?=[\"“(]?[^\W_a-z])"
    r"|(?<=[。！？])\s*|\n+"
)
HANDS: frozenset[Part] = frozenset({"left_hand", "right_hand"})


@dataclass(frozen=True)
class Statement:
    """One sentence, the components it speaks of, and the parts it is about."""

    text: str
    components: frozenset[str]
    """Of: handshape, orientation, location, movement; or second_hand or nonmanual alone."""
    parts: tuple[Part, ...]


def split_sentences(text: str) -> list[str]:
    """Sentences of a text, without the space around them."""
    return [piece.strip() for piece in SENTENCE_END.split(text) if piece and piece.strip()]


def is_movement(sentence: str) -> bool:
    """Whether a sentence has no word of meaning, etymology, usage or homophones."""
    return not any(_has(pattern, sentence) for pattern in keywords.NOT_MOVEMENT)


def without_meaning_clause(sentence: str) -> str:
    """The sentence without a clause such as ", representing a roof"."""
    return re.sub(keywords.MEANING_CLAUSE, "", sentence, flags=re.IGNORECASE)


def components_of(sentence: str) -> frozenset[str]:
    """Components that the main clause of a sentence speaks of; empty: none that is known."""
    if _has(keywords.LEFT_SUBJECT, sentence):
        return frozenset({"second_hand"})
    if _has(keywords.NONMANUAL_SUBJECT, sentence):
        return frozenset({"nonmanual"})
    main = re.split(keywords.MAIN_CLAUSE_END, sentence, maxsplit=1, flags=re.IGNORECASE)[0]
    return frozenset(
        name for name, pattern in keywords.COMPONENTS.items() if _has(pattern, main or sentence)
    )


def parts_of(sentence: str, before: Iterable[Part] = ()) -> tuple[Part, ...]:
    """Parts that a sentence speaks of, in the order of ``PARTS``; at least one.

    Args:
        before: parts of the sentence before: a pronoun takes them over, and a hand without a side
            is the hand (or hands) spoken of there, else the right one.
    """
    before = frozenset(before)
    found: set[Part] = set()
    if _has(keywords.RIGHT_HAND, sentence):
        found.add("right_hand")
    if _has(keywords.LEFT_HAND, sentence):
        found.add("left_hand")
    if not found and _has(keywords.BOTH_HANDS, sentence):
        found |= HANDS
    if not found and _has(keywords.SOME_HAND, sentence):
        found |= (before & HANDS) or {"right_hand"}
    for part, pattern in keywords.PARTS.items():
        if _has(pattern, sentence):
            found.add(part)  # type: ignore[arg-type]
    if _has(keywords.HEAD_MOVES, sentence):
        found.add("body")
    if _has(keywords.PRONOUN, sentence):
        found |= before & HANDS
    if not found:
        found |= (before & HANDS) or {"right_hand"}
    return tuple(part for part in PARTS if part in found)


def statements_of(sentences: Sequence[str]) -> list[Statement]:
    """Sort consecutive sentences by component and part."""
    statements: list[Statement] = []
    before: tuple[Part, ...] = ()
    for sentence in sentences:
        parts = parts_of(sentence, before)
        statements.append(Statement(sentence, components_of(sentence), parts))
        if HANDS & set(parts):
            before = parts
    return statements


def speaks_of_signing(sentence: str) -> bool:
    """Whether a sentence names any part of the body or any component."""
    named = (keywords.SOME_HAND, *keywords.PARTS.values())
    return bool(components_of(sentence)) or any(_has(pattern, sentence) for pattern in named)


def _has(pattern: str, sentence: str) -> bool:
    return re.search(pattern, sentence, flags=re.IGNORECASE) is not None
