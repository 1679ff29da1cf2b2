import pytest

from gspmc.describe.entry import headword_key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ice_Cream", "ice cream"),
        ("ice-cream", "ICE  CREAM "),
        ("café", "CAFE"),
        ("café", "cafe\u0301"),
        ("this/it", "this it"),
        ("Straße", "STRASSE"),
        ("수어", "\u1109\u116e\u110b\u1165"),
    ],
)
def test_words_that_are_the_same(one: str, other: str) -> None:
    assert headword_key(one) == headword_key(other) != ""


@pytest.mark.parametrize(
    ("one", "other"), [("icecream", "ice cream"), ("book", "books"), ("情况", "情形"), ("か", "が")]
)
def test_words_that_are_not(one: str, other: str) -> None:
    assert headword_key(one) != headword_key(other)
