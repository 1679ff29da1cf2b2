"""The synthetic signer's corpus is written from specifications, so the answer is known."""

from pathlib import Path

import pytest

from gspmc.data.synthetic.corpus import write_corpus
from gspmc.data.synthetic.lexicon import LEXICON, UNSEEN
from gspmc.data.synthetic.wording import component_sentences
from gspmc.describe.plain import build_plain
from gspmc.describe.references import NOT_MOVEMENT, resolve_references


@pytest.mark.parametrize("seed", [0, 1])
def test_every_sign_reads_as_it_was_specified(tmp_path: Path, seed: int) -> None:
    write_corpus(tmp_path / "corpus.jsonl", seed)
    kb = build_plain([tmp_path / "corpus.jsonl"], tmp_path / "kb")
    referring = 0
    for spec in LEXICON + UNSEEN:
        (entry,) = kb.lookup(spec.gloss)
        resolved = resolve_references(entry, kb)
        assert set(resolved.sentences) == set(component_sentences(spec).values()), entry.text
        assert {check.rule for check in resolved.checks} <= {NOT_MOVEMENT}
        referring += bool(resolved.used)
    assert referring > 10
