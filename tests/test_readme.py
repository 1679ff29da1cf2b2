"""Every command of the README and of docs/ runs as it is printed."""

import os
import re
import shlex
from pathlib import Path

import pytest

from gspmc import __version__
from gspmc.cli import COMMANDS
from gspmc.command_line import run_command

ROOT = Path(__file__).resolve().parents[1]
SMALL = ["--signers", "4", "--repetitions", "1"]
QUICK = {
    "train": ["--epochs", "1"],
    "quickstart": ["--epochs", "1", *SMALL],
    "bench": ["--only", "loss", "--rounds", "1"],
}
"""What a command gets besides, so that the tests end within minutes."""


def blocks(document: str) -> list[list[str]]:
    """The `gspmc` lines of every code block."""
    text = (ROOT / document).read_text(encoding="utf-8")
    found = (
        re.findall(r"^gspmc .*$", block, re.M) for block in re.findall(r"```\n(.*?)```", text, re.S)
    )
    return [lines for lines in found if lines]


def type_in(line: str) -> int:
    words = [os.path.expandvars(word) for word in shlex.split(line)][1:]
    return run_command(COMMANDS, "gspmc", __version__, [*words, *QUICK.get(words[0], [])])


@pytest.fixture
def fresh_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "configs").symlink_to(ROOT / "configs")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_synthetic_road(fresh_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (road,) = [lines for lines in blocks("README.md") if "synthetic" in lines[0]]
    for line in road:
        shorter = line.replace("import synthetic", f"import synthetic {' '.join(SMALL)}")
        assert type_in(shorter) == 0, f"{line}: {capsys.readouterr().err}"
    assert capsys.readouterr().out.count("labelled") == 3


@pytest.mark.realdata
def test_the_real_road(
    fresh_folder: Path,
    real_data: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("GSPMC_DATA", str(real_data))
    (road,) = [lines for lines in blocks("README.md") if "GSPMC_DATA" in lines[0]]
    for line in road:
        assert type_in(line) == 0, f"{line}: {capsys.readouterr().err}"


def test_the_benchmark(fresh_folder: Path) -> None:
    ((line,),) = blocks("docs/speed.md")
    assert type_in(line) == 0
    assert list((fresh_folder / "results").glob("*.json"))


def test_make_demo_runs_the_quickstart(fresh_folder: Path) -> None:
    makefile = (ROOT / "Makefile").read_text()
    (line,) = re.findall(r"\$\(BIN\)/(gspmc quickstart .*)$", makefile, re.M)
    assert type_in(line) == 0
    report = (fresh_folder / "runs/quickstart/report.html").read_text(encoding="utf-8")
    assert report.count("<img") >= 3  # one more where signs were mistaken for each other
    assert "test clips" in report
    assert (fresh_folder / "runs/quickstart/sign.png").stat().st_size > 10_000


@pytest.mark.parametrize("config", sorted((ROOT / "configs").glob("*.yaml")), ids=lambda p: p.stem)
def test_every_shipped_config_trains(
    config: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """One epoch on a few generated clips of the layout that the recipe is for."""
    import numpy as np

    from gspmc.data.clip import Clip
    from gspmc.data.store import ClipStore
    from gspmc.pose import PoseSequence
    from gspmc.skeleton import get_layout
    from gspmc.text.description import Description, write_descriptions

    layout = get_layout(
        "kinect20" if "isl" in config.stem else "hands42" if "hands" in config.stem else "gsp87"
    )
    generator = np.random.default_rng(0)
    clips = [
        Clip(
            id=str(number),
            label="ab"[number % 2],
            signer=str(number % 4),
            split="val" if number > 7 else "train",
            pose=PoseSequence(
                generator.random((20, layout.num_joints, len(layout.channels)), dtype=np.float32)
                * 0.7
                + 0.3,
                layout.name,
                25.0,
            ),
        )
        for number in range(10)
    ]
    ClipStore.create(tmp_path / "store", clips)
    texts = [
        Description.model_validate(
            {
                "label": label,
                "primary": text,
                "parts": [{"text": text, "parts": ["right_hand"]}],
                "source": label,
            }
        )
        for label, text in {"a": "The right hand rises.", "b": "The right hand falls."}.items()
    ]
    write_descriptions(tmp_path / "texts.jsonl", texts)
    arguments = [
        "train",
        "--config",
        str(config),
        "--clips",
        str(tmp_path / "store"),
        "--epochs",
        "1",
    ]
    arguments += ["--descriptions", str(tmp_path / "texts.jsonl"), "--out", str(tmp_path / "run")]
    assert run_command(COMMANDS, "gspmc", __version__, arguments) == 0
    assert (tmp_path / "run" / "model.safetensors").exists()
