"""Commands as a user types them, and what they say and leave behind."""

import json
from pathlib import Path

import numpy as np
import pytest
from tests.tiny import LABELS, PARTCONV, keypoints

from gspmc import __version__
from gspmc.cli import COMMANDS
from gspmc.command_line import run_command

TINY = [
    "--encoder-options",
    json.dumps(PARTCONV),
    "--epochs=1",
    "--batch-size=4",
    "--preprocessing.frames=8",
    "--precision=32-true",
]
WITHOUT_TEXTS = [*TINY, "--text.alpha=0"]


class Line:
    """Runs commands in a folder and watches what they say and leave behind."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self.capsys = folder, capsys

    def run(self, *words: object) -> int:
        return run_command(COMMANDS, "gspmc", __version__, [str(word) for word in words])

    def works(self, *words: object) -> str:
        """What a command prints."""
        status = self.run(*words)
        out, err = self.capsys.readouterr()
        assert status == 0, err
        return out

    def fails(self, *words: object, status: int = 1, lines: int = 1) -> str:
        """The last line of a command that fails and leaves everything as it was."""
        before = self.contents()
        self.capsys.readouterr()
        assert self.run(*words) == status
        said = self.capsys.readouterr().err
        assert "Traceback" not in said and len(said.splitlines()) == lines, said
        assert self.contents() == before
        return said.splitlines()[-1]

    def contents(self) -> dict[Path, bytes]:
        """Every file and folder, hidden ones too; the cache of text vectors is no half of aught."""
        return {
            path: path.read_bytes() if path.is_file() else b""
            for path in self.folder.rglob("*")
            if ".text-bank" not in path.parts
        }


def manifest(folder: Path, *arrays: np.ndarray) -> Path:
    """A good clip, then the given ones; from line 3 on."""
    rows = ["path,label"]
    for number, array in enumerate([keypoints(4), *arrays]):
        np.save(folder / f"clip{number}.npy", array)
        rows.append(f"clip{number}.npy,{LABELS[number % 3]}")
    (folder / "list.csv").write_text("\n".join(rows), encoding="utf-8")
    return folder / "list.csv"
