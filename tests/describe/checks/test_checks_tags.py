"""Part tags and left-hand texts."""

import pytest

from gspmc.describe.checks.fields import FieldText
from gspmc.describe.checks.tags import check_one_handed, check_tags


def part(text: str, *tags: str) -> FieldText:
    return FieldText("parts[0]", "part", text, tags)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "tags", "wrong"),
    [
        ("The lips are rounded.", ("face",), True),
        ("The lips are rounded.", ("mouth",), False),
        ("The brows are raised.", ("mouth",), True),
        ("The right hand taps the chin.", ("right_hand",), True),
        ("The right hand taps the chin.", ("right_hand", "face", "mouth"), False),
        ("The right hand moves in front of the chest.", ("right_hand",), False),
        ("The right hand moves away from the head.", ("right_hand",), False),
        ("The right wrist twists.", ("left_hand",), True),
        ("The left hand faces the right hand.", ("left_hand",), False),
        ("Both hands move up.", ("right_hand",), True),
        ("flat hands, fingers together, on both hands", ("right_hand", "left_hand"), False),
        ("fingers bend during the stroke", ("right_hand",), False),
        ("The right hand moves up.", ("right_hand", "mouth"), True),
    ],
)
def test_tags(text: str, tags: tuple[str, ...], wrong: bool) -> None:
    assert bool(check_tags([part(text, *tags)])) == wrong


def test_other_texts_have_no_tags() -> None:
    assert not check_tags([FieldText("refined", "refined", "The lips are rounded.")])


def test_left_hand_of_a_one_handed_sign() -> None:
    texts = [
        part("The left hand is flat.", "left_hand"),
        FieldText("refined", "refined", "The hand rises. The other hand is still."),
        FieldText("synonyms[0]", "synonym", "The left hand is not used. The right hand rises."),
    ]
    assert [(check.field, check.quote) for check in check_one_handed(texts)] == [
        ("parts[0]", "The left hand is flat."),
        ("refined", "The other hand is still."),
    ]
