"""Rules on words alone: references, letters, meaning, length."""

import pytest

from gspmc.describe.checks.fields import FieldText
from gspmc.describe.checks.wording import (
    LETTER,
    MEANING,
    REFERENCE,
    TOKENS,
    WORDS,
    check_wording,
)


def rules(text: str) -> set[str]:
    return {check.rule for check in check_wording([FieldText("refined", "refined", text)], None)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The movement is like the sign for LOVE.", {REFERENCE}),
        ('Use the same handshape as in "BLICK".', {REFERENCE}),
        ("It is made as in the sign for mother.", {REFERENCE}),
        ("See WATER.", {REFERENCE}),
        ("The right hand forms the letter Q.", {LETTER}),
        ("A bent-V hand taps the chin.", {LETTER}),
        ("The 5 hand moves down.", {LETTER}),
        ("A hand is held up.", set()),
        ("A flat hand is held up.", set()),
        ("This means a house.", {MEANING}),
        ("It comes from an older form.", {MEANING}),
        ("The hands come from the sides of the body.", set()),
        ("The hand moves as if cutting bread.", {MEANING}),
        ("The index finger is bent like a hook.", set()),
        ("In English it is another word.", {MEANING}),
        ("The right hand circles twice at the chin, the fingers spread.", set()),
    ],
)
def test_words(text: str, expected: set[str]) -> None:
    assert rules(text) == expected


def test_length(words) -> None:
    texts = [
        FieldText("refined", "refined", "up " * 59 + "up."),
        FieldText("s", "synonym", "up " * 61),
    ]
    assert [check.rule for check in check_wording(texts, words(60))] == [TOKENS, WORDS, TOKENS]
    assert not check_wording(texts[:1], words(62))


def test_the_quote_is_the_sentence_and_the_field_its_place() -> None:
    text = FieldText("synonyms[1]", "synonym", "The hand rises. This means up. It stops.")
    (check,) = check_wording([text], None)
    assert (check.field, check.quote) == ("synonyms[1]", "This means up.")
