"""Places of the body that a sentence puts the hand at, and whether the codes agree."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Morphemes = Sequence[Mapping[str, str]]

MAJORS: Mapping[str, tuple[str, ...]] = {
    "Head": (
        *("HeadTop", "Forehead", "Eye", "CheekNose", "UpperLip", "Mouth", "Chin", "UnderChin"),
        "HeadAway",
    ),
    "Body": (
        *("Neck", "Shoulder", "Clavicle", "TorsoTop", "TorsoMid", "TorsoBottom", "Waist", "Hips"),
        "BodyAway",
    ),
    "Arm": (
        *("UpperArm", "ElbowFront", "ElbowBack", "ForearmFront", "ForearmBack", "ForearmRadial"),
        *("ForearmUlnar", "WristFront", "WristBack", "ArmAway"),
    ),
    "Hand": (
        *("Palm", "PalmBack", "Heel", "FingerFront", "FingerBack", "FingerRadial", "FingerUlnar"),
        *("FingerTip", "HandAway"),
    ),
    "Neutral": ("Neutral",),
}
"""Major location of ASL-LEX -> its minor locations."""
MAJOR_OF = {minor: major for major, minors in MAJORS.items() for minor in minors}

NEIGHBOURS: tuple[frozenset[str], ...] = (
    frozenset({"Chin", "Mouth", "UnderChin", "UpperLip"}),
    frozenset({"Forehead", "HeadTop", "Eye"}),
    frozenset({"CheekNose", "UpperLip", "Eye", "Mouth"}),
    frozenset({"TorsoTop", "Clavicle", "Shoulder", "TorsoMid"}),
    frozenset({"Clavicle", "Neck"}),
    frozenset({"UnderChin", "Neck"}),
    frozenset({"TorsoMid", "TorsoBottom"}),
    frozenset({"TorsoBottom", "Waist", "Hips"}),
    frozenset({"ElbowFront", "ElbowBack", "ForearmFront", "ForearmBack"}),
    frozenset({"WristFront", "WristBack", "ForearmFront", "ForearmBack"}),
)
"""Minor locations that words tell apart no better than coders do."""

OTHER_ARM = r"(?:(?:the|its|an) )?(?:other|opposite|left|non-?dominant)(?: arm's)? (?:\w+ )?"
PLACES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (r"(?:under(?:side of)?|beneath|below) the chin|underside of the chin", "Head", ("UnderChin",)),
    (r"(?:chin|jaw)\b", "Head", ("Chin",)),
    (r"upper lip\b", "Head", ("UpperLip",)),
    (r"(?:mouth|lips?|teeth)\b", "Head", ("Mouth",)),
    (r"(?:cheeks?|nose|nostrils?)\b", "Head", ("CheekNose",)),
    (r"(?:eyebrows?|brows?|foreheads?|temples?)\b", "Head", ("Forehead",)),
    (r"eyes?\b", "Head", ("Eye",)),
    (r"(?:top|crown) of the head\b", "Head", ("HeadTop",)),
    (r"(?:the |his |her |your )(?:side of the )?(?:head|face|ears?)\b|\bears?\b", "Head", ()),
    (r"(?:necks?|throat)\b", "Body", ("Neck",)),
    (r"shoulders?\b", "Body", ("Shoulder",)),
    (r"(?:collarbones?|clavicles?)\b", "Body", ("Clavicle",)),
    (r"middle of the (?:torso|trunk|chest|body)\b|\bribs\b", "Body", ("TorsoMid",)),
    (r"(?:chest|breastbone|sternum|upper torso|heart)\b", "Body", ("TorsoTop",)),
    (r"(?:belly|stomach|abdomen|lower torso)\b", "Body", ("TorsoBottom",)),
    (r"waist\b", "Body", ("Waist",)),
    (r"hips?\b", "Body", ("Hips",)),
    (r"(?:torso|trunk|body)\b", "Body", ()),
    (rf"{OTHER_ARM}upper arm\b", "Arm", ("UpperArm",)),
    (rf"{OTHER_ARM}elbow\b", "Arm", ("ElbowFront", "ElbowBack")),
    (rf"{OTHER_ARM}forearm\b", "Arm", ("ForearmFront", "ForearmBack")),
    (rf"{OTHER_ARM}wrist\b", "Arm", ("WristFront", "WristBack")),
    (rf"{OTHER_ARM}arm\b", "Arm", ()),
    (
        r"(?:other|left|non-?dominant|opposite|base|supporting) (?:[\w-]+ )?(?:hand|palm|fist)\b",
        "Hand",
        (),
    ),
)
"""(words, major location, minor locations; none: any of the major), the narrower before the wider.
"""
IN_SPACE = (
    r"\b(?:in|through|to) (?:the )?(?:neutral|signing) space\b|\bneutral space\b|"
    r"\b(?:in front of|before|ahead of) (?:the |his |her |your )?(?:\w+ )?"
    r"(?:body|torso|trunk|chest|signer)\b|\bat (?:chest|waist|shoulder|stomach) (?:height|level)\b|"
    r"\bin (?:the )?space\b|\bin front\b(?! of)"
)
NO_PLACE_BEFORE = (
    r"(?:\btowards?|\baway from|\bfac(?:es|ing|e)|\bdirection of|\blevel with|\bclear of|"
    r"\bin front of|"
    r"\bbefore|\bpoint(?:s|ing)? (?:at|to)|\bback to|\bout from|\bin to|\bshape of)"
    r"(?: (?:the|his|her|its|your|their|a|upper|side of|side of the))*\s*$"
)
"""A direction or a height is no place that the codes could contradict."""
WAY_BEFORE = (
    r"(?<!close )(?<!next )\b(?:from|to|off)(?: (?:the|his|her|its|your|upper|front of the))*\s*$"
)
NO_PLACE_AFTER = r"^(?: (?:height|level|side)\b|-)"
ACTS_ITSELF = r"^(?:then )?(?:the |both |her |his |your )?(?:upper |lower )?$"
"""Before a part of the body that is the subject itself: it acts, and is no place."""
ACTS_BESIDE = r"(?:\bwhile|\bas|\bwhen|(?<!contact )\bwith) (?:the |both |her |his |your )$"
IS_DOING = (
    r"^ (?:is |are )?(?:\w+(?:ed|ing|s)|lower|rise|raise|furrow|open|close|lift)\b(?! (?:by|with))"
)
"""The same in a side clause: "while the brows lower"."""
SECOND_ACTS = (
    r"(?:then )?the (?:other|opposite|left|non-?dominant) (?:hand|arm|forearm|palm|fist)\b(?!')"
    r"(?! (?:is|are) (?:touched|tapped))"
)
"""Codes give the place of the dominant hand alone."""
IS_TOUCHED = (
    r"^(?:'s \w+)? (?:is|are|gets?) (?:\w+ )?(?:touched|tapped|contacted|brushed|hit|struck)"
)
"""After a part of the body that the hand acts on, so that it is a place after all."""


@dataclass(frozen=True)
class Place:
    """One place that a sentence names."""

    major: str
    minors: tuple[str, ...]
    """Minor locations it can stand for; none: any of the major location."""
    words: str
    is_way: bool = False
    """From there, or to there: with a sign in space that may be a direction."""


def places_of(sentence: str) -> list[Place]:
    """Places at which a sentence puts the hand, in the order of the table."""
    if re.match(SECOND_ACTS, sentence, re.IGNORECASE):
        return []
    places = []
    rest = sentence
    for found in re.finditer(IN_SPACE, sentence, re.IGNORECASE):
        places.append(Place("Neutral", ("Neutral",), found[0]))
    for words, major, minors in PLACES:
        pattern = rf"(?:\b|(?<=\W)){words}" if not words.startswith("(?:the ") else words
        for found in re.finditer(pattern, rest, re.IGNORECASE):
            before, after = rest[: found.start()], rest[found.end() :]
            vague = not minors or minors[0].startswith(("Torso", "Shoulder", "Waist"))
            if vague and re.search(NO_PLACE_BEFORE, before, re.IGNORECASE):
                continue
            if re.search(r"\b(?:towards?|away from)(?: the)? $", before, re.IGNORECASE):
                continue
            if re.match(NO_PLACE_AFTER, after):
                continue
            acts = re.match(ACTS_ITSELF, before, re.IGNORECASE) or (
                re.search(ACTS_BESIDE, before, re.IGNORECASE) and re.match(IS_DOING, after)
            )
            if acts and not re.match(IS_TOUCHED, after, re.IGNORECASE):
                continue
            is_way = vague and re.search(WAY_BEFORE, before, re.IGNORECASE) is not None
            places.append(Place(major, minors, found[0], is_way))
        rest = re.sub(pattern, lambda found: "·" * len(found[0]), rest, flags=re.IGNORECASE)
    return places


def agrees(place: Place, morphemes: Morphemes) -> bool | None:
    """Whether the codes put the hand there; None where they do not decide it."""
    coded = {
        morpheme[column]
        for morpheme in morphemes
        for column in ("MinorLocation", "SecondMinorLocation")
        if morpheme.get(column)
    }
    majors = {morpheme["MajorLocation"] for morpheme in morphemes if "MajorLocation" in morpheme}
    majors |= {MAJOR_OF[minor] for minor in coded if minor in MAJOR_OF}
    if not majors:
        return None
    if place.major in majors:
        own = {minor for minor in coded if MAJOR_OF.get(minor) == place.major}
        is_vague = any(minor.endswith(("Away", "Other")) for minor in coded)
        return bool(not place.minors or is_vague or own & _close_to(place.minors))
    if place.is_way and majors & {"Neutral", "Hand"}:
        return None
    if place.major in ("Neutral", "Hand") or "Other" in majors:
        return None
    if place.major == "Body" and not place.minors:
        return None
    return False


def _close_to(minors: tuple[str, ...]) -> frozenset[str]:
    groups = [group for group in NEIGHBOURS if group & set(minors)]
    return frozenset(minors).union(*groups)
