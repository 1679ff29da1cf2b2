import pytest

from gspmc.describe.subjects import hands_of, with_hands

RIGHT = "The right hand touches and goes round, together."
BOTH = "Both hands, together or in turn, are and have it."


@pytest.mark.parametrize(
    ("sentence", "hands", "expected"),
    [
        (RIGHT, "left", "The left hand touches and goes round, together."),
        (RIGHT, "both", "Both hands touch and go round, together."),
        (RIGHT, "right", RIGHT),
        (BOTH, "right", "The right hand is and has it."),
        ("Then both hands push the hand.", "right", "Then the right hand pushes the hand."),
        ("The brows are raised.", "left", "The brows are raised."),
    ],
)
def test_another_subject(sentence: str, hands: str, expected: str) -> None:
    assert with_hands(sentence, hands) == expected


def test_who_acts() -> None:
    assert hands_of(RIGHT) == "right"
    assert hands_of(BOTH) == "both"
    assert hands_of("The non-dominant hand is flat.") == "left"
    assert hands_of("The nose wrinkles.") is None
