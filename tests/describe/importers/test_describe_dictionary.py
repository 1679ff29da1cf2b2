import csv
import json
import sqlite3
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gspmc.describe.build import build
from gspmc.describe.entry import Entry
from gspmc.describe.importers.dictionary import Columns, dictionary_documents
from gspmc.errors import GspmcError

ROWS = [
    {"gloss": "爱", "how": "右手抚摸左手拇指。", "also": "喜爱；喜欢", "rank": "3.5", "lang": "zh"},
    {"gloss": "ABLA", "how": "Yumruk, çeneye değer.", "also": "", "rank": "", "lang": "tr"},
    {"gloss": "", "how": "", "also": "", "rank": "", "lang": ""},
    {"gloss": "HUG", "how": 'Both arms cross,\nthen "squeeze".', "also": "embrace, cuddle"},
]
COLUMNS = Columns("gloss", "how", synonyms="also", language="lang", frequency="rank")


def read(path: Path, columns: Columns = COLUMNS, **options: str) -> list[Entry]:
    (document,) = dictionary_documents([path], columns, **options)  # type: ignore[arg-type]
    return list(document.read())


def write_separated(path: Path, delimiter: str) -> Path:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(ROWS[0]), delimiter=delimiter)
        writer.writeheader()
        writer.writerows(ROWS)
    return path


def write_sqlite(path: Path, **tables: list[dict[str, str]]) -> Path:
    with sqlite3.connect(path) as database:
        for name, rows in tables.items():
            names = list(ROWS[0])
            database.execute(f'CREATE TABLE "{name}" ({", ".join(names)})')
            marks = ", ".join("?" * len(names))
            values = [[row.get(column) for column in names] for row in rows]
            database.executemany(f'INSERT INTO "{name}" VALUES ({marks})', values)
    database.close()
    return path


def make(folder: Path, kind: str) -> Path:
    if kind in ("csv", "tsv", "semicolons.csv"):
        marks = {"csv": ",", "tsv": "\t", "semicolons.csv": ";"}
        return write_separated(folder / f"d.{kind}", marks[kind])
    if kind == "json":
        (folder / "d.json").write_text(json.dumps(ROWS), encoding="utf-8")
    elif kind == "jsonl":
        (folder / "d.jsonl").write_text("\n".join(map(json.dumps, ROWS)), encoding="utf-8")
    else:
        return write_sqlite(folder / "d.sqlite", signs=ROWS)
    return folder / f"d.{kind}"


@pytest.mark.parametrize("kind", ["csv", "tsv", "semicolons.csv", "json", "jsonl", "sqlite"])
def test_every_kind_of_table(tmp_path: Path, kind: str) -> None:
    love, abla, hug = read(make(tmp_path, kind), licence="CC0")
    assert (love.headword, love.text, love.frequency) == ("爱", "右手抚摸左手拇指。", 3.5)
    assert (love.synonyms, love.language, love.licence) == (("喜爱", "喜欢"), "zh", "CC0")
    assert (abla.language, abla.synonyms, abla.frequency) == ("tr", (), None)
    assert hug.synonyms == ("embrace", "cuddle")
    assert hug.text == 'Both arms cross,\nthen "squeeze".'
    assert hug.language == "en"
    name = f"d.{kind}"
    assert love.source == name
    assert love.location.startswith(f"{name}:")
    assert len({entry.id for entry in (love, abla, hug)}) == 3


def test_a_table_is_chosen(tmp_path: Path) -> None:
    path = write_sqlite(tmp_path / "d.db", signs=ROWS[:1], notes=[])
    assert len(read(path, table="signs")) == 1
    with pytest.raises(GspmcError, match="no single table; it has signs, notes: name one of them"):
        read(path)
    with pytest.raises(GspmcError, match="no table 'words'; it has signs, notes"):
        read(path, table="words")


def test_lists_in_json(tmp_path: Path) -> None:
    (tmp_path / "d.json").write_text('[{"w": "a", "t": "Up.", "s": ["b, c", "", "b, c"]}]')
    (entry,) = read(tmp_path / "d.json", Columns("w", "t", synonyms="s"))
    assert entry.synonyms == ("b, c",)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("d.csv", b"word,text\na,b\n", "no column 'gloss'; it has word, text: name one"),
        ("d.csv", b"gloss,how,also,rank,lang\na,b,,often,\n", "d.csv:2: frequency 'often' is no"),
        ("d.csv", b'gloss,how,also,rank,lang\na,"b', "broken as a table"),
        ("d.csv", "gloss,how\ncafé,Up.\n".encode("latin-1"), "line 2 is not UTF-8; save"),
        ("d.csv", b"", "is empty; leave it out"),
        ("d.json", b"{}", "holds no list; write a JSON list"),
        ("d.json", b"[1]", "d.json:1 is no JSON object"),
        ("d.json", b"[" * 10_000, "is no JSON"),
        ("d.jsonl", b"{\n", "d.jsonl:1 is no JSON"),
        ("d.jsonl", b'{"gloss": "a", "how": "b"}\n', "no column 'also'"),
        ("d.jsonl", b'{"word": "a"}\n', "no column 'gloss'; it has word"),
        ("d.sqlite", b"not a database" * 99, "as SQLite .file is not a database"),
        ("d.xlsx", b"PK", "no table of a known kind"),
    ],
)
def test_broken_tables(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(GspmcError, match=message) as caught:
        read(tmp_path / name)
    assert "\n" not in str(caught.value)
    assert name in str(caught.value)


def test_no_table_but_in_sqlite(tmp_path: Path) -> None:
    with pytest.raises(GspmcError, match="no SQLite file; leave --table out"):
        read(make(tmp_path, "csv"), table="signs")


def test_a_column_that_sqlite_lacks(tmp_path: Path) -> None:
    path = write_sqlite(tmp_path / "d.sqlite", signs=ROWS)
    with pytest.raises(GspmcError, match="no column 'word'; it has gloss, how"):
        read(path, Columns("word", "how"))


def test_a_row_without_text_is_left_out_and_told(tmp_path: Path) -> None:
    (tmp_path / "d.csv").write_text("headword,text\na,Up.\nb,\n,\nc,Down.\n")
    done = build(dictionary_documents([tmp_path / "d.csv"], Columns()), tmp_path / "kb")
    assert (done.entries, done.empty) == (2, ["d.csv:3"])


CELLS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20)


@settings(max_examples=60, deadline=None)
@given(rows=st.lists(st.tuples(CELLS, CELLS), min_size=1), mark=st.sampled_from(",;\t|"))
def test_any_csv_comes_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]], mark: str
) -> None:
    path = tmp_path_factory.mktemp("any") / "d.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=mark)
        writer.writerow(["headword", "text"])
        writer.writerows(rows)
    wanted = [(word.strip(), text.strip()) for word, text in rows if word.strip() or text.strip()]
    assert [(entry.headword, entry.text) for entry in read(path, Columns())] == wanted


def test_a_row_with_more_cells_than_the_header_is_named(tmp_path: Path) -> None:
    path = tmp_path / "d.csv"
    path.write_text("gloss,how\nA,The right hand, flat, taps.\n", encoding="utf-8")
    with pytest.raises(GspmcError, match=r"d\.csv:2 has more cells.*hold ',' in quotation marks"):
        read(path, Columns("gloss", "how"))
