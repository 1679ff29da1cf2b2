"""How much of a real list of signs is found in a real corpus."""

import csv
import re
from pathlib import Path

import pytest

from gspmc.describe.asllex import asl_lex_document
from gspmc.describe.build import build
from gspmc.describe.knowledge import KnowledgeBase
from gspmc.text.encoder import load_text_encoder

NAMES = ("EntryID", "LemmaID")
TRANSLATIONS = (
    "DominantTranslation",
    "NondominantTranslations",
    "SignBankEnglishTranslations",
)
ENTRIES = 2723
LEAST = 0.95


def codes_by_word(corpus: Path) -> dict[str, set[str]]:
    """Word -> codes of the entries that have it in a column, straight from the published file."""
    codes: dict[str, set[str]] = {}
    with corpus.open(encoding="latin-1", newline="") as file:
        for row in csv.DictReader(file):
            for column in (*NAMES, *TRANSLATIONS):
                for word in re.split(r"[,;/]", row[column] or ""):
                    word = word.strip().lower().replace("_", " ")
                    if column in NAMES:
                        word = re.sub(r" \d+$", "", word)
                    if word:
                        codes.setdefault(word, set()).add(row["Code"].strip())
    return codes


@pytest.mark.realdata
@pytest.mark.parametrize("kind", ["words", pytest.param("hybrid", marks=pytest.mark.slow)])
def test_recall_of_the_wlasl_list(
    real_data: Path, real_kb: KnowledgeBase, tmp_path: Path, kind: str
) -> None:
    corpus = real_data / "asl-lex" / "signdata_updated11-18.csv"
    listed = (real_data / "class-lists" / "wlasl_class_list.txt").read_text().splitlines()
    codes = codes_by_word(corpus)
    glosses = [line.split("\t")[1].strip() for line in listed]
    there = [gloss for gloss in glosses if gloss.lower() in codes]
    assert len(there) > 1700
    kb = real_kb
    if kind == "hybrid":
        build([asl_lex_document(corpus)], tmp_path / "kb", load_text_encoder())
        kb = KnowledgeBase.open(tmp_path / "kb")
    assert len(kb) == ENTRIES
    vectors = kb.embed_queries(there) if kind == "hybrid" else [None] * len(there)
    hits = [
        any(entry.location in codes[gloss.lower()] for entry in kb.search(gloss, 5, vector=vector))
        for gloss, vector in zip(there, vectors, strict=True)
    ]
    assert sum(hits) / len(hits) >= LEAST
