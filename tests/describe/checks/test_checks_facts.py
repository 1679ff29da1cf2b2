"""Claims of a sentence, and the codes they agree with."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gspmc.describe.checks.facts import Codes, agreement, facts_of

FIST_AT_CHIN = {
    "SelectedFingers": "imrp",
    "Flexion": "FullyClosed",
    "FlexionChange": "0",
    "SignType": "OneHanded",
    "Movement": "Straight",
    "RepeatedMovement": "1",
    "MajorLocation": "Head",
    "MinorLocation": "Chin",
    "Contact": "1",
}
IN_SPACE = {
    **FIST_AT_CHIN,
    "SelectedFingers": "i",
    "Flexion": "FullyOpen",
    "SignType": "SymmetricalOrAlternating",
    "Movement": "Circular",
    "RepeatedMovement": "0",
    "MajorLocation": "Neutral",
    "MinorLocation": "Neutral",
    "Contact": "0",
}


def claims(sentence: str, dimension: str) -> set[str]:
    return {fact.value for fact in facts_of(sentence) if fact.dimension == dimension}


@pytest.mark.parametrize(
    ("sentence", "dimension", "values"),
    [
        ("Both hands circle.", "handedness", {"both"}),
        ("One hand moves down.", "handedness", {"one"}),
        ("It is made with a single hand.", "handedness", {"one"}),
        ("One hand is held flat, the other taps it.", "handedness", set()),
        ("The left palm faces up.", "handedness", {"second"}),
        ("The left hand is not used.", "handedness", {"one"}),
        ("The hand touches the chin.", "location", {"Head"}),
        ("The hand is in front of the body.", "location", {"Neutral"}),
        ("It taps the other forearm.", "location", {"Arm"}),
        ("The hand moves toward the face.", "location", set()),
        ("The eyebrows are raised.", "location", set()),
        ("It nods while the brows lower.", "location", set()),
        ("The chin is tapped.", "location", {"Head"}),
        ("The hand taps the chin.", "contact", {"touching"}),
        ("The hands never touch.", "contact", {"apart"}),
        ("It moves without any contact.", "contact", {"apart"}),
        ("It slides along without losing contact.", "contact", {"touching"}),
        ("The thumb touches the index finger.", "contact", set()),
        ("The movement is repeated.", "repetition", {"repeated"}),
        ("It moves more than once.", "repetition", {"repeated"}),
        ("It is not repeated.", "repetition", {"once"}),
        ("It makes one straight movement.", "repetition", {"once"}),
        ("It taps once or twice.", "repetition", set()),
        ("One finger is bent.", "repetition", set()),
        ("The index finger is straight.", "flexion", {"straight"}),
        ("All four fingers are curled.", "flexion", {"bent"}),
        ("The index finger is out, the other fingers closed.", "flexion", set()),
        ("The fingers move in a straight line.", "flexion", set()),
        ("The hand moves in a circle.", "path", {"Circular"}),
        ("It arcs down.", "path", {"Curved"}),
        ("It goes straight up.", "path", {"Straight"}),
        ("The hand does not travel.", "path", {"None"}),
        ("Curved fingers are held up.", "path", set()),
    ],
)
def test_claims(sentence: str, dimension: str, values: set[str]) -> None:
    assert claims(sentence, dimension) == values


@pytest.mark.parametrize(
    ("sentence", "codes", "verdicts"),
    [
        ("The hand taps the chin repeatedly.", FIST_AT_CHIN, {True}),
        ("The hand touches the mouth.", FIST_AT_CHIN, {True}),  # words are no sharper than coders
        ("The hand touches the forehead.", FIST_AT_CHIN, {True, False}),
        ("The hand is at the belly.", FIST_AT_CHIN, {False}),
        ("All four fingers are straight.", FIST_AT_CHIN, {False}),
        ("The index finger is curved.", FIST_AT_CHIN, set()),  # one of the four selected
        ("It is made once.", FIST_AT_CHIN, {False}),
        ("Both hands circle once without contact.", IN_SPACE, {True}),
        ("Only one hand is used.", IN_SPACE, {False}),
        ("The index finger is hooked.", IN_SPACE, {False}),
        ("The hand moves in a straight line.", IN_SPACE, {False}),
    ],
)
def test_against_codes(sentence: str, codes: dict[str, str], verdicts: set[bool]) -> None:
    found = {agreement(fact, Codes([codes])) for fact in facts_of(sentence)}
    assert found - {None} == verdicts


def test_one_agreeing_morpheme_is_enough_and_silence_is_no_verdict() -> None:
    both = Codes([FIST_AT_CHIN, IN_SPACE])
    assert agreement(facts_of("It is made once.")[0], both) is True
    open_codes = Codes([{**FIST_AT_CHIN, "RepeatedMovement": ""}])
    assert agreement(facts_of("It is made once.")[0], open_codes) is None
    assert agreement(facts_of("It is made once.")[0], Codes()) is None


@given(st.text(max_size=200))
def test_no_text_breaks_it(text: str) -> None:
    for fact in facts_of(text):
        assert agreement(fact, Codes([FIST_AT_CHIN])) in (True, False, None)
