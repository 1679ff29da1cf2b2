"""The commands of docs/auditing.md, reports.md and ablations.md as printed, on tiny data."""

import re
import shlex
import shutil
from pathlib import Path

import pytest
import yaml
from tests.tiny import PARTCONV, make_descriptions, make_run, make_store
from tests.typed import Line

ROOT = Path(__file__).resolve().parents[1]
RECIPE = "configs/wlasl100_hands.yaml"


def commands(document: str) -> list[list[str]]:
    text = (ROOT / "docs" / document).read_text(encoding="utf-8")
    blocks = re.findall(r"```\n(.*?)```", text, re.S)
    return [
        shlex.split(line)[1:] for block in blocks for line in re.findall(r"^gspmc .*$", block, re.M)
    ]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_auditing(here: Path, line: Line) -> None:
    make_store(here / "stores/wlasl300")
    (words,) = commands("auditing.md")
    line.works(*words)
    assert (here / "runs/audit.json").exists()


def test_reports(here: Path, line: Line) -> None:
    made = make_run(here / "made", texts=True).path
    for name in ("texts", "plain"):
        shutil.copytree(made, here / "runs" / name)
    shutil.copytree(made.parent / "store", here / "stores")
    for words in commands("reports.md"):
        line.works(*words, *(["--joint-clips", "2"] if words[0] == "report" else []))
    assert (here / "report.html").exists()


def test_ablations(here: Path, line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    """The shipped matrix with one seed, two folds and a small encoder."""
    (words,) = commands("ablations.md")
    matrix, recipe = (yaml.safe_load((ROOT / path).read_text()) for path in (words[1], RECIPE))
    matrix |= {"seeds": [0], "folds": 2, "arms": matrix["arms"][:4]}
    small = {"epochs": 1, "batch_size": 4, "encoder_options": PARTCONV}
    for path, values in ((words[1], matrix), (RECIPE, recipe | small)):
        (here / path).parent.mkdir(parents=True, exist_ok=True)
        (here / path).write_text(yaml.safe_dump(values))
    monkeypatch.setenv("GSPMC_DATA", str(here))
    make_store(here / "stores/wlasl100")
    (here / "descriptions").mkdir()
    make_descriptions(here / "descriptions/wlasl100.kb.jsonl")
    line.works(*words)
    results = here / "results/wlasl100_texts.json"
    assert "wlasl100_texts.png" in results.with_suffix(".md").read_text()
    assert results.with_suffix(".png").stat().st_size > 10_000
