from collections.abc import Callable
from pathlib import Path

import pytest
from tests.damages import DAMAGES
from tests.knowledge import knowledge_base

from gspmc.describe import layout
from gspmc.describe.entry import Entry
from gspmc.describe.knowledge import KnowledgeBase
from gspmc.errors import GspmcError

ENTRIES = [
    Entry("rare", "Ice_Cream", "The right hand moves to the mouth.", ("gelato",), frequency=1.5),
    Entry("common", "ice-cream", "The fist circles.", ("o'neil",), frequency=6.0, codes='{"a": 1}'),
    Entry("unknown", "ICE CREAM", "A wrist twists.", references=("BOOK", "GO")),
    Entry(
        *("book", "book", "Both palms open.", ("ice cream",), ("magazine",), ("paper",), ()),
        *("de", "S", "L", "3"),
    ),
]


@pytest.fixture
def kb(tmp_path: Path) -> KnowledgeBase:
    return knowledge_base(tmp_path / "kb", iter(ENTRIES))


def test_entries_come_back_as_they_were(kb: KnowledgeBase) -> None:
    assert len(kb) == 4
    assert [kb.get(entry.id) for entry in ENTRIES] == ENTRIES
    assert kb.get("Rare") is None


def test_lookup_prefers_headwords_then_frequency(kb: KnowledgeBase) -> None:
    assert [entry.id for entry in kb.lookup("Ice Créam")] == ["common", "rare", "unknown"]
    assert [entry.id for entry in kb.lookup("MAGAZINE")] == ["book"]
    assert [entry.id for entry in kb.lookup("O'Neil")] == ["common"]
    assert kb.lookup("icecream") == kb.lookup("  ") == kb.lookup("ice") == []


def test_lookup_gives_every_variant(tmp_path: Path) -> None:
    many = [Entry(str(number), "run", "Up.") for number in range(25)]
    ids = [entry.id for entry in knowledge_base(tmp_path / "kb", many).lookup("run")]
    assert ids == [str(number) for number in range(25)]


def test_search_ranks_by_words(kb: KnowledgeBase) -> None:
    assert [entry.id for entry in kb.search("twisting wrists")] == ["unknown"]
    assert kb.search("gelato", limit=1)[0].id == "rare"
    assert kb.search('quotes" AND (brackets: *') == []


def test_it_is_a_folder_that_can_be_moved_and_replaced(tmp_path: Path) -> None:
    knowledge_base(tmp_path / "kb", ENTRIES)
    knowledge_base(tmp_path / "kb", ENTRIES[:1])
    (tmp_path / "kb").rename(tmp_path / "elsewhere")
    kb = KnowledgeBase.open(tmp_path / "elsewhere")
    assert len(kb) == 1
    assert kb.search("mouth")[0].id == "rare"
    assert [path.name for path in tmp_path.iterdir()] == ["elsewhere"]


def test_another_version_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layout, "FORMAT_VERSION", 99)
    knowledge_base(tmp_path / "kb", ENTRIES)
    monkeypatch.undo()
    with pytest.raises(GspmcError, match="version 99, this program reads 2; remove it"):
        KnowledgeBase.open(tmp_path / "kb")


def test_nothing_there(tmp_path: Path) -> None:
    (tmp_path / "damaged" / "entries.lance").mkdir(parents=True)
    for name, message in (("absent", "no knowledge base at"), ("damaged", "damaged is damaged")):
        with pytest.raises(GspmcError, match=message):
            KnowledgeBase.open(tmp_path / name)


def test_a_failed_build_leaves_nothing(tmp_path: Path) -> None:
    for entries, message in (([], "no entries"), ([ENTRIES[0]] * 2, "two entries have the id")):
        with pytest.raises(GspmcError, match=message):
            knowledge_base(tmp_path / "kb", entries)
    assert list(tmp_path.iterdir()) == []


def test_a_failed_rebuild_keeps_the_old_one(tmp_path: Path) -> None:
    knowledge_base(tmp_path / "kb", ENTRIES)
    with pytest.raises(GspmcError, match="two entries"):
        knowledge_base(tmp_path / "kb", [ENTRIES[0]] * 2)
    assert len(KnowledgeBase.open(tmp_path / "kb")) == 4


def test_other_files_are_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "letter.txt").write_text("dear")
    for place in (tmp_path / "home", tmp_path / "home" / "letter.txt"):
        with pytest.raises(GspmcError, match="is no knowledge base"):
            knowledge_base(place, ENTRIES)
    assert (tmp_path / "home" / "letter.txt").read_text() == "dear"


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
@pytest.mark.parametrize("files", ["entries.lance/data/*", "entries.lance/_indices/*/*"])
@pytest.mark.parametrize("before", [True, False])
def test_damaged_entries_are_one_line(
    tmp_path: Path, files: str, damage: Callable[[Path], object], before: bool
) -> None:
    kb = knowledge_base(tmp_path / "kb", ENTRIES)
    for file in (tmp_path / "kb").glob(files):
        damage(file)
    if before:
        kb = KnowledgeBase.open(tmp_path / "kb")
    for ask in (kb.get, kb.lookup, kb.search):
        with pytest.raises(GspmcError, match=r"kb is damaged \(.+\): remove it and build") as told:
            ask("book")
        assert "\n" not in str(told.value) and ".rs:" not in str(told.value)


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
@pytest.mark.parametrize("files", ["*.lance/_versions/*", "documents.lance/data/*"])
def test_other_damage_is_one_line_on_opening(
    tmp_path: Path, files: str, damage: Callable[[Path], object]
) -> None:
    knowledge_base(tmp_path / "kb", ENTRIES)
    for file in (tmp_path / "kb").glob(files):
        damage(file)
    with pytest.raises(GspmcError, match=r"kb is damaged \(.+\): remove it and build"):
        KnowledgeBase.open(tmp_path / "kb")
