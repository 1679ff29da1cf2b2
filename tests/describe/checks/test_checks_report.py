"""All checks together: verdicts, scores, pairs, and the same again."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gspmc.describe.checks import check_all, check_description, used_entries, with_checks
from gspmc.describe.checks.output import pair_lines, report_json
from gspmc.describe.checks.report import RULES
from gspmc.describe.entry import Entry
from gspmc.text import Check, Description, PartText, Source

CODES = {
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
ENTRY = Entry(
    id="wug", headword="wug", text="The right hand rests.", codes=json.dumps({"morphemes": [CODES]})
)
GOOD = "The right hand is a fist. It taps the chin repeatedly, moving in a straight line."


def description(label: str = "wug", refined: str = GOOD, **fields: object) -> Description:
    given_fields = {
        "synonyms": [],
        "parts": [PartText(text="The right hand taps the chin.", parts=["right_hand", "face"])],
        "sources": [Source(id="wug")],
        **fields,
    }
    return Description(label=label, primary="x", refined=refined, **given_fields)  # type: ignore[arg-type]


@pytest.fixture
def letters(words):
    """An encoder whose vectors count letters."""
    encoder = words(200)
    encoder.width = 26

    def encode(texts: list[str]) -> np.ndarray:
        counts = [[text.lower().count(chr(97 + row)) for row in range(26)] for text in texts]
        vectors = np.array(counts, dtype=np.float32).reshape(len(texts), 26) + 1e-3
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    encoder.encode = encode
    return encoder


def test_a_good_description_has_no_finding() -> None:
    assert check_description(description(), [ENTRY]) == []


def test_a_contradiction_says_what_the_expert_says() -> None:
    (check,) = check_description(description(refined=f"{GOOD} It is made once."), [ENTRY])
    assert check.rule == "contradicted_repetition"
    assert check.quote == "It is made once."
    assert "RepeatedMovement 1" in check.message


def test_without_entries_nothing_is_contradicted() -> None:
    assert check_description(description(refined=f"{GOOD} It is made once.")) == []


def test_a_left_hand_is_told_once() -> None:
    found = check_description(description(refined=f"{GOOD} The left hand is flat."), [ENTRY])
    assert [check.rule for check in found] == ["one_handed_left_hand"]


def test_report(make_kb, letters) -> None:
    kb = make_kb(ENTRY)
    zigzag = "Zigzag, quick, fuzzy: the hand buzzes. Wow. The left hand waves."
    wrong = description("dax", zigzag)
    report = check_all({"wug": description(), "dax": wrong}, kb, letters)
    assert report.findings["wug"] == []
    assert {check.rule for check in report.findings["dax"]} >= {"one_handed_left_hand"}
    assert report.scores["wug"] == 1.0
    assert report.scores["dax"] == 0.5  # one text of two
    assert sum(report.rates.values()) == pytest.approx(1)
    data = json.loads(json.dumps(report_json(report)))
    assert data["version"] == 1 and len(data["statements"]) == len(report.statements)


def test_passages_support_word_for_word(make_kb, letters) -> None:
    kb = make_kb(ENTRY)
    report = check_all({"wug": description(refined="The right hand rests.")}, kb, letters)
    assert report.statements[0].verdict == "supported"
    assert report.statements[0].evidence == "the passage"


def test_texts_of_two_signs(letters) -> None:
    signs = {
        name: description(name, f"{text}.", synonyms=[f"{text} now."])
        for name, text in (("a", "The right hand rises"), ("b", "THE right hand, rises"))
    }
    report = check_all(signs, None, letters)
    kinds = sorted(pair.kind for pair in report.pairs)
    assert kinds == ["part", "refined", "synonym"]
    assert {pair.similarity for pair in report.pairs} == {1.0}
    near = [check for check in report.findings["a"] if check.rule == "near_identical"]
    assert [check.field for check in near] == ["refined", "synonyms[0]"]  # parts may be shared
    assert len(list(pair_lines(report.pairs))) == 3
    assert report.rates == {}


def test_checking_twice_is_checking_once() -> None:
    kept = Check(rule="matched_by", message="by alias")
    signed = description(refined=f"{GOOD} It is made once.", checks=[kept])
    once = with_checks(signed, check_description(signed, [ENTRY]))
    twice = with_checks(once, check_description(once, [ENTRY]))
    assert once.checks[0] == kept and len(once.checks) == 2
    assert twice == once


def test_quoted_sources_are_those_that_were_used(make_kb) -> None:
    kb = make_kb(ENTRY)
    sources = [Source(id="BLICK"), Source(id="wug", quote="x"), Source(id="gone", quote="y")]
    assert [entry.id for entry in used_entries(description(sources=sources), kb)] == ["wug"]
    assert [entry.id for entry in used_entries(description(sources=sources[:1]), kb)] == ["BLICK"]


def test_what_a_model_was_only_shown_is_no_evidence(make_kb) -> None:
    kb = make_kb(ENTRY)
    sources = [Source(id="BLICK", quote="x"), Source(id="wug", quote="x", use="shown")]
    assert [entry.id for entry in used_entries(description(sources=sources), kb)] == ["BLICK"]
    assert used_entries(description(sources=sources[1:]), kb) == []


@settings(deadline=None, max_examples=50)
@given(st.text(min_size=1, max_size=150).filter(str.strip), st.text(max_size=80).filter(str.strip))
def test_any_text_can_be_checked(refined: str, synonym: str) -> None:
    odd = description(refined=refined, synonyms=[synonym])
    for check in check_description(odd, [ENTRY]):
        assert check.rule in RULES and check.message
