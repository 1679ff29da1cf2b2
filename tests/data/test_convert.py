"""Stores turned into stores of another layout."""

from pathlib import Path

import numpy as np
import pytest
from tests.tiny import make_store

from gspmc import __version__
from gspmc.cli import COMMANDS
from gspmc.command_line import run_command
from gspmc.data.store import ClipStore
from gspmc.skeleton import get_layout


def gspmc(*words: object) -> int:
    return run_command(COMMANDS, "gspmc", __version__, [str(word) for word in words])


@pytest.mark.parametrize("layout", ["sam27", "masa49", "cosign76", "gsp87", "hands42"])
def test_the_named_points_and_all_that_is_known_of_the_clips(tmp_path: Path, layout: str) -> None:
    store = ClipStore.open(make_store(tmp_path / "store", layout="coco_wholebody133"))
    assert gspmc("data", "convert", store.uri, tmp_path / "new", "--to-layout", layout) == 0
    new = ClipStore.open(tmp_path / "new")
    assert (new.layout.name, new.source) == (layout, store.source)
    kept = [name for name in store.index.column_names if name not in ("hand_frames", "digest")]
    assert new.index.select(kept) == store.index.select(kept)
    place = {name: at for at, name in enumerate(store.layout.joints)}
    for before, after in zip(store.read(), new.read(), strict=True):
        for at, name in enumerate(get_layout(layout).joints):
            expected = before.pose.keypoints[:, place[name]]
            assert np.array_equal(after.pose.keypoints[:, at], expected)


def test_the_numbers_of_the_classes_are_kept(tmp_path: Path) -> None:
    clips = ClipStore.open(make_store(tmp_path / "store", layout="coco_wholebody133")).read()
    store = ClipStore.create(tmp_path / "numbered", clips, "made up", {7: "a", 9: "b"})
    assert gspmc("data", "convert", store.uri, tmp_path / "new", "--to-layout", "sam27") == 0
    assert ClipStore.open(tmp_path / "new").numbering == {7: "a", 9: "b"}


def test_points_that_are_not_there_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = make_store(tmp_path / "store")
    for layout, message in (("gsp87", "it lacks"), ("nonsense", "nonsense")):
        assert gspmc("data", "convert", store, tmp_path / "new", "--to-layout", layout) == 1
        assert message in capsys.readouterr().err
    assert not (tmp_path / "new").exists()


def test_a_store_is_not_converted_into_itself(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = make_store(tmp_path / "store", layout="coco_wholebody133")
    same = tmp_path / "elsewhere" / ".." / "store"
    assert gspmc("data", "convert", store, same, "--to-layout", "sam27") == 1
    assert "is the store itself: give the new one another name" in capsys.readouterr().err
    assert ClipStore.open(store).layout.name == "coco_wholebody133"
