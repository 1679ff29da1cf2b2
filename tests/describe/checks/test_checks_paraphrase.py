"""Synonyms that lose a fact."""

import pytest

from gspmc.describe.checks.fields import FieldText
from gspmc.describe.checks.paraphrase import check_paraphrases

REFINED = (
    "Both hands hold the index finger straight. They touch the chin once, then move straight down."
)


def lost(synonym: str, refined: str = REFINED) -> str:
    texts = [FieldText("refined", "refined", refined), FieldText("s", "synonym", synonym)]
    return "".join(check.message for check in check_paraphrases(texts))


def test_a_whole_paraphrase_loses_nothing() -> None:
    assert not lost(
        "With extended index fingers the two hands contact the chin, and then a single "
        "movement goes down."
    )


@pytest.mark.parametrize(
    ("synonym", "fact"),
    [
        ("The two hands touch the chin, then go down a single time.", "handshape"),
        ("Two hands, index fingers straight, touch once and then go down.", "location (Head)"),
        ("Two hands, index fingers straight, touch the chin, then go down.", "repetition"),
        ("Two hands, index fingers straight, near the chin, then go down once.", "contact"),
        ("An index finger, straight, touches the chin once, then goes down.", "second hand"),
    ],
)
def test_lost(synonym: str, fact: str) -> None:
    assert fact in lost(synonym)


def test_what_is_wrong_in_the_refined_text_need_not_be_repeated() -> None:
    refined = "The hand is flat. It touches the belly."
    texts = [
        FieldText("refined", "refined", refined),
        FieldText("synonyms[0]", "synonym", "A flat hand."),
    ]
    assert check_paraphrases(texts)
    assert not check_paraphrases(texts, faulty={"It touches the belly."})
