"""Synonyms that do not say what the refined text says."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from gspmc.describe import keywords
from gspmc.describe.checks import words
from gspmc.describe.checks.fields import FieldText
from gspmc.describe.checks.places import IN_SPACE, Place, places_of
from gspmc.describe.checks.wording import LETTER_FORMS
from gspmc.describe.statements import split_sentences
from gspmc.text.description import Check

LOST = "lost_fact"

SPOKEN_OF: dict[str, str] = {
    "contact": (
        rf"{words.NOT_TOUCHING}|{words.TOUCHING}|\b(?:touch|contact|meet|met\b|join(?:ed|s)?\b|"
        rf"press|"
        r"rest|placed?\b|lay|laid|lands?\b|put|set|pinch|brush|rub|slid|hit|distance\b|clear of\b|"
        r"off\b|"
        r"tip to tip\b|palm to palm\b|hand over hand\b|hands separate|gap\b|separate(?:ly| from|"
        r"d?,? hands?)|"
        r"(?:hands?|they|are|kept|stay|remain) apart\b|"
        r"on(?:to)? (?:the|its|that|it|top)\b(?! way)|across that\b|"
        r"(?<!straight )(?<!spread )and apart\b)"
    ),
    "repetition": (
        rf"{words.NOT_REPEATED}|{words.REPEATED}|{words.ONCE}|\b(?:back and forth|to and fro|"
        rf"single|"
        r"double|number of|times|again|in turn)\b"
    ),
    "handshape": (
        r"\b(?:fingers?|fists?|thumbs?|flat|index|knuckles?|digits?|fingertips?|pinch\w*|"
        r"forefingers?|pointing|pink(?:y|ies)|"
        r"(?:open|closed|spread|bent|curved|cupped|clawed) (?:[\w-]+ )?(?:palms?|hands?)|"
        r"hands? (?:open|closed|spread))\b"
    ),
    "order of movements": (
        r"\b(?:then|first|next|after(?:wards)?|until|before|finally|last(?:ly)?|second|"
        r"two (?:contacts|"
        r"steps|places)|follow(?:s|ed|ing)?|ends?|ending|finish(?:es|ing)?|starts?|starting|"
        r"begins?|"
        r"beginning|from|once .{0,30} has|at the end|on the way|goes down|comes|leav(?:es|ing)|"
        r"lower|"
        r"turns? into|in turn|lead|and)\b"
    ),
}
"""Fact -> words that speak of it in any way."""
POSTURE = (
    rf"\b(?:{words.STRAIGHT}|{words.BENT}|bent|flat\w*|open|clos\w+|shut|spread|together|join\w+|"
    r"fold\w*|cross\w*|extend\w*|apart|fists?|pinch\w*|unspread|angled|flex\w*|outspread|touch\w*|"
    r"meet\w*|pointing|index|forefingers?|pink(?:y|ies)|cupped|clawed)\b"
)
"""What fingers are like, or do."""

SPOKEN_PLACES: dict[str, str] = {
    "Head": rf"\b(?:head|face|{keywords.FACE_NOUN}|{keywords.MOUTH_NOUN})",
    "Body": (
        r"\b(?:chest|torso|trunk|shoulders?|collarbones?|clavicles?|belly|stomach|waist|hips?|neck|"
        r"throat|heart|ribs|breastbone|upper body)\b"
    ),
    "Arm": r"\b(?:arms?|forearms?|elbows?|wrists?)\b",
}
"""Major location -> words that speak of it."""
ANY_PLACE = (
    r"\b(?:head|face|arm|signer|other (?:one|wrist)|back of the other|side of an?|its palm|"
    r"palm to palm|beneath|on top|onto (?:the|their) (?!thumb)|"
    rf"{keywords.BODY_NOUN}|{keywords.FACE_NOUN}|{keywords.MOUTH_NOUN})"
)
TWO = (
    r"\b(?:hands|fists|wrists|palms|each|other (?:palm|one|wrist|fist|arm)|opposite|left|"
    r"two (?:\w+ )?forefingers)\b|"
    r"\b(?:lower|upper|that|receiving) (?:hand|palm)\b|"
    r"\b(?:a|one) (?:flat )?hand\b.*\bdominant\b|\bthe other(?:\.|,| (?:flat|closed) hand)"
)
"""Words which imply a second hand."""


def check_paraphrases(texts: Sequence[FieldText], faulty: Collection[str] = ()) -> list[Check]:
    """Facts that the refined text states and a synonym leaves out.

    Args:
        faulty: sentences with findings, whose facts nothing has to repeat.
    """
    refined = next(text.text for text in texts if text.kind == "refined")
    stated = _facts([sentence for sentence in split_sentences(refined) if sentence not in faulty])
    checks = []
    for text in texts:
        if text.kind != "synonym":
            continue
        lost = [name for name in stated if name not in _spoken(text.text)]
        if lost:
            message = f"leaves out what the refined text says: {', '.join(lost)}"
            checks.append(text.check(LOST, text.text, message))
    return checks


def _facts(sentences: Sequence[str]) -> list[str]:
    """Facts that sentences state beyond doubt."""
    text = " ".join(sentences)
    stated = []
    if re.search(r"\bfingers?\b|\bfists?\b", text, re.IGNORECASE) and re.search(POSTURE, text):
        stated.append("handshape")
    places = _places(sentences)
    narrow = {place.major for place in places if place.minors} & set(SPOKEN_PLACES)
    stated += [f"location ({major})" for major in sorted(narrow)]
    if places and not narrow:
        stated.append("location")
    if re.search(f"{words.REPEATED}|{words.ONCE}", text, re.IGNORECASE):
        stated.append("repetition")
    bare = re.sub(words.DIGIT_CONTACT, " · ", text, flags=re.IGNORECASE)
    if re.search(f"{words.NOT_TOUCHING}|{words.TOUCHING}", bare, re.IGNORECASE):
        stated.append("contact")
    if re.search(r"\b(?:then|afterwards|after that)\b", text, re.IGNORECASE):
        stated.append("order of movements")
    if _shows_two(text):
        stated.append("second hand")
    return stated


def _spoken(text: str) -> set[str]:
    """Facts that a text speaks of in any way."""
    spoken = {
        name for name, pattern in SPOKEN_OF.items() if re.search(pattern, text, re.IGNORECASE)
    }
    bare = re.sub(words.DIGIT_CONTACT, " · ", text, flags=re.IGNORECASE)
    if not re.search(SPOKEN_OF["contact"], bare, re.IGNORECASE):
        spoken.discard("contact")
    if not re.search(POSTURE, text, re.IGNORECASE):
        spoken.discard("handshape")
    if any(form.search(text) for form in LETTER_FORMS):
        spoken.add("handshape")  # by its name, which has a rule of its own
    spoken |= {
        f"location ({major})"
        for major, pattern in SPOKEN_PLACES.items()
        if re.search(pattern, text, re.IGNORECASE)
    }
    spoken |= {f"location ({place.major})" for place in _places(split_sentences(text))}
    if re.search(rf"{IN_SPACE}|{ANY_PLACE}", text, re.IGNORECASE) or _places(split_sentences(text)):
        spoken.add("location")
    if _shows_two(text) or re.search(TWO, text, re.IGNORECASE):
        spoken.add("second hand")
    return spoken


def _places(sentences: Sequence[str]) -> list[Place]:
    return [place for sentence in sentences for place in places_of(sentence)]


def _shows_two(text: str) -> bool:
    """Whether a text states two hands beyond doubt."""
    spoken = re.sub(words.NOT_SECOND, "", text, flags=re.IGNORECASE)
    return bool(re.search(f"{words.BOTH}|{words.SECOND}", spoken, re.IGNORECASE))
