"""`gspmc data audit` as it is typed."""

import json
from pathlib import Path

import numpy as np
import pytest
from benchmarks.planted_copies.plant import plant
from tests.data.audit.planted import performed
from tests.tiny import make_descriptions
from tests.typed import Line

from gspmc.data.store import ClipStore


@pytest.fixture
def leaking(line: Line) -> Path:
    """48 clips, of one a mirrored copy by another signer in another split."""
    clips = performed("hands42")[::2]
    copy = plant(clips[0], "mirrored", np.random.default_rng(0), split="val", signer="s3")
    ClipStore.create(line.folder / "store", [*clips, copy])
    return line.folder / "store"


def test_everything_is_told_written_and_drawn(line: Line, leaking: Path) -> None:
    folder = line.folder
    make_descriptions(folder / "texts.jsonl", ["sign0", "elsewhere"])
    said = line.works(
        *("data", "audit", leaking, "--descriptions", folder / "texts.jsonl"),
        *("--out", folder / "audit.json", "--pictures", folder / "pictures"),
        *("--resplit", folder / "new", "--shares", "[0.5, 0.25, 0.25]"),
    )
    assert "leak" in said and "1 pairs drawn" in said
    written = json.loads((folder / "audit.json").read_text())
    assert len(written["pairs"]) == 1
    assert len(written["descriptions"]["undescribed"]) == 11
    assert written["descriptions"]["unused"] == ["elsewhere"]
    assert written["checks"][-1]["name"] == "descriptions"
    (picture,) = (folder / "pictures").glob("*.png")
    assert picture.stat().st_size > 10_000
    line.works("data", "audit", folder / "new", "--strict")


def test_a_new_division_keeps_the_numbers_of_the_classes(line: Line) -> None:
    clips = performed("hands42")
    numbering = {7: "sign0", 9: "sign1"}
    store = ClipStore.create(line.folder / "store", clips, "made up", numbering)
    line.works("data", "audit", store.uri, "--resplit", line.folder / "new")
    new = ClipStore.open(line.folder / "new")
    assert new.numbering == numbering and new.source == "made up"


def test_strict_fails_on_a_leak(line: Line, leaking: Path) -> None:
    assert line.run("data", "audit", leaking, "--strict") == 1
    said = line.capsys.readouterr().err
    assert "leaks (copies across splits: 1 pairs" in said and "Traceback" not in said


def test_the_store_is_not_overwritten(line: Line, leaking: Path) -> None:
    assert "give the new one another name" in line.fails(
        "data", "audit", leaking, "--resplit", leaking
    )


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--pictures", "taken"), "cannot draw into taken: it is a file, name a folder"),
        (("--out", "."), "it is a folder, name a file"),
        (("--resplit", "new", "--shares", "[0.5, 0.25, 0.5]"), "with sum 1"),
        (("--resplit", "new", "--shares", "[0, 0.5, 0.5]"), "shares must give train a part"),
    ],
)
def test_what_cannot_be_written_is_told_before_the_work(
    options: tuple[str, ...], message: str, line: Line, leaking: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.chdir(line.folder)
    Path("taken").write_text("a file")
    monkeypatch.setattr("gspmc.data.audit.audit", lambda *_, **__: pytest.fail("it began"))
    assert message in line.fails("data", "audit", leaking, *options)


def test_no_store(line: Line) -> None:
    assert "no clip store" in line.fails("data", "audit", line.folder / "nothing")
