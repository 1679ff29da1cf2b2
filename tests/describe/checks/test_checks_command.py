"""`gspmc describe check` as it is typed."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from gspmc.cli import COMMANDS
from gspmc.command_line import run_command
from gspmc.commands import check as command
from gspmc.describe.knowledge import KnowledgeBase
from gspmc.text.description import (
    Description,
    PartText,
    Review,
    Source,
    read_descriptions,
    write_descriptions,
)


def check(*words: object) -> int:
    return run_command(COMMANDS, "gspmc", "0", ["describe", "check", *map(str, words)])


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Two signs, of which one means something and the other is right."""
    path = tmp_path / "d.jsonl"
    part = PartText(text="The right hand makes a fist.", parts=["right_hand"])
    texts = {"BLICK": "The right hand makes a fist, meaning a stone.", "ZUM": "Both hands circle."}
    write_descriptions(
        path,
        [
            Description(
                label=name, primary="x", refined=text, parts=[part], sources=[Source(id=name)]
            )
            for name, text in texts.items()
        ],
    )
    return path


def test_findings_are_printed_and_written(
    path: Path, make_kb: Callable[..., KnowledgeBase], capsys: pytest.CaptureFixture[str]
) -> None:
    report, pairs = path.with_name("report.json"), path.with_name("pairs.jsonl")
    files = ("--out", path, "--report", report, "--pairs", pairs)
    assert check(path, "--kb", make_kb().uri, *files) == 0
    told = capsys.readouterr().out
    assert "BLICK  refined  meaning_in_text: " in told
    assert "1 findings in 1 of 2 signs" in told
    assert "statements: supported" in told
    found = json.loads(report.read_text())
    assert [finding["label"] for finding in found["findings"]] == ["BLICK"]
    assert set(found["rates"]) == {"supported", "contradicted", "not_coded"}
    assert pairs.read_text() == "" or json.loads(pairs.read_text().splitlines()[0])
    before = path.read_bytes()
    assert [item.rule for item in read_descriptions(path)["BLICK"].checks] == ["meaning_in_text"]
    assert check(path, "--kb", make_kb().uri, "--out", path) == 0
    assert path.read_bytes() == before, "checking again changes nothing"


def test_without_a_knowledge_base_or_its_entries_that_is_said(
    path: Path, make_kb: Callable[..., KnowledgeBase], capsys: pytest.CaptureFixture[str]
) -> None:
    assert check(path) == 0
    assert "without --kb nothing was compared with expert codes" in capsys.readouterr().err
    others = [item.model_copy(update={"sources": []}) for item in read_descriptions(path).values()]
    write_descriptions(path, others)
    assert check(path, "--kb", make_kb().uri) == 0
    assert "holds none of the entries that" in capsys.readouterr().err


def test_a_review_that_comes_meanwhile_stays(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    review = Review(by="Ada", at="now", verdict="approved")

    def reviewed(found: object) -> None:
        there = read_descriptions(path)
        there["BLICK"] = there["BLICK"].model_copy(update={"review": review})
        write_descriptions(path, there.values())

    monkeypatch.setattr(command, "_tell", reviewed)
    assert check(path, "--out", path) == 0
    assert read_descriptions(path)["BLICK"].review == review


@pytest.mark.parametrize("option", ["--out", "--report", "--pairs"])
def test_what_cannot_be_written_costs_a_line(
    path: Path, option: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert check(path, option, path / "below" / "x") == 1
    assert capsys.readouterr().err.splitlines()[-1].startswith("gspmc: cannot write")
