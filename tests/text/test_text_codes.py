"""An expert's codes as a file."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gspmc.errors import GspmcError
from gspmc.text.codes import read_codes, write_codes

CODES = {
    "book": {"Movement": "Curved", "right_hand/Handshape": "b", "Same": "x"},
    "drink": {"Movement": "Straight", "right_hand/Handshape": "c", "Same": "x"},
    "eat": {"Movement": "Curved", "right_hand/Handshape": "", "Same": "x"},
}


def test_values_by_class_and_what_does_not_differ_is_left_out(tmp_path: Path) -> None:
    write_codes(tmp_path / "c.csv", CODES)
    codes = read_codes(tmp_path / "c.csv", ["eat", "unknown", "book", "drink"])
    assert [(f.name, f.values) for f in codes.fields] == [
        ("Movement", ("Curved", "Straight")),
        ("right_hand/Handshape", ("b", "c")),
    ]
    assert codes.table.tolist() == [[0, -1], [-1, -1], [0, 0], [1, 1]]


cells = st.text(st.characters(exclude_categories=["Cs", "Cc", "Z"]), max_size=4)


@given(st.dictionaries(cells.filter(bool), st.tuples(cells, cells), min_size=2, max_size=6))
def test_whatever_is_written_is_read(tmp_path_factory: pytest.TempPathFactory, values) -> None:
    path = tmp_path_factory.mktemp("codes") / "c.csv"
    named = {
        label: {"number": str(number), "a": first, "face/b": second}
        for number, (label, (first, second)) in enumerate(values.items())
    }
    write_codes(path, named)
    codes = read_codes(path, sorted(named))
    assert {"number"} <= {field.name for field in codes.fields} <= {"number", "a", "face/b"}
    for column, field in enumerate(codes.fields):
        for row, label in enumerate(sorted(named)):
            index = int(codes.table[row, column])
            assert named[label][field.name] == (field.values[index] if index >= 0 else "")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("sign,a\nbook,x\n", "needs a column 'label'"),
        ("label,a,a\nbook,x,y\n", "every other name once"),
        ("label,foot/a\nbook,x\n", "'foot/a' names no part: use body"),
        ("label,a\nbook,x\nbook,y\n", ":3: label 'book' is there twice"),
        ("label,a\nbook,x,y\n", ":2: label 'book' has more cells"),
        ("label,a\nbook,x\ndrink,x\n", "tells no two of the 2 classes apart"),
        ("", "needs a column 'label'"),
        (None, "gspmc kb codes"),
    ],
)
def test_what_cannot_be_read_is_one_line(tmp_path: Path, text: str | None, message: str) -> None:
    if text is not None:
        (tmp_path / "c.csv").write_text(text)
    with pytest.raises(GspmcError, match=message) as failure:
        read_codes(tmp_path / "c.csv", ["book", "drink"])
    assert "\n" not in str(failure.value) and "c.csv" in str(failure.value)
