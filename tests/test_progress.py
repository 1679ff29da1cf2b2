"""Bars go to the error stream of a terminal, whatever step shows them."""

import sys
from pathlib import Path

import pytest

from gspmc.progress import progress_bar

SOURCE = Path(__file__).resolve().parents[1] / "src" / "gspmc"


def step(**options: bool) -> None:
    with progress_bar(**options) as bar:
        for number in bar.track(range(2), description="reading"):
            print("row", number)
            print("warning", number, file=sys.stderr)


def test_what_is_printed_stays_apart_from_the_bar(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")  # rich takes the error stream for a terminal
    step()
    out, err = capsys.readouterr()
    assert out == "row 0\nrow 1\n"
    assert "reading" in err and "warning 1" in err


@pytest.mark.parametrize(("terminal", "quiet"), [(False, False), (True, True)])
def test_no_bar(
    terminal: bool, quiet: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("FORCE_COLOR", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)
    if terminal:
        monkeypatch.setenv("FORCE_COLOR", "1")
    step(quiet=quiet)
    assert capsys.readouterr() == ("row 0\nrow 1\n", "warning 0\nwarning 1\n")


def test_nobody_makes_bars_otherwise() -> None:
    sources = {path: path.read_text(encoding="utf-8") for path in SOURCE.rglob("*.py")}
    makers = {
        path.name
        for path, text in sources.items()
        if "Progress(" in text or "from rich.progress import track" in text
    }
    assert makers == {"progress.py"}
