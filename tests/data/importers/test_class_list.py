"""Lists of classes."""

from pathlib import Path

import pytest
from tests.data.importers.forms import text

from gspmc.data.importers.class_list import ClassList, numbers_as_names, read_class_list
from gspmc.errors import GspmcError


@pytest.mark.parametrize(
    ("content", "column", "names", "first"),
    [
        ("情况\n前途\n\n形势\n", None, ("情况", "前途", "形势"), 0),
        ("\ufeffa b\nc\n", None, ("a b", "c"), 0),
        ("0\tbook\n1\tdrink\n", None, ("book", "drink"), 0),
        ("01|Opaque|R|\n02|Red|R|\n", None, ("Opaque", "Red"), 1),
        ("1\tdrink\n0\tbook\n", None, ("book", "drink"), 0),
        ("0\tbook\nx\n", None, ("0\tbook", "x"), 0),  # not all lines have a number
        ("ClassId,TR,EN\n0,abla,sister\n1,acele,hurry\n", "TR", ("abla", "acele"), 0),
        ("ClassId,TR,EN\n1,acele,hurry\n0,abla,sister\n", "EN", ("sister", "hurry"), 0),
        ("you\nme\nyou\n", None, ("you (0)", "me", "you (2)"), 0),
    ],
)
def test_forms(
    tmp_path: Path, content: str, column: str | None, names: tuple[str, ...], first: int
) -> None:
    found = read_class_list(text(tmp_path / "list", content), column)
    assert found == ClassList(names, first)
    assert [found.name(number) for number in range(first, first + len(names))] == list(names)
    assert found.name(first - 1) is None and found.name(first + len(names)) is None


@pytest.mark.parametrize(
    ("content", "column", "message"),
    [
        ("", None, "names no class"),
        ("2\ta\n3\tb\n", None, "from 0 or 1 without a gap"),
        ("0\ta\n2\tb\n", None, "without a gap"),
        ("0\ta\n0\tb\n", None, "without a gap"),
        ("ClassId,EN\n0,a\n", "TR", "lacks the column 'TR'"),
        ("id,TR\n0,a\n", "TR", "lacks the column 'ClassId'"),
        ("ClassId,TR\nx,a\n", "TR", "needs a ClassId"),
        ("ClassId,TR\n0\n", "TR", "needs a ClassId"),
    ],
)
def test_other_files_are_one_line(
    tmp_path: Path, content: str, column: str | None, message: str
) -> None:
    with pytest.raises(GspmcError, match=message) as failure:
        read_class_list(text(tmp_path / "list", content), column)
    assert "\n" not in str(failure.value)


@pytest.mark.parametrize(
    ("first", "numbers", "verdict"),
    [
        (0, {1, 2, 3}, "shifted"),
        (0, {2, 3}, "shifted"),  # a part of the clips need not have every class
        (0, {0, 1, 2}, ""),
        (0, {0, 3}, ""),
        (0, {1, 2}, "doubtful"),  # the first class may have no clip
        (0, {1, 3, 9}, "doubtful"),  # wrong either way
        (1, {0, 1, 2}, "shifted"),
        (1, {0, 1}, "shifted"),
        (1, {1, 2, 3}, ""),
        (1, {0, 3}, ""),
        (1, {1, 2}, "doubtful"),
        (0, set(), ""),
    ],
)
def test_shifted_labels_are_noticed(first: int, numbers: set[int], verdict: str) -> None:
    classes = ClassList(("a", "b", "c"), first)
    if verdict == "shifted":
        with pytest.raises(GspmcError, match=f"add --labels-from {1 - first}"):
            classes.refuse_shifted(numbers, "list")
        return
    classes.refuse_shifted(numbers, "list")
    notes = list(classes.note_doubt(numbers))
    assert len(notes) == (verdict == "doubtful")
    for note in notes:
        own = {0: "0 (a)", 1: "3 (c)"}[first]
        advice = f"if they count from {1 - first}, add --labels-from {1 - first}"
        assert str(note) == f"labels (none is {own}: {advice})"


def test_numbers_keep_their_order_as_names() -> None:
    names = numbers_as_names({0, 3, 11}).names
    assert len(names) == 12 and names == tuple(sorted(names)) and names[3] == "03"
    assert numbers_as_names(set()).names == ("0",)
