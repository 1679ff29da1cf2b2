"""Recall and precision on planted errors, with wordings that no rule was tuned on."""

from pathlib import Path

import pytest

from gspmc.text import read_descriptions
from gspmc.text.encoder import load_text_encoder

ROOT = Path(__file__).resolve().parents[3]
RECALL, PRECISION = 0.95, 0.90


@pytest.mark.realdata
def test_planted_errors(real_data: Path, real_kb, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT))
    from benchmarks.planted_errors.measure import measure

    given = read_descriptions(real_data / "descriptions" / "wlasl100.kb.jsonl")
    tally = measure(given, real_kb, load_text_encoder(), seeds=[1000], pool="held_out")
    rows = tally.rows()
    assert rows["all"]["planted"] >= 300
    for rule, row in rows.items():
        assert row["planted"], rule
        assert row["recall"] >= (RECALL if rule == "all" else 0.9), (rule, row)
        assert row["precision"] >= PRECISION, (rule, row)


@pytest.mark.realdata
def test_given_and_offline_texts(real_data: Path, real_kb, tmp_path: Path) -> None:
    from gspmc.describe import OfflineWriter, describe_labels
    from gspmc.describe.checks import check_all

    encoder = load_text_encoder()
    given = read_descriptions(real_data / "descriptions" / "wlasl100.kb.jsonl")
    report = check_all(given, real_kb, encoder)
    assert report.rates["contradicted"] <= 0.02
    assert report.rates["supported"] >= 0.8
    assert sum(map(len, report.findings.values())) <= 5
    out = tmp_path / "offline.jsonl"
    describe_labels(list(given), OfflineWriter(real_kb, encoder), out)
    assert check_all(read_descriptions(out), real_kb, encoder).rates["supported"] >= 0.98
