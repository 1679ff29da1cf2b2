from hypothesis import given
from hypothesis import strategies as st

from gspmc.describe.passages import PASSAGE_BYTES, passages

PIECES = st.sampled_from(
    ["a", "爱", "손", ". ", "。", "\n", "\n\n", " ", "word ", "x" * 700, "手" * 500]
)


@given(st.lists(PIECES, max_size=60).map("".join))
def test_nothing_is_lost_and_nothing_too_long(text: str) -> None:
    found = list(passages(text))
    assert "".join("".join(found).split()) == "".join(text.split())
    assert all(0 < len(passage.encode()) <= PASSAGE_BYTES for passage in found)
    assert all(passage.strip() for passage in found)


def test_paragraphs_stay_together_where_they_fit() -> None:
    short, long = "One. Two.", ("The hand moves up. " * 62).strip()
    assert list(passages(f"{short}\n\n{short}\n \n{long}\n\n{short}")) == [
        f"{short}\n\n{short}",
        f"{long}\n\n{short}",
    ]
