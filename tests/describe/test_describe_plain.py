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


def test_prose_is_passages_that_no_name_finds(tmp_path: Path) -> None:
    paragraph = "Signs are made with the hands. They have a place, and a movement."
    (tmp_path / "a.txt").write_text(f"Of signs\n\n{paragraph}\n\nNote: {paragraph}\n")
    (tmp_path / "b.txt").write_text("爱：右手抚摸左手拇指。\n", encoding="utf-8")
    kb = build_plain([tmp_path / "a.txt", tmp_path / "b.txt"], tmp_path / "kb")
    assert kb.lookup("") == kb.lookup(" - ") == kb.lookup("note") == []
    (passage,) = kb.search("place of a sign")
    assert (passage.headword, passage.location) == ("", "a.txt, passage 1")
    assert kb.lookup("爱")[0].text == "右手抚摸左手拇指。"


def test_a_folder(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    folder = tmp_path / "corpus"
    (folder / "sub").mkdir(parents=True)
    (folder / "a.txt").write_text("GO: Up.\n")
    (folder / "sub" / "b.md").write_text("# STAY\nStill.\n")
    (folder / ".hidden.txt").write_text("HIDE: Down.\n")
    for name in ("x.docx", "y.png", "z.zip", "w.exe"):
        (folder / name).write_bytes(b"\0")
    kb = build_plain([folder], tmp_path / "kb")
    assert [kb.lookup(word)[0].location for word in ("go", "stay")] == [
        "corpus/a.txt:1",
        "corpus/sub/b.md:1",
    ]
    assert kb.lookup("hide") == []
    assert "left out w.exe, x.docx, y.png and 1 more, of no known kind" in caplog.text
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "x.docx").write_bytes(b"\0")
    with pytest.raises(GspmcError, match="no corpus files in"):
        build_plain([tmp_path / "other"], tmp_path / "kb2")


def test_two_files_of_one_name(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    for path in (tmp_path / "a.txt", tmp_path / "sub" / "a.txt"):
        path.write_text("GO: Up.\n")
    with pytest.raises(GspmcError, match=r"would both be the document 'a\.txt'; rename one"):
        build_plain([tmp_path / "a.txt", tmp_path / "sub" / "a.txt"], tmp_path / "kb")


def test_names_of_fields(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(
        json.dumps({"headword": "a", "text": "Up.", "variants": ["A"], "synonyms": ["b"]})
    )
    (entry,) = read_plain(path)
    assert (entry.variants, entry.synonyms) == (("A",), ("b",))
    path.write_text(json.dumps({"headword": "a", "text": "Up.", "aliases": ["A"], "synonyms": []}))
    with pytest.raises(GspmcError, match="a.jsonl:1: aliases"):
        list(read_plain(path))
