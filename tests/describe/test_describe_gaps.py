import pytest

from gspmc.describe.entry import Entry
from gspmc.describe.gaps import gaps_of


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Same handshape as in “”.", 1),
        ("手形同「」，位置同『 』。", 2),
        ('Like "" but at the chin, see "BOOK" "GO".', 1),
        ("glyph \ufffd\ufffd lost, and \ufffd again", 2),
        ("voir « » et «OUI»", 1),
        ('「爱」 is “love”; f("")=1', 1),
        ('5" long, 6"" high', 0),
    ],
)
def test_gaps(text: str, count: int) -> None:
    found = list(gaps_of(Entry("a", "a", text, location="p. 3")))
    assert len(found) == count
    assert all(gap.startswith("p. 3: …") for gap in found)
