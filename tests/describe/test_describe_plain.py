import json
from pathlib import Path

import pytest

from gspmc.describe.plain import build_plain, read_plain
from gspmc.errors import GspmcError


def test_jsonl(tmp_path: Path) -> None:
    path = tmp_path / "corpus.jsonl"
    first = {"headword": "wug", "aliases": ["wugs"], "text": 'Same handshape as in "BLICK".'}
    second = {"label": "dax", "text": "Up.", "language": "sv", "source": "book", "frequency": 2}
    path.write_text(json.dumps(first) + "\n\n" + json.dumps({**second, "id": "d1"}) + "\n")
    wug, dax = read_plain(path, language="en", licence="CC0")
    assert (wug.id, wug.headword, wug.synonyms) == ("corpus.jsonl:1", "wug", ("wugs",))
    assert wug.references == ("BLICK",)
    assert (wug.language, wug.source, wug.licence) == ("en", "corpus.jsonl", "CC0")
    assert (dax.id, dax.headword, dax.language, dax.source) == ("d1", "dax", "sv", "book")
    assert (dax.location, dax.frequency) == ("corpus.jsonl:3", 2.0)


def test_text_with_tabs_or_colons(tmp_path: Path) -> None:
    path = tmp_path / "corpus.txt"
    path.write_text("\ufeffGO: Both hands move. Note: fast.\n\nSTAY\tOne: still.\nGO: Up.\n")
    entries = list(read_plain(path))
    assert [(entry.headword, entry.text) for entry in entries] == [
        ("GO", "Both hands move. Note: fast."),
        ("STAY", "One: still."),
        ("GO", "Up."),
    ]
    assert len({entry.id for entry in entries}) == 3


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("a.txt", "no separator"),
        ("a.txt", ": no headword"),
        ("a.txt", "NO TEXT:  "),
        ("a.jsonl", "{"),
        ("a.jsonl", '{"headword": "a"}'),
        ("a.jsonl", '{"headword": " ", "text": "Up."}'),
        ("a.jsonl", '{"headword": "a", "text": "Up.", "alias": "b"}'),
    ],
)
def test_a_broken_line_is_named(tmp_path: Path, name: str, line: str) -> None:
    good = "A: Up." if name.endswith("txt") else '{"headword": "a", "text": "Up."}'
    (tmp_path / name).write_text(f"{good}\n{line}\n")
    with pytest.raises(GspmcError, match=r"a\.\w+:2: ") as caught:
        build_plain([tmp_path / name], tmp_path / "kb")
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "kb").exists()


def test_several_files_make_one_knowledge_base(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("GO: Up.\n")
    (tmp_path / "b.jsonl").write_text('{"headword": "go", "text": "Down."}\n')
    kb = build_plain([tmp_path / "a.txt", tmp_path / "b.jsonl"], tmp_path / "kb")
    assert [entry.text for entry in kb.lookup("go")] == ["Up.", "Down."]


def test_what_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "latin.txt").write_bytes(b"CAF\xc9: Up.\n")
    for path in (tmp_path / "latin.txt", tmp_path / "absent.txt"):
        with pytest.raises(GspmcError, match="cannot read corpus"):
            build_plain([path], tmp_path / "kb")
    with pytest.raises(GspmcError, match="no corpus files"):
        build_plain([], tmp_path / "kb")
