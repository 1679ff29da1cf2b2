from collections.abc import Callable
from pathlib import Path

import pytest

from gspmc.describe.entry import Entry
from gspmc.describe.knowledge import KnowledgeBase
from gspmc.describe.labels import Label, find_entries, read_labels
from gspmc.errors import GspmcError

MakeKb = Callable[..., KnowledgeBase]


def write(tmp_path: Path, name: str, text: str) -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def test_one_a_line(tmp_path: Path) -> None:
    path = write(tmp_path, "labels.txt", "\ufeffbook\r\n\nice cream \nbook\n")
    assert read_labels(path) == [Label("book"), Label("ice cream")]


def test_csv(tmp_path: Path) -> None:
    path = write(
        tmp_path, "l.csv", 'label,language,translation\nabla,tr,"sister"\nacele,,\n,tr,x\n'
    )
    assert read_labels(path) == [Label("abla", "tr", "sister"), Label("acele")]
    assert read_labels(write(tmp_path, "m.csv", "label\nabla\n")) == [Label("abla")]


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("l.csv", "ClassId,TR,EN\n0,abla,sister\n", "has the columns ClassId, TR, EN; name them"),
        ("l.csv", "label,translation\na,b\na,c\n", r"l\.csv:3: label 'a' is there before"),
        ("l.csv", "label,language\nA, B,en\n", r"l\.csv:2 has more cells than the first line"),
        ("l.csv", "", "has the columns"),
        ("l.txt", "\n", "holds no labels"),
    ],
)
def test_a_broken_list_is_named(tmp_path: Path, name: str, text: str, message: str) -> None:
    with pytest.raises(GspmcError, match=message):
        read_labels(write(tmp_path, name, text))


def test_an_absent_list(tmp_path: Path) -> None:
    with pytest.raises(GspmcError, match="cannot read labels"):
        read_labels(tmp_path / "absent.txt")


@pytest.fixture
def kb(make_kb: MakeKb) -> KnowledgeBase:
    return make_kb(
        Entry("go_1", "go", "Up.", ("depart",), frequency=1.0),
        Entry("go_2", "go", "Up.", frequency=5.0),
        Entry("son", "son", "Up."),
        Entry("shoe", "shoe", "Up."),
        Entry("us", "us", "Up."),
        Entry("city", "city", "Up."),
        Entry("glas", "glas", "Up."),
    )


@pytest.mark.parametrize(
    ("label", "how", "ids"),
    [
        (Label("GO"), "exact", ["go_2", "go_1"]),
        (Label("depart"), "alias", ["go_1"]),
        (Label("shoes"), "number", ["shoe"]),
        (Label("cities"), "number", ["city"]),
        (Label("go_1"), "id", ["go_1"]),
        (Label("fils", "fr", "son"), "translation", ["son"]),
        (Label("son", "tr", "go"), "translation", ["go_2", "go_1"]),
        (Label("son", "en-US"), "exact", ["son"]),
        (Label("son", "en_US"), "exact", ["son"]),
    ],
)
def test_how_a_label_is_found(kb: KnowledgeBase, label: Label, how: str, ids: list[str]) -> None:
    match = find_entries(label, kb)
    assert match is not None
    assert (match.how, [entry.id for entry in match.entries]) == (how, ids)


@pytest.mark.parametrize(
    "label",
    [Label("gone"), Label("u"), Label("glass"), Label("son", "tr"), Label("shoo"), Label("")],
)
def test_nothing_is_guessed(kb: KnowledgeBase, label: Label) -> None:
    assert find_entries(label, kb) is None
