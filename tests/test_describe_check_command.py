"""`gspmc describe check` as it is typed."""

import json
from pathlib import Path

import pytest
from tests.typed import Line

from gspmc.text import Description, PartText, Source, read_descriptions, write_descriptions

SIGNS = (
    ("wug", "The right hand taps the chin once.", "The right hand taps the chin."),
    ("dax", "This means a bird. Both hands circle in front of the body.", "Both hands circle."),
)


@pytest.fixture
def line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Line:
    (tmp_path / "words.txt").write_text("wug: The right hand taps the chin once.\n")
    write_descriptions(
        tmp_path / "signs.jsonl",
        [
            Description(
                label=label,
                primary=refined,
                refined=refined,
                parts=[PartText(text=part, parts=["right_hand"])],
                sources=[Source(id=label, quote=refined)],
            )
            for label, refined, part in SIGNS
        ],
    )
    return Line(tmp_path, capsys)


def test_words_and_tags_alone(line: Line) -> None:
    said = line.works("describe", "check", line.folder / "signs.jsonl")
    assert "dax  refined  meaning_in_text" in said
    assert "This means a bird." in said
    assert "wug  parts[0]  part_tags" in said
    assert "statements" not in said


def test_everything_is_written_and_checked_again_alike(line: Line) -> None:
    folder = line.folder
    line.works("kb", "build", "text", folder / "words.txt", folder / "kb")
    names = {name: folder / name for name in ("out.jsonl", "report.json", "pairs.jsonl")}
    said = line.works(
        *("describe", "check", folder / "signs.jsonl", "--kb", folder / "kb"),
        *("--out", names["out.jsonl"], "--report", names["report.json"]),
        *("--pairs", names["pairs.jsonl"]),
    )
    assert "lowest scores: " in said
    report = json.loads(names["report.json"].read_text())
    assert {row["label"] for row in report["findings"]} == {"wug", "dax"}
    checked = read_descriptions(names["out.jsonl"])
    assert {check.rule for check in checked["dax"].checks} >= {"meaning_in_text", "part_tags"}
    again = folder / "again.jsonl"
    line.works(*("describe", "check", names["out.jsonl"], "--kb", folder / "kb", "--out", again))
    assert again.read_bytes() == names["out.jsonl"].read_bytes()


def test_what_cannot_be_read_or_written(line: Line) -> None:
    folder = line.folder
    assert "no knowledge base" in line.fails(
        "describe", "check", folder / "signs.jsonl", "--kb", folder / "none"
    )
    assert "cannot read" in line.fails("describe", "check", folder / "none.jsonl")
