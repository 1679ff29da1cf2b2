from collections.abc import Callable

import pytest

from gspmc.describe.entry import Entry
from gspmc.describe.knowledge import KnowledgeBase
from gspmc.describe.references import Resolved, resolve_references

FIST = "The right hand makes a fist."
CHIN = "The right hand is at the chin."
UP = "The right hand moves up twice."

MakeKb = Callable[..., KnowledgeBase]


def resolve(kb: KnowledgeBase, name: str) -> Resolved:
    entry = kb.get(name)
    assert entry is not None
    return resolve_references(entry, kb)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('Use the same handshape as in "BLICK". The brows rise.', [FIST, "The brows rise."]),
        ("See BLICK.", [FIST, CHIN, UP]),
        ("Like the sign for BLICK but at the nose.", [FIST, UP, "The sign is made at the nose."]),
        ("Like BLICK, but the right hand moves down.", [FIST, CHIN, "The right hand moves down."]),
        ("Like BLICK but slower.", [FIST, CHIN, UP, "Slower."]),
        (
            'Like BLICK but with the same handshape as in "ZUM".',
            [CHIN, UP, "The right hand makes a flat hand."],
        ),
        (
            "Like VOR but the brows are furrowed.",
            [FIST, "The lips are pursed.", "The brows are furrowed."],
        ),
        ("Make the sign for BLICK, then the hands part.", [FIST, CHIN, UP, "Then the hands part."]),
        (
            'With the same handshape as in "BLICK", the right hand taps the nose.',
            [FIST, "The right hand taps the nose."],
        ),
        (
            'The left hand has the same handshape as in "BLICK" and keeps still.',
            ["The left hand makes a fist.", "The left hand keeps still."],
        ),
        (
            'Both hands move up. Use the same handshape as in "BLICK".',
            ["Both hands move up.", "Both hands make a fist."],
        ),
        (
            'Use the same handshape as in "ZUM". The right hand is at the nose.',
            ["The right hand makes a flat hand.", "The right hand is at the nose."],
        ),
        ('The same location and movement as in "BLICK".', [CHIN, UP]),
    ],
)
def test_a_reference_becomes_what_it_refers_to(
    make_kb: MakeKb, text: str, expected: list[str]
) -> None:
    result = resolve(make_kb(WUG=text), "WUG")
    assert result.sentences == expected
    assert result.checks == []
    assert {entry.id for entry in result.used} <= {"BLICK", "ZUM", "VOR"}
    assert result.used


def test_variants_of_a_language_are_one(make_kb: MakeKb) -> None:
    kb = make_kb(Entry("blick", "BLICKET", FIST, language="en-US"), WUG="See BLICKET.")
    assert resolve(kb, "WUG").sentences == [FIST]


def test_references_of_references_are_followed_three_deep(make_kb: MakeKb) -> None:
    kb = make_kb(A="See AB.", AB="See AC.", AC="See AD.", AD="See AE.", AE=UP)
    assert resolve(kb, "AB").sentences == [UP]
    too_deep = resolve(kb, "A")
    assert too_deep.sentences == []
    assert [check.rule for check in too_deep.checks] == ["reference_depth"]
    assert "A → AB → AC → AD → AE" in too_deep.checks[0].message


def test_a_cycle_ends_and_is_reported(make_kb: MakeKb) -> None:
    kb = make_kb(TIK=f"{UP} Use the same handshape as in TOK.", TOK="See TIK.")
    result = resolve(kb, "TIK")
    assert result.sentences == [UP]
    assert result.checks[0].rule == "reference_cycle"
    assert "TIK → TOK → TIK" in result.checks[0].message


@pytest.mark.parametrize(
    ("text", "rule", "left"),
    [
        ('Use the same handshape as in "NOWHERE".', "unresolved_reference", []),
        ("See NOWHERE.", "unresolved_reference", []),
        ('The same handshape as in "". The hand moves.', "reference_gap", ["The hand moves."]),
        ('Use the same handshape as in "MIX".', "unresolved_reference", []),
        ("The right hand makes the handshape Q.", "unresolved_reference", []),
        (
            "The hand, as in the sign for ZUM, circles.",
            "reference_form",
            ["The hand, as in the sign for ZUM, circles."],
        ),
        (
            "Like MIX but with a flat hand.",
            "unclear_change",
            ["The sign is made with a flat hand."],
        ),
    ],
)
def test_what_cannot_be_resolved_is_reported_and_not_guessed(
    make_kb: MakeKb, text: str, rule: str, left: list[str]
) -> None:
    result = resolve(make_kb(WUG=text), "WUG")
    assert result.sentences == left
    assert rule in [check.rule for check in result.checks]
    assert all(check.quote and check.message for check in result.checks)


def test_a_letter_is_looked_up(make_kb: MakeKb) -> None:
    letter = Entry("q", "Handshape Q", "The right hand holds the index finger down.")
    kb = make_kb(letter, WUG="The right hand makes the handshape Q.")
    assert resolve(kb, "WUG").sentences == ["The right hand holds the index finger down."]


def test_other_content_is_dropped_and_listed(make_kb: MakeKb) -> None:
    result = resolve(make_kb(), "BLICK")
    assert result.sentences == [FIST, CHIN, UP]
    assert [(check.rule, check.quote) for check in result.checks] == [
        ("not_movement", "Etymology: from a stone.")
    ]


def test_entries_of_another_language_are_not_followed(make_kb: MakeKb) -> None:
    kb = make_kb(Entry("hus", "HUS", UP, language="sv"), WUG="See HUS.")
    assert resolve(kb, "WUG").checks[0].rule == "unresolved_reference"


def test_trouble_in_sentences_not_asked_for_is_not_reported(make_kb: MakeKb) -> None:
    kb = make_kb(ODD=f"{FIST} See NOWHERE.", WUG='Use the same handshape as in "ODD".')
    result = resolve(kb, "WUG")
    assert (result.sentences, result.checks) == ([FIST], [])
