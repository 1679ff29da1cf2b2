"""A full disk from end to end: one clear line, and everything as it was or ready to go on."""

import contextlib
import shutil
from pathlib import Path

import pytest
from tests.test_files import full_disk
from tests.tiny import everything_in, keypoints, make_store
from tests.typed import WITHOUT_TEXTS, Line, manifest

from gspmc.data.holdings import Holdings
from gspmc.evaluate.scores import Scores

pytestmark = pytest.mark.filterwarnings("error::pytest.PytestUnraisableExceptionWarning")
"""What an object says when it is thrown away would be a second line."""


def full(line: Line, *words: object, limit: int = 4096) -> str:
    """The line that a command says when the disk is full; it leaves everything as it was."""
    before = line.contents()
    line.capsys.readouterr()
    with full_disk(limit):
        assert line.run(*words) == 1
    said = line.capsys.readouterr().err.splitlines()
    assert "Traceback" not in "".join(said) and "cannot write" in said[-1]
    assert line.contents() == before
    return said[-1]


@pytest.mark.parametrize("there_before", [False, True])
def test_disk_full_while_importing(line: Line, there_before: bool) -> None:
    many = [keypoints(40, seed=i) for i in range(12)]
    source, store = manifest(line.folder, *many), line.folder / "store"
    if there_before:
        make_store(store)
    said = full(line, "data", "import", "manifest", source, store, "--layout=hands42")
    assert str(store) in said


@pytest.mark.parametrize("there_before", [False, True])
def test_disk_full_while_exporting(line: Line, made: Path, there_before: bool) -> None:
    if there_before:
        line.works("export", made / "run", line.folder / "bundle")
    assert "bundle" in full(line, "export", made / "run", line.folder / "bundle")


def test_disk_full_while_drawing(line: Line, made: Path) -> None:
    (line.folder / "pictures").mkdir()
    said = full(line, "data", "plot", made / "store", line.folder / "pictures", "--clips", "1")
    assert "pictures" in said


def test_disk_full_while_training_leaves_a_run_that_goes_on(line: Line, made: Path) -> None:
    out = line.folder / "run"
    words = ["train", "--clips", made / "store", "--out", out, *WITHOUT_TEXTS]
    with full_disk(20_000):
        assert line.run(*words) == 1
    said = line.capsys.readouterr().err.splitlines()
    assert "cannot write" in said[-1] and "checkpoint.pt" in said[-1]
    left = {name for name in everything_in(out) if not name.startswith("tensorboard")}
    small = {"config.yaml", "contents.json", "data.json", "environment.json", "metrics.jsonl"}
    small |= {"trained_clips.txt"}
    assert left <= small
    line.works(*words, "--resume")
    assert (out / "model.safetensors").exists() and not (out / "checkpoint.pt").exists()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_disk_full_in_the_middle_of_training(
    line: Line, made: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The log of the curves is the first to notice."""
    out = line.folder / "run"
    words = ["train", "--clips", made / "store", "--out", out, *WITHOUT_TEXTS]
    save = Holdings.save
    with contextlib.ExitStack() as disk, monkeypatch.context() as patch:

        def save_and_fill(holdings: Holdings, path: Path) -> None:
            save(holdings, path)
            disk.enter_context(full_disk(16))

        patch.setattr(Holdings, "save", save_and_fill)
        assert line.run(*words) == 1
    said = line.capsys.readouterr().err.splitlines()
    assert f"{out}: training stopped: File too large; mend it, --resume" in said[-1]
    line.works(*words, "--resume")


def test_disk_full_while_evaluating_keeps_the_old_scores(line: Line, made: Path) -> None:
    run = Path(shutil.copytree(made / "run", line.folder / "run"))
    with full_disk(64):
        assert line.run("evaluate", run, "--split", "train") == 1
    assert "cannot write" in line.capsys.readouterr().err.splitlines()[-1]
    assert everything_in(run / "scores") == {"val.npz"}
    assert len(Scores.load(run / "scores" / "val.npz")) == 3
