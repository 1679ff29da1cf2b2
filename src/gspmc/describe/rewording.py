"""Controlled rewording: synonyms T_s that keep the form (METHOD §3), from a table and no model.

A synonym differs from the refined text in phrases of ``PHRASES`` and in the order of its
sentences, and in nothing else: no fact is added, left out or changed. That is the limit of the
offline generator; a language model paraphrases more freely.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from gspmc.describe.statements import Statement

MAX_SYNONYMS = 3

PHRASES: Mapping[str, tuple[str, ...]] = {
    # subjects
    "both hands": ("the two hands",),
    "then": ("after that", "next", "afterwards"),
    # handshapes
    "straight and together": ("extended side by side", "stretched out close together"),
    "straight and spread": ("extended and apart", "stretched out with gaps between them"),
    "curved and together": ("rounded and close together", "arched side by side"),
    "curved and spread": ("rounded and apart", "arched with gaps between them"),
    "straight": ("extended", "stretched out"),
    "closed in a fist": ("folded into a fist", "curled into a fist", "clenched as a fist"),
    "the other fingers closed": (
        "the remaining fingers folded down",
        "the rest of the fingers curled in",
        "the other fingers shut",
    ),
    "the others closed": ("the rest folded down", "the remaining ones curled in"),
    "hooked": ("bent at the middle joints", "crooked"),
    "bent at the base knuckle": ("folded at the base joint", "angled at the knuckle"),
    "bent at the base knuckles": ("folded at the base joints", "angled at the knuckles"),
    "curled": ("rolled in", "folded in"),
    "spread apart": ("fanned out",),
    "the thumb open": ("the thumb free", "the thumb not folded in"),
    "the thumb folded in": ("the thumb tucked in", "the thumb closed"),
    "the thumb extended": ("the thumb stretched out", "the thumb standing out"),
    "the thumb touching": ("the thumb in contact with", "the thumb against"),
    "the thumb closed over": ("the thumb laid over", "the thumb across"),
    "like a claw": ("as a claw", "in the form of a claw"),
    "holds": ("keeps", "has"),
    "hold": ("keep", "have"),
    # places
    "starts and ends": ("begins and finishes",),
    "start and end": ("begin and finish",),
    "starts": ("begins", "sets out"),
    "start": ("begin", "set out"),
    "ends": ("finishes", "comes to rest"),
    "end": ("finish", "come to rest"),
    "touches": ("makes contact with", "meets"),
    "in front of the body": ("in the space before the body", "before the trunk"),
    "in front of": ("before",),
    "near": ("close to", "in the space by"),
    "beside": ("at the side of", "next to"),
    "with contact": ("making contact", "touching there"),
    "without contact": ("making no contact", "without touching"),
    "not touching each other": ("apart from each other", "with no contact between them"),
    "touching each other": ("in contact with each other", "with contact between them"),
    # movements
    "moves": ("travels", "goes"),
    "move": ("travel", "go"),
    "makes no path movement": ("does not travel", "has no path movement"),
    "make no path movement": ("do not travel", "have no path movement"),
    "once": ("a single time", "one time"),
    "twice": ("two times",),
    "repeatedly": ("several times", "again and again", "over and over"),
    "in a straight line": ("along a straight path", "in a line"),
    "in an arc": ("along a curved path", "in a curve"),
    "in a circle": ("along a circular path", "in a round path"),
    "in a zigzag": ("along a zigzag path", "in a zigzag line"),
    "back and forth": ("to and fro",),
    "to and fro": ("back and forth",),
    "together or in turn": ("in unison or alternately", "at once or one after the other"),
    "twists": ("turns", "rotates"),
    "twist": ("turn", "rotate"),
    "stays still": ("does not move", "keeps still"),
    "keeps still": ("stays still", "does not move"),
    "quickly": ("fast",),
    "come together": ("close up", "draw together"),
    "upwards": ("up",),
    "downwards": ("down",),
    "outwards": ("away from the middle",),
}
"""Phrase -> phrases of the same meaning. Longer phrases are taken first."""

FRAME = "In this sign, "
"""Put before a text in which the table finds nothing to change."""

_PATTERN = re.compile(
    r"\b(?:" + "|".join(sorted(map(re.escape, PHRASES), key=len, reverse=True)) + r")\b",
    re.IGNORECASE,
)
_LEANS_ON_ORDER = re.compile(r"(?i:then|after|afterwards|next|finally|it|they|its|their)\b")
"""First words that make a sentence follow the one before."""


def synonyms_of(statements: Sequence[Statement]) -> list[str]:
    """One to three rewordings of a refined text, all different from it and from each other."""
    refined = " ".join(statement.text for statement in statements)
    synonyms: list[str] = []
    for variant in range(MAX_SYNONYMS):
        ordered = _reordered([statement.text for statement in statements], variant)
        text = " ".join(reworded(sentence, variant) for sentence in ordered)
        if text != refined and text not in synonyms:
            synonyms.append(text)
    if not synonyms and refined:
        synonyms.append(_framed(refined))
    return synonyms


def reworded(sentence: str, variant: int) -> str:
    """A sentence with the ``variant``-th alternative of every phrase of the table."""

    def replace(found: re.Match[str]) -> str:
        alternatives = PHRASES[found[0].lower()]
        text = alternatives[variant % len(alternatives)]
        return f"{text[0].upper()}{text[1:]}" if found[0][0].isupper() else text

    return _PATTERN.sub(replace, sentence)


def _reordered(sentences: list[str], variant: int) -> list[str]:
    """Sentences in the same order (0), the last first (1), or turned round (2).

    Only the sentences before the first that leans on the one before it change places.
    """
    free = next(
        (row for row, sentence in enumerate(sentences) if _LEANS_ON_ORDER.match(sentence)),
        len(sentences),
    )
    if free < len(sentences) and not sentences[free].lower().startswith("then "):
        free = max(free - 1, 0)  # a pronoun needs its own sentence before it
    head, tail = sentences[:free], sentences[free:]
    if variant == 1:
        head = head[-1:] + head[:-1]
    elif variant == 2:
        head = head[::-1]
    return head + tail


def _framed(text: str) -> str:
    first = text.split(maxsplit=1)[0]
    is_plain_word = first.lower() in ("the", "both", "a", "an", "all", "one")
    return FRAME + (f"{text[0].lower()}{text[1:]}" if is_plain_word else text)
