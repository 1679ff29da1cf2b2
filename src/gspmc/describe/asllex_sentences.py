"""The codes of one morpheme as sentences, one component a sentence.

Subject and main verb stand first, so that a sentence is recognised as handshape, location,
movement or second hand by the same keyword tables as any other corpus.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from gspmc.describe.asllex_values import (
    AWAY,
    FLEXION_CHANGE,
    HANDSHAPES,
    LOCATIONS,
    MAJOR_LOCATIONS,
    NOT_CODED,
    ONE_HANDED,
    PATHS,
    REPETITION,
    SECOND_HAND,
    SELECTED_FINGERS,
    SPREAD_CHANGE,
    SYMMETRICAL,
    THUMB,
    UNNAMED_SECOND_HANDSHAPES,
)
from gspmc.describe.subjects import plural

BINARY = ("0", "1")

MORPHEME_VALUES: Mapping[str, Collection[str]] = {
    "Handshape": HANDSHAPES,
    "SelectedFingers": SELECTED_FINGERS,
    "Flexion": FLEXION_CHANGE,
    "FlexionChange": BINARY,
    "Spread": BINARY,
    "SpreadChange": BINARY,
    "ThumbPosition": ("Open", "Closed"),
    "ThumbContact": BINARY,
    "SignType": SECOND_HAND,
    "Movement": PATHS,
    "RepeatedMovement": BINARY,
    "MajorLocation": MAJOR_LOCATIONS,
    "MinorLocation": LOCATIONS,
    "SecondMinorLocation": LOCATIONS,
    "Contact": BINARY,
    "NonDominantHandshape": (*HANDSHAPES, *UNNAMED_SECOND_HANDSHAPES),
    "UlnarRotation": BINARY,
}
"""Column of a morpheme -> the values that the table of values holds."""

Codes = Mapping[str, str]
"""Column (of ``MORPHEME_VALUES``) -> raw value of one morpheme."""


class UnknownValueError(ValueError):
    """A value that the table of values does not hold; says column and value."""


def morpheme_sentences(codes: Codes, before: Codes | None) -> list[str]:
    """Sentences of one morpheme: handshape, location, movement, second hand.

    Args:
        before: the morpheme before, None for the first. What stays as it was is not said again.

    Raises:
        UnknownValueError: a value outside the documented table.
    """
    for field, values in MORPHEME_VALUES.items():
        if _is_coded(codes, field) and codes[field] not in values:
            raise UnknownValueError(f"{field} '{codes[field]}'")
    sentences = [
        *_handshapes(codes, before),
        _location(codes, before),
        _movement(codes, before),
        _second_hand(codes, before),
    ]
    said = [sentence for sentence in sentences if sentence]
    if before is not None and said:
        said[0] = f"then {said[0]}"
    return [f"{sentence[0].upper()}{sentence[1:]}." for sentence in said]


def _is_coded(codes: Codes, field: str) -> bool:
    return codes[field] not in NOT_CODED


def _acts_alike(codes: Codes) -> bool:
    return codes["SignType"] == SYMMETRICAL


def _subject(codes: Codes) -> str:
    return "both hands" if _acts_alike(codes) else "the right hand"


def _verb(codes: Codes, one: str) -> str:
    """The verb for one hand, or for both."""
    return plural(one) if _acts_alike(codes) else one


def _shape(codes: Codes) -> str:
    """What the right hand does: fingers by the handshape's name, thumb by its own codes."""
    handshape = HANDSHAPES[codes["Handshape"]]
    thumb = handshape.thumb
    if _is_coded(codes, "SelectedFingers") and _is_coded(codes, "ThumbPosition"):
        contact = codes["ThumbContact"] or "NA"
        if handshape.thumb:  # a shape that places the thumb itself needs no clause of its own
            thumb = THUMB[codes["ThumbPosition"], contact].format(
                fingers=SELECTED_FINGERS[codes["SelectedFingers"]]
            )
    return f"{handshape.fingers}, {thumb}" if thumb else handshape.fingers


def _left_shape(codes: Codes) -> str | None:
    """What the left hand does where its shape is coded by itself."""
    if codes["NonDominantHandshape"] in UNNAMED_SECOND_HANDSHAPES:
        return "another shape"
    if not _is_coded(codes, "NonDominantHandshape"):
        return None
    if codes["NonDominantHandshape"] == codes["Handshape"]:
        return _shape(codes)
    handshape = HANDSHAPES[codes["NonDominantHandshape"]]
    return f"{handshape.fingers}, {handshape.thumb}" if handshape.thumb else handshape.fingers


def _handshapes(codes: Codes, before: Codes | None) -> list[str]:
    if not _is_coded(codes, "Handshape"):
        return []
    shape = _shape(codes)
    if before and before["Handshape"] in HANDSHAPES and _shape(before) == shape:
        hands_before = _acts_alike(before)
        if hands_before or not _acts_alike(codes):
            return []
    left = _left_shape(codes)
    if _acts_alike(codes) and left not in (None, shape):
        return [f"the right hand holds {shape}", f"the left hand holds {left}"]
    return [f"{_subject(codes)} {_verb(codes, 'holds')} {shape}"]


def _place(codes: Codes, field: str) -> tuple[str, str]:
    """(preposition, place) of a minor location."""
    other = "other" if _acts_alike(codes) else "left"
    major = MAJOR_LOCATIONS.get(codes["MajorLocation"], "the body").format(other=other)
    preposition, place = LOCATIONS[codes[field]]
    return preposition, place.format(other=other, major=major)


def _location(codes: Codes, before: Codes | None) -> str | None:
    if not _is_coded(codes, "MinorLocation"):
        return None
    preposition, place = _place(codes, "MinorLocation")
    subject, contact = _subject(codes), _contact(codes)
    if _is_coded(codes, "SecondMinorLocation"):
        end_preposition, end = _place(codes, "SecondMinorLocation")
        starts, ends = _verb(codes, "starts"), _verb(codes, "ends")
        if end == place:
            return f"{subject} {starts} and {ends} {preposition} {place}{contact}"
        way = f"{preposition} {place} and {ends} {end_preposition} {end}"
        return f"{subject} {starts} {way}{contact}"
    if codes["Contact"] == "1" and codes["MinorLocation"] not in AWAY:
        return f"{subject} {_verb(codes, 'touches')} {place}"
    if before and not contact and codes["MinorLocation"] == _end(before):
        return None
    return f"{subject} {_verb(codes, 'is')} {preposition} {place}{contact}"


def _end(codes: Codes) -> str:
    """Where a morpheme leaves the hand."""
    second = codes["SecondMinorLocation"]
    return codes["MinorLocation"] if second in NOT_CODED else second


def _contact(codes: Codes) -> str:
    """Contact with the major location, or of both hands with each other."""
    if codes["Contact"] in NOT_CODED:
        return ""
    if codes["MajorLocation"] == "Neutral":
        if not _acts_alike(codes):
            return ", with contact" if codes["Contact"] == "1" else ""
        touching = "touching" if codes["Contact"] == "1" else "not touching"
        return f", {touching} each other"
    return ", with contact" if codes["Contact"] == "1" else ", without contact"


def _movement(codes: Codes, before: Codes | None) -> str | None:
    if not _is_coded(codes, "Movement"):
        return None
    times = REPETITION[codes["RepeatedMovement"]]
    inside = _inner_movements(codes)
    stays = codes["Movement"] == "None"
    if stays and before is not None and not inside and times != "repeatedly":
        return None
    path = PATHS[codes["Movement"]].format(times=times).replace("  ", " ")
    verb, rest = path.split(" ", 1)
    way = ", together or in turn," if _acts_alike(codes) and not stays else ""
    sentence = f"{_subject(codes)}{way} {_verb(codes, verb)} {rest}"
    if inside:
        repeated = f" {times}" if stays and times else ""
        sentence += f" while {' and '.join(inside)}{repeated}"
    elif stays and times == "repeatedly":
        sentence += " but repeats a small movement"
    return sentence


def _inner_movements(codes: Codes) -> list[str]:
    """Wrist twist and changes of the fingers, as clauses."""
    alike = _acts_alike(codes)
    clauses = []
    if codes["UlnarRotation"] == "1":
        clauses.append("both wrists twist" if alike else "the right wrist twists")
    fingers = "fingers"
    if _is_coded(codes, "SelectedFingers"):
        fingers = SELECTED_FINGERS[codes["SelectedFingers"]]
    several = fingers.endswith("s")
    changes = []
    if codes["FlexionChange"] == "1":
        one, many = FLEXION_CHANGE[codes["Flexion"] or "NA"]
        changes.append(many if several else one)
    if codes["SpreadChange"] == "1":
        apart = SPREAD_CHANGE[codes["Spread"] or "NA"]
        changes.append(apart if several else f"the fingers {apart}")
    if changes:
        clauses.append(f"the {fingers} {' and '.join(changes)}")
    return clauses


def _second_hand(codes: Codes, before: Codes | None) -> str | None:
    """What the left hand does in a sign of two unlike hands."""
    if not _is_coded(codes, "SignType") or codes["SignType"] in (ONE_HANDED, SYMMETRICAL):
        return None
    role = SECOND_HAND[codes["SignType"]]
    shape = _left_shape(codes)
    sentence = f"the left hand {role}" + (f", holding {shape}" if shape else "")
    if before and _second_hand(before, None) == sentence:
        return None
    return sentence
