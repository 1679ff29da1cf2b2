"""A small knowledge base, an encoder whose tokens are words, and rows of ASL-LEX's form."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.knowledge import knowledge_base

from gspmc.describe.asllex import (
    MORPHEMES,
    OTHER_CODES,
    OTHER_WORDS,
    asl_lex_document,
    morpheme_column,
)
from gspmc.describe.asllex_sentences import MORPHEME_VALUES
from gspmc.describe.build import build
from gspmc.describe.entry import Entry
from gspmc.describe.knowledge import KnowledgeBase
from gspmc.text.encoder import TextEncoder

FIST = "The right hand makes a fist."
CHIN = "The right hand is at the chin."
UP = "The right hand moves up twice."

TEXTS = {
    "BLICK": f"{FIST} {CHIN} {UP} Etymology: from a stone.",
    "ZUM": "Both hands make a flat hand. Both hands are in front of the chest. Both hands circle.",
    "VOR": f"{FIST} The brows are raised. The lips are pursed.",
    "MIX": "The right fist taps the chest.",
}


class Words(TextEncoder):
    """A stand-in for a text encoder: a token is a word, and two special ones."""

    def __init__(self, limit: int = 200) -> None:
        self.name, self.limit = "words", limit

    def count_tokens(self, texts: list[str]) -> list[int]:
        return [len(text.split()) + 2 for text in texts]


@pytest.fixture(scope="session")
def real_kb(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    """ASL-LEX, built once."""
    corpus = real_data / "asl-lex" / "signdata_updated11-18.csv"
    place = tmp_path_factory.mktemp("asl-lex") / "kb"
    build([asl_lex_document(corpus)], place)
    return KnowledgeBase.open(place)


@pytest.fixture
def words() -> Callable[[int], Words]:
    return Words


@pytest.fixture
def make_kb(tmp_path: Path) -> Callable[..., KnowledgeBase]:
    """Build a knowledge base of ``TEXTS`` and of more headword=text pairs or entries."""

    def make(*entries: Entry, **texts: str) -> KnowledgeBase:
        named = {**TEXTS, **texts}
        plain = [Entry(id=name, headword=name, text=text) for name, text in named.items()]
        return knowledge_base(tmp_path / "kb", [*plain, *entries])

    return make


ONE_FIST = {
    "Handshape": "s",
    "SelectedFingers": "imrp",
    "Flexion": "FullyClosed",
    "FlexionChange": "0",
    "ThumbPosition": "Closed",
    "ThumbContact": "1",
    "SignType": "OneHanded",
    "Movement": "Straight",
    "RepeatedMovement": "1",
    "MajorLocation": "Head",
    "MinorLocation": "Chin",
    "Contact": "1",
    "UlnarRotation": "0",
}


@pytest.fixture
def asl_lex(tmp_path: Path) -> Callable[..., Path]:
    """Write a CSV of ASL-LEX's form: Latin-1, empty rows between. A row gives the cells it changes.

    Cells of the first morpheme are named as ``Handshape``, of a later one as ``HandshapeM2``.
    """
    columns = ["EntryID", "LemmaID", "Code", "SignFrequency(M)"]
    columns += ["DominantTranslation", "NondominantTranslations", *OTHER_CODES, OTHER_WORDS]
    phonology = {
        f"{field}M{number}" if number > 1 else field: morpheme_column(field, number)
        for number in range(1, MORPHEMES + 1)
        for field in MORPHEME_VALUES
    }

    def write(*rows: dict[str, str]) -> Path:
        path = tmp_path / "signdata.csv"
        with path.open("w", encoding="latin-1", newline="") as file:
            writer = csv.DictWriter(file, [*columns, *phonology.values()])
            writer.writeheader()
            for number, row in enumerate(rows):
                coded = {**dict.fromkeys(phonology, "NA"), **ONE_FIST, **row}
                cells = {phonology.get(name, name): value for name, value in coded.items()}
                cells.setdefault("Code", f"A_{number}")
                cells.setdefault("LemmaID", cells["EntryID"])
                writer.writerow(cells)
                file.write("\r\n")
        return path

    return write
