import json
import re

import pytest

from gspmc.data.synthetic import (
    LEXICON,
    UNSEEN,
    ground_truth_parts,
    synthetic_corpus,
    write_corpus,
)
from gspmc.data.synthetic.lexicon import sign
from gspmc.data.synthetic.wording import component_sentences
from gspmc.errors import GspmcError
from gspmc.skeleton import PARTS

SAME = re.compile(r'The (handshape|movement) is the same as in "([A-Z]+)"\.')
LIKE = re.compile(r"Like the sign for ([A-Z]+), but ([^.]+\.)")
ASIDE = re.compile(r"(Meaning|Etymology|Usage): [^.]+\.")


def split_sentences(text):
    return re.findall(r"[^.]+\.", text)


def resolved(headword, texts):
    """A slow literal resolver: the set of sentences that the entry stands for."""
    text = ASIDE.sub("", texts[headword])
    like = LIKE.search(text)
    if like:
        other, clause = like.groups()
        new = clause[0].upper() + clause[1:]
        subject = " ".join(new.split()[:2])
        kept = {s for s in resolved(other, texts) if not s.startswith(subject)}
        return kept | {new}
    sentences = set()
    for sentence in map(str.strip, split_sentences(text)):
        same = SAME.fullmatch(sentence)
        if same:
            component, other = same.groups()
            start = f"The {component}"
            sentences |= {s for s in resolved(other, texts) if s.startswith(start)}
        elif sentence:
            sentences.add(sentence)
    return sentences


@pytest.mark.parametrize("seed", range(4))
def test_the_corpus_resolves_to_the_specifications(seed):
    texts = {entry["headword"]: entry["text"] for entry in synthetic_corpus(seed)}
    for spec in LEXICON + UNSEEN:
        assert resolved(spec.gloss, texts) == set(component_sentences(spec).values())


@pytest.mark.parametrize("seed", range(4))
def test_the_corpus_holds_all_kinds_of_references_and_asides(seed):
    text = "\n".join(entry["text"] for entry in synthetic_corpus(seed))
    assert len(LIKE.findall(text)) >= 5
    for component in ("handshape", "movement"):
        assert sum(kind == component for kind, _ in SAME.findall(text)) >= 5
    assert {"Meaning", "Etymology", "Usage"} == {match for match in ASIDE.findall(text)}


def test_entries_are_complete_and_one_a_sign():
    entries = synthetic_corpus()
    assert [entry["headword"] for entry in entries] == [spec.gloss for spec in LEXICON + UNSEEN]
    assert len({entry["aliases"][0] for entry in entries}) == len(entries)
    for entry in entries:
        assert set(entry) == {"headword", "aliases", "text", "language", "source"}
        assert entry["language"] == "en"
        assert entry["source"] == "synthetic-signer"


def test_the_seed_decides_and_repeats():
    assert synthetic_corpus(1) == synthetic_corpus(1)
    assert synthetic_corpus(1) != synthetic_corpus(2)


def test_written_corpus_is_the_same_as_json_lines(tmp_path):
    write_corpus(tmp_path / "corpus.jsonl", seed=1)
    lines = (tmp_path / "corpus.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line) for line in lines] == synthetic_corpus(1)


def test_ground_truth_speaks_of_each_part_that_acts():
    truth = ground_truth_parts("CAVERI")
    assert set(truth) == {"body", "left_hand", "right_hand", "face"}
    assert truth["body"] == "The body leans to the right."
    assert truth["face"] == "The brows are furrowed."
    assert truth["left_hand"].startswith(truth["right_hand"])
    assert set(ground_truth_parts("BALU")) == {"left_hand", "right_hand"}
    assert ground_truth_parts("VOREN")["face"] == "The brows are raised."


def test_ground_truth_says_everything_that_the_specification_says():
    for spec in LEXICON + UNSEEN:
        truth = ground_truth_parts(spec.gloss)
        assert set(truth) <= set(PARTS)
        for sentence in component_sentences(sign(spec.gloss)).values():
            assert any(sentence in text for text in truth.values())


def test_ground_truth_of_an_unknown_sign_is_a_clear_error():
    with pytest.raises(GspmcError, match="no synthetic sign"):
        ground_truth_parts("BOAT")
