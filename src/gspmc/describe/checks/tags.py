"""Part tags against the words of the part text, and left-hand texts of one-handed signs."""

from __future__ import annotations

import re
from collections.abc import Iterable

from gspmc.describe import keywords
from gspmc.describe.checks.fields import FieldText
from gspmc.describe.checks.words import NOT_SECOND, SECOND
from gspmc.describe.statements import split_sentences
from gspmc.skeleton import Part
from gspmc.text.description import Check

TAGS = "part_tags"
ONE_HANDED = "one_handed_left_hand"

IN_PASSING = (
    r"\b(?:in front of|before|towards?|away from|level with|out from|from|off|facing|faces|"
    r"clear of|"
    r"near|beside|close to|past)(?: (?:the|his|her|its|your|either|each|both|side of|sides of|"
    r"of))* ?"
    r"(?:body|torso|trunk|chest|head|face|signer)\b|\b(?:other|opposite|left) (?:arm's )?wrist\b|"
    r"\b(?:chest|shoulder|waist|head|face|eye) (?:height|level)\b|\bhead of\b|\bfaces?\b(?! is\b)|"
    r"\bback of the (?:other|opposite)\b"
)
"""Parts of the body that only say where, or which way: naming them asks for no tag."""

NAMED: dict[Part, str] = {
    "mouth": rf"\b{keywords.MOUTH_NOUN}",
    "face": (
        r"\b(?:forehead|(?:eye)?brows?|eyes?|eyelids?|cheeks?|nose|nostrils|chin|temples?|jaw|gaze|"
        r"facial)\b"
    ),
    "body": (
        r"\b(?:chest|torso|trunk|shoulders?|collarbones?|elbows?|waist|belly|stomach|hips?|"
        r"breastbone|throat|neck)\b|\bupper body\b"
    ),
}
"""Part -> words that ask for its tag."""
RECEIVES = (
    r"\b(?:receiving|facing|faces|under|beneath|below|by|against|towards?|beside|meets?|meeting|"
    r"touch(?:es|ing)?|near|opposite) (?:the (?:palm|back|side|edge|tips?) of )?(?:the )?$"
)
"""Before a right hand that is no subject, in a text of the left one."""
RIGHT = (
    rf"(?<!non-)\b(?:right|dominant)\s+(?:{keywords.ADJECTIVES}{keywords.HAND_NOUN}|"
    r"(?:index|middle|ring|little)\b)"
)
LEFT_ACTS = (
    rf"^(?:then )?(?:the |a |an |your )?(?:left|non-?dominant|passive)\s+{keywords.ADJECTIVES}"
    rf"{keywords.HAND_NOUN}"
)
BOTH_ACT = (
    r"^(?:then |on |the )?(?:both|two) (?:\w+ ){0,2}?(?:hands|palms|fists|wrists|index fingers|"
    r"thumbs)\b|\b(?:on|of) both hands\b"
)
SUPPORT: dict[Part, str] = {
    "mouth": rf"{keywords.PARTS['mouth']}|\bchin\b|\bface\b|\bcheeks?\b",
    "face": rf"{keywords.PARTS['face']}|{keywords.PARTS['mouth']}|\bface\b|\bneck\b|\bthroat\b",
    "right_hand": rf"{keywords.SOME_HAND}|\bheels?\b|\bforearms\b|\bhands?\b|\bthey\b|\bit\b|"
    rf"\btips?\b|\bthis\b|\bcontact\b|"
    r"\bmov|\btap|\bcircl|\barms?\b",
    "left_hand": rf"{keywords.SOME_HAND}|\bheels?\b|\bforearms\b|\bhands?\b|\bthey\b|\bit\b|"
    rf"\btips?\b|\bthis\b|\barms?\b",
    "body": rf"{keywords.PARTS['body']}|\barms?\b|\bhands?\b|\bwrists?\b|\bbody\b|\bupper\b",
}
"""Part -> words of which a text with its tag has one at least, or of its neighbours."""


def check_tags(texts: Iterable[FieldText]) -> list[Check]:
    """Tags that a part text asks for and lacks, or has and does not speak of."""
    checks = []
    for text in texts:
        if text.kind != "part":
            continue
        for part, words in _asked_for(text.text, text.tags).items():
            if part not in text.tags:
                checks.append(text.check(TAGS, text.text, f"'{words}' asks for the tag {part}"))
        for part in text.tags:
            if not re.search(SUPPORT[part], text.text, re.IGNORECASE):
                checks.append(text.check(TAGS, text.text, f"tagged {part}, which it does not name"))
    return checks


def _asked_for(text: str, tags: tuple[Part, ...]) -> dict[Part, str]:
    asked: dict[Part, str] = {}
    for sentence in split_sentences(text):
        rest = re.sub(IN_PASSING, " · ", sentence, flags=re.IGNORECASE)
        for part, pattern in NAMED.items():
            found = re.search(pattern, rest, re.IGNORECASE)
            if found:
                asked.setdefault(part, found[0])
        found = re.search(RIGHT, sentence, re.IGNORECASE)
        if found and not (
            "left_hand" in tags and re.search(RECEIVES, sentence[: found.start()], re.IGNORECASE)
        ):
            asked.setdefault("right_hand", found[0])
        if found := re.search(LEFT_ACTS, sentence, re.IGNORECASE):
            asked.setdefault("left_hand", found[0])
        if found := re.search(BOTH_ACT, sentence, re.IGNORECASE):
            asked.setdefault("left_hand", found[0])
            asked.setdefault("right_hand", found[0])
    return asked


def check_one_handed(texts: Iterable[FieldText]) -> list[Check]:
    """What is said of the left hand; the caller knows that the sign is made by one hand."""
    checks = []
    for text in texts:
        if "left_hand" in text.tags:
            checks.append(
                text.check(ONE_HANDED, text.text, "tagged left_hand; the sign has one hand")
            )
            continue
        for sentence in split_sentences(text.text):
            spoken = re.sub(NOT_SECOND, " · ", sentence, flags=re.IGNORECASE)
            found = re.search(SECOND, spoken, re.IGNORECASE)
            if found:
                message = f"speaks of '{found[0]}'; the sign has one hand"
                checks.append(text.check(ONE_HANDED, sentence, message))
    return checks
