"""What a text says of its sign, as far as errors of part tags and lost facts need to know."""

from __future__ import annotations

import random
import re

from gspmc.text import Description, PartText


def disagreeing_tags(part: PartText, source: random.Random) -> list[str] | None:
    """Tags that leave out what a text names by its plain word; None where it names none."""
    text, tags = part.text.lower(), list(part.parts)
    choices: list[list[str]] = []
    for tag, words in (
        ("mouth", r"\b(?:mouth|lips)\b"),
        ("face", r"\b(?:forehead|cheek|eyebrows)\b"),
        ("body", r"\b(?:chest|torso|shoulders|collarbones?)\b"),
    ):
        rest = [name for name in tags if name != tag]
        if re.search(words, text) and tag in tags and rest:
            choices.append(rest)
    if tags == ["right_hand"] and re.search(r"\bright\b", text):
        choices += [["left_hand"], ["body"], ["face"]]
    if tags == ["left_hand"] and re.search(r"\bleft\b", text):
        choices += [["right_hand"], ["mouth"]]
    if set(tags) == {"left_hand", "right_hand"} and re.search(r"\bboth hands\b", text):
        choices += [["left_hand"], ["right_hand"], ["face"]]
    return source.choice(choices) if choices else None


FACT_WORDS = {
    "repetition": r"repe(?:at|tit)\w*|again|several|more than once|over and over|times?\b|\bonce\b|"
    r"\bsingle\b|\btwice\b|\bone\b (?=\w+ (?:movement|stroke|curve|circle|arc|turn))",
    "contact": r"contact|touch\w*|\btap|\bmeet\w*|\bmet\b|\bbrush|\bhit|against|press|\bland|\blay|"
    r"\brest|\bon\b|\bonto\b|\bstroke|\brub|\bbump|\bknock|\bjoin|\bput|\bplace|\bset",
    "location": r"head\b|chin\b|mouth|cheek|nose|\blips?\b|\bface\b|chest|torso|body|shoulder|"
    r"collarbone|belly|waist|trunk|elbow|forearm|\barm\b|wrist|neutral|signer|other hand|"
    r"palm of|other palm|opposite|\bin front\b|before",
    "handshape": r"finger|thumb|\bfists?\b|knuckle|digit|\bflat\b|\bpinch|\bopen\b|\bclosed\b|"
    r"\bindex|\bmiddle\b|hooked|curved|\bshape",
}
"""What is said of a fact, in words broad enough that nothing of it stays."""


def without_a_fact(text: str, description: Description, source: random.Random) -> str | None:
    """The text without the clauses that speak of one fact which the refined text states."""
    facts = list(FACT_WORDS.items())
    source.shuffle(facts)
    clauses = re.findall(r"[^,;.:]+[,;.:]?", text)
    for _, words in facts:
        if not re.search(words, description.refined_text, re.IGNORECASE):
            continue
        kept = [clause for clause in clauses if not re.search(words, clause, re.IGNORECASE)]
        rest = "".join(kept).strip(" ,;:.")
        if len(kept) < len(clauses) and len(rest.split()) >= 6:
            return f"{rest[0].upper()}{rest[1:]}."
    return None
