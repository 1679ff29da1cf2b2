"""What is embedded again and what is not, and what a build that was cut off leaves."""

import hashlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from tests.damages import DAMAGES
from tests.test_files import full_disk

from gspmc.describe import build as building
from gspmc.describe import documents
from gspmc.describe.build import BuildSummary, build
from gspmc.describe.knowledge import KnowledgeBase
from gspmc.describe.layout import ENTRIES, open_table
from gspmc.describe.plain import plain_documents
from gspmc.errors import GspmcError
from gspmc.text.encoder import TextEncoder


class Letters(TextEncoder):
    """A stand-in for a text encoder: pairs of letters are counted in 32 boxes."""

    width = 32

    def __init__(self, fingerprint: str = "f" * 16) -> None:
        self.name, self.limit, self.given = "letters", 100, fingerprint
        self.seen: list[str] = []

    @property
    def fingerprint(self) -> str:  # type: ignore[override]
        return self.given

    def encode(self, texts: Sequence[str], cut: bool = False) -> np.ndarray:
        self.seen += texts
        vectors = np.full((len(texts), self.width), 1e-3, np.float32)
        for row, text in zip(vectors, texts, strict=True):
            for pair in pairwise(text):
                row[hashlib.md5("".join(pair).encode()).digest()[0] % self.width] += 1
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def write(folder: Path, name: str, *signs: str) -> Path:
    path = folder / name
    path.write_text("".join(f"{sign}: The right hand makes {sign}.\n" for sign in signs))
    return path


def build_texts(paths: Sequence[Path], kb: Path, encoder: TextEncoder | None) -> BuildSummary:
    return build(plain_documents(paths), kb, encoder)


def content(kb: Path) -> list[dict]:
    rows = open_table(str(kb), ENTRIES).to_arrow().to_pylist()
    return sorted(rows, key=lambda row: row["id"])


def test_only_what_changed_is_embedded(tmp_path: Path) -> None:
    encoder, kb = Letters(), tmp_path / "kb"
    a, b = write(tmp_path, "a.txt", "ONE", "TWO"), write(tmp_path, "b.txt", "THREE")
    first = build_texts([a, b], kb, encoder)
    assert (first.added, first.entries, len(encoder.seen)) == (2, 3, 3)
    encoder.seen.clear()
    again = build_texts([a, b], kb, encoder)
    assert (again.unchanged, again.written, encoder.seen) == (2, 0, [])
    write(tmp_path, "a.txt", "ONE", "FOUR", "FIVE")
    c = write(tmp_path, "c.txt", "SIX")
    changed = build_texts([a, b, c], kb, encoder)
    assert (changed.added, changed.replaced, changed.unchanged) == (1, 1, 1)
    assert len(encoder.seen) == 4
    base = KnowledgeBase.open(kb, encoder)
    assert len(base) == 5
    assert base.lookup("two") == []
    assert base.search("FIVE", 1)[0].headword == "FIVE"
    assert base.search("makes three", 1)[0].headword == "THREE"
    assert base.search("make six", 1)[0].headword == "SIX"


def test_what_stands_in_no_source_stays(tmp_path: Path) -> None:
    a, b = write(tmp_path, "a.txt", "ONE"), write(tmp_path, "b.txt", "TWO")
    build_texts([a], tmp_path / "kb", None)
    assert build_texts([b], tmp_path / "kb", None).entries == 2


def test_how_it_is_read_counts_as_a_change(tmp_path: Path) -> None:
    a = write(tmp_path, "a.txt", "ONE")
    build(plain_documents([a], "en"), tmp_path / "kb")
    done = build(plain_documents([a], "sv"), tmp_path / "kb")
    assert (done.replaced, done.entries) == (1, 1)
    assert KnowledgeBase.open(tmp_path / "kb").lookup("one")[0].language == "sv"


def test_a_broken_document_leaves_all_as_it_was(tmp_path: Path) -> None:
    a, b = write(tmp_path, "a.txt", "ONE"), tmp_path / "b.jsonl"
    b.write_text("{\n")
    with pytest.raises(GspmcError, match=r"b\.jsonl:1"):
        build_texts([a, b], tmp_path / "kb", None)
    assert not (tmp_path / "kb").exists()
    build_texts([a], tmp_path / "kb", None)
    write(tmp_path, "a.txt", "TWO")
    with pytest.raises(GspmcError, match=r"b\.jsonl:1"):
        build_texts([a, b], tmp_path / "kb", None)
    assert KnowledgeBase.open(tmp_path / "kb").lookup("one")


def test_one_id_in_two_documents(tmp_path: Path) -> None:
    a, b = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    for path in (a, b):
        path.write_text('{"id": "x", "headword": "one", "text": "Up."}\n')
    with pytest.raises(GspmcError, match=r"id 'x' \(a\.jsonl and b\.jsonl\)"):
        build_texts([a, b], tmp_path / "kb", None)
    build_texts([a], tmp_path / "kb", None)
    build_texts([a], tmp_path / "kb", None)
    with pytest.raises(GspmcError, match=r"id 'x' \(a\.jsonl and b\.jsonl\)"):
        build_texts([b], tmp_path / "kb", None)


def test_one_encoder_a_base(tmp_path: Path) -> None:
    a, kb = write(tmp_path, "a.txt", "ONE"), tmp_path / "kb"
    build_texts([a], kb, Letters())
    for other, message in (
        (None, "'letters', not none; give --text-encoder letters"),
        (Letters("0" * 16), r"not another 'letters' \(other weights\)"),
    ):
        with pytest.raises(GspmcError, match=message):
            build_texts([a], kb, other)
    with pytest.raises(GspmcError, match="other weights"):
        KnowledgeBase.open(kb, Letters("0" * 16)).search("up")
    build_texts([a], tmp_path / "words", None)
    with pytest.raises(GspmcError, match="has no vectors"):
        KnowledgeBase.open(tmp_path / "words").embed_queries(["up"])


def test_a_build_that_was_cut_off_is_seen_and_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(building, "BATCH", 2)
    a = write(tmp_path, "a.txt", "ONE", "TWO", "THREE")
    b, c = write(tmp_path, "b.txt", "FOUR", "FIVE"), write(tmp_path, "c.txt", "SIX")
    build_texts([a, b, c], tmp_path / "whole", Letters())

    class Cut(Letters):
        def encode(self, texts: Sequence[str], cut: bool = False) -> np.ndarray:
            if len(self.seen) == 4:
                raise KeyboardInterrupt
            return super().encode(texts, cut)

    kb = tmp_path / "kb"
    with pytest.raises(KeyboardInterrupt):
        build_texts([a, b, c], kb, Cut())
    with pytest.raises(GspmcError, match="was cut off with 'a.txt'; run the same"):
        KnowledgeBase.open(kb)
    with pytest.raises(GspmcError, match="cut off with 'a.txt'; run that build again first"):
        build_texts([c], kb, Letters())
    encoder = Letters()
    build_texts([a, b, c], kb, encoder)
    assert len(encoder.seen) == 2
    assert content(kb) == content(tmp_path / "whole")
    assert KnowledgeBase.open(kb, encoder).search("make six", 1)[0].headword == "SIX"


def test_a_document_that_changed_since_the_build_was_cut_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a = write(tmp_path, "a.txt", "ONE", "TWO")
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(
            building, "index_entries", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt)
        )
        build_texts([a], tmp_path / "kb", None)
    write(tmp_path, "a.txt", "THREE")
    build_texts([a], tmp_path / "kb", None)
    assert [row["headword"] for row in content(tmp_path / "kb")] == ["THREE"]


KILLED = """
import sys, time
from pathlib import Path
from gspmc.describe import build as building
from gspmc.describe.plain import plain_documents
building.BATCH = 20
add = building._add
def slowly(*args):
    add(*args)
    print("added", flush=True)
    time.sleep(0.05)
building._add = slowly
folder = Path(sys.argv[1])
building.build(plain_documents([folder / "corpus"]), folder / "kb")
"""


def test_kill_9_in_the_middle(tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    for number in range(10):
        write(tmp_path / "corpus", f"{number}.txt", *(f"SIGN{number}X{i}" for i in range(33)))
    build_texts([tmp_path / "corpus"], tmp_path / "whole", None)
    for seen in (1, 5, 3):  # killed again and again, further on each time
        process = subprocess.Popen(
            [sys.executable, "-c", KILLED, str(tmp_path)], stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        for _ in range(seen):
            process.stdout.readline()
        time.sleep(0.02)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        with pytest.raises(GspmcError, match="cut off"):
            KnowledgeBase.open(tmp_path / "kb")
    done = build_texts([tmp_path / "corpus"], tmp_path / "kb", None)
    assert 0 < done.written < 330 - 9 * 15
    assert content(tmp_path / "kb") == content(tmp_path / "whole")
    found = [entry.id for entry in KnowledgeBase.open(tmp_path / "kb").search("SIGN4X7 hand")]
    assert found == [
        entry.id for entry in KnowledgeBase.open(tmp_path / "whole").search("SIGN4X7 hand")
    ]


def test_a_full_disk_is_one_line_and_the_build_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a = write(tmp_path, "a.txt", *(f"SIGN{number}" for number in range(3000)))
    with (
        full_disk(20_000),
        pytest.raises(GspmcError, match="cannot write .*goes on from") as caught,
    ):
        build_texts([a], tmp_path / "kb", None)
    assert "\n" not in str(caught.value)
    assert build_texts([a], tmp_path / "kb", None).entries == 3000
    assert len(KnowledgeBase.open(tmp_path / "kb")) == 3000


def test_several_threads_search_alike(tmp_path: Path) -> None:
    signs = [f"SIGN{number}" for number in range(50)]
    encoder = Letters()
    build_texts([write(tmp_path, "a.txt", *signs)], tmp_path / "kb", encoder)
    base = KnowledgeBase.open(tmp_path / "kb", encoder)
    queries = [f"the hand makes {sign}" for sign in signs]
    alone = [base.search(query, 3) for query in queries]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda query: base.search(query, 3), queries)) == alone
    vectors = base.embed_queries(queries)
    given = [base.search(q, 3, vector=v) for q, v in zip(queries, vectors, strict=True)]
    assert given == alone


def test_a_large_base_has_a_vector_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gspmc.describe.indices.VECTORS_INDEXED_FROM", 300)
    signs = [f"W{hashlib.md5(bytes([i % 250, i // 250])).hexdigest()[:6]}" for i in range(400)]
    encoder = Letters()
    build_texts([write(tmp_path, "a.txt", *signs)], tmp_path / "kb", encoder)
    base = KnowledgeBase.open(tmp_path / "kb", encoder)
    for sign in signs[::40]:
        found = base.search(f"The right hand makes {sign}", 3)
        assert found[0].headword == sign
    texts = [tmp_path / "a.txt"]
    assert build_texts(texts, tmp_path / "kb", encoder).unchanged == 1
    for file in (tmp_path / "kb").glob("entries.lance/_indices/*/auxiliary.idx"):
        file.unlink()  # of the vector index alone
    with pytest.raises(GspmcError, match="kb is damaged"):
        build_texts(texts, tmp_path / "kb", encoder)


def test_two_builds_at_once_are_told_and_mended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a, kb = write(tmp_path, "a.txt", "ONE", "TWO"), tmp_path / "kb"
    add = building._add

    def add_twice(*arguments) -> None:
        add(*arguments)
        add(*arguments)

    with monkeypatch.context() as patch, pytest.raises(GspmcError, match="another build wrote"):
        patch.setattr(building, "_add", add_twice)
        build_texts([a], kb, None)
    build_texts([a], kb, None)
    assert [row["headword"] for row in content(kb)] == ["ONE", "TWO"]


def test_an_address_is_a_place_too(tmp_path: Path) -> None:
    a, kb = write(tmp_path, "a.txt", "ONE", "TWO"), (tmp_path / "kb").as_uri()
    with pytest.raises(GspmcError, match="no knowledge base at file://"):
        KnowledgeBase.open(kb)
    for _ in range(2):
        assert build(plain_documents([a]), kb).entries == 2
    entry = KnowledgeBase.open(kb).search("two")[0]
    assert entry.headword == "TWO"


def test_limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    a, b = write(tmp_path, "a.txt", "ONE"), write(tmp_path, "b.txt", "TWO")
    monkeypatch.setattr(building, "CORPUS_BYTES", a.stat().st_size + 1)
    build_texts([a], tmp_path / "kb", None)
    with pytest.raises(GspmcError, match="in all; make several"):
        build_texts([b], tmp_path / "kb", None)
    with a.open("r+b") as file:
        file.truncate(documents.DOCUMENT_BYTES + 1)
    with pytest.raises(GspmcError, match="a document may have 50; split it"):
        plain_documents([a])


def test_an_older_base_is_told(tmp_path: Path) -> None:
    import lancedb
    import pyarrow as pa

    schema = pa.schema([("id", pa.string())], metadata={"gspmc_knowledge_base": "1"})
    lancedb.connect(str(tmp_path / "kb")).create_table("entries", schema=schema)
    message = "has format version 1, this program reads 2; remove it and build it again"
    with pytest.raises(GspmcError, match=message):
        KnowledgeBase.open(tmp_path / "kb")
    with pytest.raises(GspmcError, match=message):
        build_texts([write(tmp_path, "a.txt", "ONE")], tmp_path / "kb", None)


def test_other_folders_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    write(tmp_path / "home", "letter.txt", "DEAR")
    with pytest.raises(GspmcError, match="is no knowledge base"):
        build_texts([tmp_path / "home"], tmp_path / "home", None)


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
@pytest.mark.parametrize(
    ("files", "more"),
    [
        ("entries.lance/data/*", False),
        ("entries.lance/data/*", True),
        ("entries.lance/_indices/*/*", False),  # else they are made anew
        ("documents.lance/data/*", False),
        ("documents.lance/data/*", True),
    ],
)
def test_damage_is_noticed_where_nothing_changed_too(
    tmp_path: Path, files: str, damage: Callable[[Path], object], more: bool
) -> None:
    texts = [write(tmp_path, "a.txt", "ONE", "TWO")]
    build_texts(texts, tmp_path / "kb", None)
    for file in (tmp_path / "kb").glob(files):
        damage(file)
    if more:
        texts.append(write(tmp_path, "b.txt", "THREE"))
    with pytest.raises(GspmcError, match=r"kb is damaged \(.+\): remove it and build"):
        build_texts(texts, tmp_path / "kb", None)
