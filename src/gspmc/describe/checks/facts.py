"""What a sentence claims of a sign, fact by fact, and whether the expert codes agree."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from gspmc.describe.checks import places, words

Dimension = str
DIMENSIONS: tuple[Dimension, ...] = (
    "handedness",
    "location",
    "contact",
    "repetition",
    "flexion",
    "path",
)

ARM_OR_HAND = ("Arm", "Hand")
POSTURE = {"FullyOpen": "straight", "FullyClosed": "bent", "Curved": "bent", "Bent": "bent"}
"""Flexion code -> posture of the selected fingers; of the other codes words are no clear claim."""
PATH_KIN = {"Curved": {"Circular"}, "Circular": {"Curved"}, "Straight": {"BackAndForth"}}
"""Path that is claimed -> paths which are no contradiction to it."""


@dataclass(frozen=True)
class Fact:
    """One claim."""

    dimension: Dimension
    value: str
    words: str
    """As the sentence says it."""
    place: places.Place | None = None
    fingers: str = ""
    """Of flexion: i, m, r, p."""


@dataclass(frozen=True)
class Codes:
    """The expert codes of the entries that a description names."""

    morphemes: Sequence[Mapping[str, str]] = field(default_factory=tuple)

    def values(self, column: str) -> set[str]:
        """All values of a column; with one morpheme lacking it, "" is among them."""
        return {morpheme.get(column, "") for morpheme in self.morphemes}

    @property
    def one_handed(self) -> bool:
        """Whether every morpheme is made by one hand alone, away from the other hand and arm."""
        types = self.values("SignType") - {""}
        return types == {"OneHanded"} and not self.values("MajorLocation") & set(ARM_OR_HAND)


def facts_of(sentence: str) -> list[Fact]:
    """Every claim of a sentence that the tables know."""
    _, sentence = _take(words.IMAGERY, sentence)
    return [
        *_hands(sentence),
        *(
            Fact("location", place.major, place.words, place)
            for place in places.places_of(sentence)
        ),
        *_contact(sentence),
        *_repetition(sentence),
        *_flexion(sentence),
        *_path(sentence),
    ]


def agreement(fact: Fact, codes: Codes) -> bool | None:
    """Whether any morpheme agrees; None where the codes say nothing of it."""
    if not codes.morphemes:
        return None
    if fact.place is not None:
        return places.agrees(fact.place, codes.morphemes)
    return _COMPARE[fact.dimension](fact, codes)


def _take(pattern: str, text: str) -> tuple[re.Match[str] | None, str]:
    """The first match, and the text with every match blotted out."""
    found = re.search(pattern, text, re.IGNORECASE)
    return found, re.sub(pattern, " · ", text, flags=re.IGNORECASE) if found else text


def _hands(sentence: str) -> list[Fact]:
    absent, rest = _take(words.NOT_SECOND, sentence)
    second, _ = _take(words.SECOND, rest)
    both, _ = _take(words.BOTH, rest)
    one, _ = _take(words.ONE, sentence)
    facts = []
    if both:
        facts.append(Fact("handedness", "both", both[0]))
    if second:
        facts.append(Fact("handedness", "second", second[0]))
    alone = one or absent
    pair = re.search(r"\b(?:dominant|right) hand\b|\bthe other\b", rest, re.IGNORECASE)
    is_sole = absent or pair is None or (one is not None and "only" in one[0].lower())
    if alone and is_sole and not second and not both:
        facts.append(Fact("handedness", "one", alone[0]))
    return facts


def _compare_hands(fact: Fact, codes: Codes) -> bool | None:
    types = codes.values("SignType") - {""}
    if not types:
        return None
    if fact.value == "one":
        return "OneHanded" in types
    if fact.value == "second":
        if types != {"OneHanded"}:
            return True
        return None if not codes.one_handed else False
    return types != {"OneHanded"}


def _contact(sentence: str) -> list[Fact]:
    facts = []
    rest = re.sub(words.DIGIT_CONTACT, " · ", sentence, flags=re.IGNORECASE)
    apart, rest = _take(words.NOT_TOUCHING, rest)
    if apart:
        facts.append(Fact("contact", "apart", apart[0]))
    touching, _ = _take(words.TOUCHING, rest)
    if touching:
        facts.append(Fact("contact", "touching", touching[0]))
    return facts


def _compare_contact(fact: Fact, codes: Codes) -> bool | None:
    values = codes.values("Contact")
    if "" in values:
        return None
    return ("1" if fact.value == "touching" else "0") in values


def _repetition(sentence: str) -> list[Fact]:
    facts = []
    _, rest = _take(words.OPEN_NUMBER, sentence)
    single, rest = _take(words.NOT_REPEATED, rest)
    repeated, rest = _take(words.REPEATED, rest)
    once, _ = _take(words.ONCE, rest)
    if repeated:
        facts.append(Fact("repetition", "repeated", repeated[0]))
    if single or once:
        facts.append(Fact("repetition", "once", (single or once)[0]))  # type: ignore[index]
    return facts


def _compare_repetition(fact: Fact, codes: Codes) -> bool | None:
    values = codes.values("RepeatedMovement")
    if "" in values:
        return None
    return ("1" if fact.value == "repeated" else "0") in values


def _flexion(sentence: str) -> list[Fact]:
    if re.match(places.SECOND_ACTS, sentence, re.IGNORECASE):
        return []  # the codes are of the dominant hand
    facts = []
    postures = (("straight", words.STRAIGHT), ("bent", words.BENT), ("flat", words.AT_BASE))
    for value, posture in postures:
        follows = rf"{words.FINGERS}{words.BETWEEN} (?:{posture})\b(?! but\b)"
        leads = rf"\b(?:{posture}){words.ADJECTIVES} {words.FINGERS}"
        for pattern in (follows, leads):
            for found in re.finditer(pattern, sentence, re.IGNORECASE):
                facts.append(Fact("flexion", value, found[0], fingers=_fingers(found)))
    return facts


def _fingers(found: re.Match[str]) -> str:
    if found["named"]:
        names = re.findall(r"index|middle|ring|little|pinky", found["named"].lower())
        return "".join(dict.fromkeys(words.FINGER[name] for name in names))
    return "imrp" if found["all"] else ""


def _compare_flexion(fact: Fact, codes: Codes) -> bool | None:
    verdicts = set()
    for morpheme in codes.morphemes:
        selected = morpheme.get("SelectedFingers", "")
        spoken = set(fact.fingers) or ({"i", "m", "r", "p"} if selected == "imrp" else set())
        if fact.value == "flat":
            if morpheme.get("Flexion") == "Flat" and set(selected) <= spoken:
                verdicts.add(True)
            continue
        posture = POSTURE.get(morpheme.get("Flexion", ""))
        if posture is None or morpheme.get("FlexionChange") != "0" or not selected:
            return None
        if set(selected) <= spoken:
            verdicts.add(posture == fact.value)
    return True in verdicts if verdicts else None


def _path(sentence: str) -> list[Fact]:
    facts = []
    _, rest = _take(words.NOT_OF_MOVING, sentence)
    for value, pattern in words.PATHS.items():
        found, rest = _take(pattern, rest)
        if found:
            facts.append(Fact("path", value, found[0]))
    return facts


def _compare_path(fact: Fact, codes: Codes) -> bool | None:
    values = codes.values("Movement")
    if values & {"", "Other"}:
        return None
    if fact.value in values:
        return True
    if len(codes.morphemes) > 1 and "None" in values:
        return None  # on the way from one place to the other the hand has to move
    return None if PATH_KIN.get(fact.value, set()) & values else False


_COMPARE = {
    "handedness": _compare_hands,
    "contact": _compare_contact,
    "repetition": _compare_repetition,
    "flexion": _compare_flexion,
    "path": _compare_path,
}
