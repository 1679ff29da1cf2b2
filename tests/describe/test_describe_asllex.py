import json
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from gspmc.describe.asllex import asl_lex_document, read_asl_lex
from gspmc.describe.asllex_values import FLEXION_CHANGE, HANDSHAPES, LOCATIONS, PATHS
from gspmc.describe.build import build
from gspmc.describe.knowledge import KnowledgeBase
from gspmc.describe.statements import (
    components_of,
    is_movement,
    split_sentences,
    statements_of,
)
from gspmc.errors import GspmcError

Write = Callable[..., Path]

BOTH = {"SignType": "SymmetricalOrAlternating", "NonDominantHandshape": "s"}


def text_of(path: Path) -> str:
    (entry,) = read_asl_lex(path)
    return entry.text


def test_a_one_handed_sign(asl_lex: Write) -> None:
    assert text_of(asl_lex({"EntryID": "apple"})) == (
        "The right hand holds all four fingers closed in a fist, the thumb closed over the "
        "fingers. The right hand touches the chin. The right hand moves repeatedly in a straight "
        "line."
    )


def test_a_sign_of_two_hands_alike(asl_lex: Write) -> None:
    place = {"MajorLocation": "Neutral", "MinorLocation": "Neutral"}
    path = asl_lex({"EntryID": "shoes", **BOTH, **place, "SecondMinorLocation": "Neutral"})
    assert text_of(path).split(". ")[1:] == [
        "Both hands start and end in front of the body, touching each other",
        "Both hands, together or in turn, move repeatedly in a straight line.",
    ]


def test_a_still_second_hand(asl_lex: Write) -> None:
    row = {"SignType": "AsymmetricalDifferentHandshape", "NonDominantHandshape": "B"}
    place = {"MajorLocation": "Hand", "MinorLocation": "Palm", "SecondMinorLocation": "HandAway"}
    assert text_of(asl_lex({"EntryID": "on", **row, **place})).split(". ")[1:] == [
        "The right hand starts at the palm of the left hand and ends near the left hand, with "
        "contact",
        "The right hand moves repeatedly in a straight line",
        "The left hand keeps still, holding all four fingers straight and together.",
    ]


def test_changes_inside_the_hand(asl_lex: Write) -> None:
    row = {
        "Handshape": "5",
        "Flexion": "FullyOpen",
        "FlexionChange": "1",
        "Spread": "1",
        "SpreadChange": "1",
        "UlnarRotation": "1",
        "ThumbPosition": "Open",
        "ThumbContact": "0",
    }
    still = {**row, "EntryID": "b", "Movement": "None"}
    moving, staying = read_asl_lex(asl_lex({"EntryID": "a", **row}, still))
    assert moving.text.endswith(
        "moves repeatedly in a straight line while the right wrist twists and the fingers bend "
        "and come together."
    )
    assert staying.text.endswith(
        "makes no path movement while the right wrist twists and the fingers bend and come "
        "together repeatedly."
    )


def test_every_morpheme_is_kept(asl_lex: Write) -> None:
    later = {f"{name}M2": value for name, value in {"Handshape": "v", "Movement": "Curved"}.items()}
    later |= {"SignTypeM2": "OneHanded", "HandshapeM6": "r"}
    (entry,) = read_asl_lex(asl_lex({"EntryID": "week", **later}))
    assert split_sentences(entry.text)[3:] == [
        "Then the right hand holds the index and middle fingers straight and spread, the other "
        "fingers closed, the thumb folded in.",
        "The right hand moves in an arc.",
        "Then the right hand holds the index and middle fingers crossed, the other fingers "
        "closed, the thumb folded in.",
    ]
    codes = json.loads(entry.codes)
    assert [morpheme["Handshape"] for morpheme in codes["morphemes"]] == ["s", "v", "r"]


def test_variants_synonyms_and_duplicates(asl_lex: Write) -> None:
    rows = [
        {"EntryID": "eat_1", "LemmaID": "eat", "SignFrequency(M)": "6.5"},
        {"EntryID": "eat_2", "LemmaID": "eat", "SignFrequency(M)": "6.7"},
        {"EntryID": "type", "Code": "B_01"},
        {"EntryID": "type", "Code": "F_03"},
        {
            "EntryID": "release, rescue",
            "LemmaID": "release / free",
            "DominantTranslation": "safe/rescue ",
            "NondominantTranslations": "let go, none, F/M, rescue, \x8e\xfc\x88",
            "SignBankEnglishTranslations": "free, \xf4\xcd\x88_, liberate",
        },
    ]
    entries = list(read_asl_lex(asl_lex(*rows)))
    assert [(entry.id, entry.headword) for entry in entries[:4]] == [
        ("eat_1", "eat"),
        ("eat_2", "eat"),
        ("type", "type"),
        ("type@F_03", "type"),
    ]
    assert entries[1].frequency == 6.7
    assert entries[4].variants == ("release", "rescue", "free")
    assert entries[4].synonyms == ("safe", "let go")
    assert entries[4].related == ("free", "liberate")
    assert json.loads(entries[4].codes)["SignBankEnglishTranslations"] == ["free", "liberate"]


def test_unknown_values_are_listed_and_nothing_is_written(asl_lex: Write, tmp_path: Path) -> None:
    path = asl_lex(
        {"EntryID": "a"},
        {"EntryID": "b", "Handshape": "zz"},
        {"EntryID": "c", "MinorLocationM2": "Moon"},
        {"EntryID": "d", "Contact": "maybe"},
    )
    with pytest.raises(GspmcError) as caught:
        build([asl_lex_document(path)], tmp_path / "kb")
    message = str(caught.value)
    assert "(b): Handshape 'zz'" in message
    assert "(c): MinorLocation 'Moon'" in message
    assert "(d): Contact 'maybe'" in message
    assert "(a)" not in message
    assert not (tmp_path / "kb").exists()


def test_another_csv_is_refused(tmp_path: Path) -> None:
    (tmp_path / "other.csv").write_text("label,text\na,b\n")
    with pytest.raises(GspmcError, match="columns of ASL-LEX"):
        list(read_asl_lex(tmp_path / "other.csv"))
    with pytest.raises(GspmcError, match="cannot read"):
        list(read_asl_lex(tmp_path / "absent.csv"))


@pytest.mark.parametrize("field", ["Handshape", "MinorLocation", "Movement", "Flexion"])
def test_every_value_reads_as_one_component(asl_lex: Write, field: str) -> None:
    tables: dict[str, Iterable[str]] = {
        "Handshape": HANDSHAPES,
        "MinorLocation": LOCATIONS,
        "Movement": PATHS,
    }
    values = tables.get(field, FLEXION_CHANGE)
    rows = [{"EntryID": value, field: value, "FlexionChange": "1"} for value in values]
    for entry in read_asl_lex(asl_lex(*rows)):
        kinds = [set(item.components) for item in statements_of(split_sentences(entry.text))]
        assert kinds == [{"handshape"}, {"location"}, {"movement"}], entry.text


@pytest.mark.realdata
def test_the_real_corpus(real_data: Path, real_kb: KnowledgeBase) -> None:
    assert len(real_kb) == 2723
    assert [entry.id for entry in real_kb.lookup("drink")] == ["drink", "drink_2"]
    entries = list(read_asl_lex(real_data / "asl-lex" / "signdata_updated11-18.csv"))
    assert max(len(json.loads(entry.codes)["morphemes"]) for entry in entries) == 6
    words = (word for entry in entries for word in (*entry.variants, *entry.synonyms))
    assert "".join((*words, *(entry.text for entry in entries))).isascii()
    for sentence in {part for entry in entries for part in split_sentences(entry.text)}:
        assert len(components_of(sentence)) == 1, sentence
        assert is_movement(sentence), sentence
        assert len(sentence.split()) <= 27, sentence
        assert "handshape" not in sentence
        assert "palm up" not in sentence
    single = [entry for entry in entries if '"NumberOfMorphemes.2.0": "1"' in entry.codes]
    short = [entry for entry in single if len(entry.text.split()) <= 60]
    assert len(short) / len(single) > 0.9
