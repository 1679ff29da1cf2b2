from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path

import pytest

from gspmc.describe import OfflineWriter, describe_labels
from gspmc.describe.entry import Entry
from gspmc.describe.knowledge import KnowledgeBase
from gspmc.describe.labels import Label
from gspmc.errors import GspmcError
from gspmc.text.bank import build_bank
from gspmc.text.description import read_descriptions
from gspmc.text.encoder import TextEncoder, load_text_encoder

MakeKb = Callable[..., KnowledgeBase]
Words = Callable[..., TextEncoder]

WUG = 'Use the same handshape as in "BLICK". The right hand taps the chest. Etymology: a bird.'


def test_a_sign_with_a_reference(make_kb: MakeKb, words: Words, tmp_path: Path) -> None:
    summary = describe_labels(
        ["WUG"], OfflineWriter(make_kb(WUG=WUG), words()), tmp_path / "d.jsonl"
    )
    assert (summary.written, summary.missing, summary.flagged) == (1, [], [])
    wug = read_descriptions(tmp_path / "d.jsonl")["WUG"]
    assert wug.primary == WUG
    assert wug.refined == "The right hand makes a fist. The right hand taps the chest."
    assert [(part.text, part.parts) for part in wug.parts] == [
        ("The right hand makes a fist.", ["right_hand"]),
        ("The right hand taps the chest.", ["body", "right_hand"]),
    ]
    assert 1 <= len(wug.synonyms) <= 3
    assert wug.refined not in wug.synonyms
    assert [source.id for source in wug.sources] == ["WUG", "BLICK"]
    assert wug.sources[0].quote == WUG
    assert [check.rule for check in wug.checks] == ["not_movement"]
    assert wug.generator is not None
    assert wug.generator.model == "offline"


def variants() -> list[Entry]:
    return [
        Entry("go_1", "go", "The right hand moves up.", frequency=1.0),
        Entry("go_2", "go", "The right hand moves down.", frequency=5.0),
        Entry("go_3", "go", "The right hand moves out.", frequency=3.0),
    ]


@pytest.mark.parametrize(
    ("variant", "ids"),
    [
        (None, ["go_2", "go_3", "go_1"]),
        ("2", ["go_3", "go_2", "go_1"]),
        ("3", ["go_1", "go_2", "go_3"]),
        ("go_1", ["go_1", "go_2", "go_3"]),
    ],
)
def test_variants(
    make_kb: MakeKb, words: Words, tmp_path: Path, variant: str | None, ids: list[str]
) -> None:
    kb = make_kb(*variants())
    out = tmp_path / "d.jsonl"
    describe_labels(["go", "BLICK"], OfflineWriter(kb, words(), variant), out)
    go = read_descriptions(out)["go"]
    assert [source.id for source in go.sources] == ids
    entry = kb.get(ids[0])
    assert entry is not None
    assert go.primary == entry.text


@pytest.mark.parametrize("variant", ["4", "go_9", "0"])
def test_a_variant_that_no_label_has(
    make_kb: MakeKb, words: Words, tmp_path: Path, variant: str
) -> None:
    with pytest.raises(GspmcError, match="no label has the variant"):
        writer = OfflineWriter(make_kb(*variants()), words(), variant)
        describe_labels(["go"], writer, tmp_path / "d.jsonl")
    assert not (tmp_path / "d.jsonl").exists()


def test_what_is_missing_is_listed_and_never_invented(
    make_kb: MakeKb, words: Words, tmp_path: Path
) -> None:
    kb = make_kb(EMPTY="See NOWHERE.", NOUN="A common noun.")
    labels = [Label("abla", "tr", "BLICK"), "nowhere", "EMPTY", "NOUN", "ZUM"]
    summary = describe_labels(labels, OfflineWriter(kb, words()), tmp_path / "d.jsonl")
    assert (summary.written, summary.missing) == (2, ["nowhere"])
    assert summary.unusable == ["EMPTY", "NOUN"]
    read = read_descriptions(tmp_path / "d.jsonl")
    assert list(read) == ["abla", "ZUM"]
    assert summary.flagged == ["abla"]
    assert read["abla"].checks[-1].rule == "matched_by"
    assert "translation" in read["abla"].checks[-1].message


def test_the_file_is_the_same_on_any_day(make_kb: MakeKb, words: Words, tmp_path: Path) -> None:
    """Else runs and ablations would take texts that were written anew for others."""
    describe_labels(["BLICK"], OfflineWriter(make_kb(), words()), tmp_path / "d.jsonl")
    assert f"{datetime.now(timezone.utc):%Y-%m}" not in (tmp_path / "d.jsonl").read_text()


def test_texts_fit_a_small_encoder(make_kb: MakeKb, words: Words, tmp_path: Path) -> None:
    small = words(12)
    describe_labels(["BLICK"], OfflineWriter(make_kb(), small), tmp_path / "d.jsonl")
    blick = read_descriptions(tmp_path / "d.jsonl")["BLICK"]
    texts = [blick.refined_text, *blick.synonyms, *(part.text for part in blick.parts)]
    assert max(small.count_tokens(texts)) <= 12
    dropped = [check.quote for check in blick.checks if check.rule == "over_token_limit"]
    assert dropped[:2] == ["The right hand moves up twice.", "The right hand is at the chin."]
    assert len(blick.parts) == 3, "what the refined text has no room for is still a part text"


def test_english_of_any_country_is_read(make_kb: MakeKb, words: Words, tmp_path: Path) -> None:
    kb = make_kb(Entry("wug", "WUG", "The right hand moves up.", language="en_US"))
    summary = describe_labels(["WUG"], OfflineWriter(kb, words()), tmp_path / "d.jsonl")
    assert summary.written == 1


def test_bad_input_leaves_nothing(make_kb: MakeKb, words: Words, tmp_path: Path) -> None:
    kb, out = make_kb(Entry("hus", "HUS", "Handen upp.", language="sv")), tmp_path / "d.jsonl"
    writer = OfflineWriter(kb, words())
    with pytest.raises(GspmcError, match="none of 1 labels has a usable entry"):
        describe_labels(["nowhere"], writer, out)
    with pytest.raises(GspmcError, match="no labels to describe"):
        describe_labels([], writer, out)
    with pytest.raises(GspmcError, match="entry 'hus' is in 'sv', the offline generator reads en"):
        describe_labels(["BLICK", "HUS"], writer, out)
    assert not out.exists()


@pytest.mark.realdata
def test_wlasl100_from_asl_lex(real_data: Path, real_kb: KnowledgeBase, tmp_path: Path) -> None:
    labels = list(read_descriptions(real_data / "descriptions" / "wlasl100.kb.jsonl"))
    encoder = load_text_encoder()
    summary = describe_labels(labels, OfflineWriter(real_kb, encoder), tmp_path / "d.jsonl")
    assert (summary.written, summary.missing, summary.unusable) == (100, [], [])
    read = read_descriptions(tmp_path / "d.jsonl")
    assert all(len(item.synonyms) == 3 and len(item.parts) >= 2 for item in read.values())
    assert all(len(part.text.split()) <= 27 for item in read.values() for part in item.parts)
    assert len({item.refined_text for item in read.values()}) >= 98
    bank = build_bank(dict(list(read.items())[:5]), labels[:5], encoder)
    assert bank.vectors.shape == (len(bank.texts), 384)
