"""Codes of labels out of a knowledge base."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.typed import Line

from gspmc.describe.asllex_codes import COLUMNS, codes_of_labels
from gspmc.describe.asllex_sentences import MORPHEME_VALUES
from gspmc.describe.entry import Entry
from gspmc.describe.knowledge import KnowledgeBase
from gspmc.errors import GspmcError
from gspmc.text.codes import read_codes


def coded(name: str, **codes: str) -> Entry:
    morphemes = [codes, {"Handshape": "o"}]
    return Entry(id=name, headword=name, text="A sign.", codes=json.dumps({"morphemes": morphemes}))


def test_every_field_of_asl_lex_has_its_column() -> None:
    assert COLUMNS.keys() == MORPHEME_VALUES.keys()


def test_codes_of_the_first_morpheme_by_column(make_kb: Callable[..., KnowledgeBase]) -> None:
    kb = make_kb(coded("book", Handshape="5", Movement="NA"), coded("eat", Movement="Curved"))
    found = codes_of_labels(["book", "blick", "absent", "eat"], kb)
    assert list(found) == ["book", "eat"]  # blick has a text alone
    assert found["book"]["right_hand/Handshape"] == "5" and found["book"]["Movement"] == ""
    assert found["eat"]["Movement"] == "Curved" and found["eat"]["right_hand/Handshape"] == ""
    with pytest.raises(GspmcError, match="holds no codes of these labels"):
        codes_of_labels(["blick"], kb)


def test_as_it_is_typed(line: Line, make_kb: Callable[..., KnowledgeBase]) -> None:
    from tests.tiny import make_store

    kb = make_kb(coded("book", Movement="Straight"), coded("drink", Movement="Curved"))
    store, out = make_store(line.folder / "s"), line.folder / "c.csv"
    said = line.works("kb", "codes", kb.uri, "--clips", store, "--out", out)
    assert "codes of 2 of 3 classes" in said
    assert [field.name for field in read_codes(out, ["book", "drink"]).fields] == ["Movement"]


@pytest.mark.realdata
def test_real_codes(real_kb: KnowledgeBase, tmp_path: Path) -> None:
    found = codes_of_labels(["book", "drink", "computer"], real_kb)
    assert found["book"]["SignType"] == "SymmetricalOrAlternating"
    assert found["drink"]["right_hand/Handshape"] == "c"
