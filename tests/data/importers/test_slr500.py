"""SLR-500 by its file names."""

from pathlib import Path
from typing import Any

import pytest
from tests.data.importers.forms import named, pixels, run, save, text

from gspmc.data.importers.plan import Plan
from gspmc.data.importers.slr500 import Slr500Format, clip_name, plan_slr500
from gspmc.errors import GspmcError

GLOSSES = [f"手{number}" for number in range(500)]


def make(folder: Path, *stems: str) -> Path:
    text(folder / "gloss_label.txt", "".join(f"{gloss}\n" for gloss in GLOSSES))
    for number, stem in enumerate(stems):
        save(folder / f"{stem}.npy", pixels(2, number))
    return folder


def plan(folder: Path, protocol: str = "signers-36-14", **options: Any) -> Plan:
    return plan_slr500(folder, Slr500Format(width=1280, height=720), protocol, **options)


@pytest.mark.parametrize(
    ("stem", "name"),
    [
        ("P01_25_19_2._color", "P01_25_19_2"),
        ("P01_25_19_2", "P01_25_19_2"),
        ("P49_01_00_0_color", "P49_01_00_0"),
        ("P01_00_00_0", None),
        ("P01_01_20_0", None),
        ("P01_25_19", None),
        ("Q01_25_19_2", None),
    ],
)
def test_names_of_clips(stem: str, name: str | None) -> None:
    assert clip_name(stem) == name


def test_the_label_is_in_the_name(tmp_path: Path) -> None:
    make(tmp_path, "P01_25_19_2._color", "P36_01_00_2._color", "P35_02_03_2._color")
    clips, done = run(plan(tmp_path), tmp_path)
    assert {c.id: (c.label, c.signer, c.split) for c in clips.values()} == {
        "P01_25_19_2": ("手499", "01", "train"),
        "P36_01_00_2": ("手0", "36", "test"),
        "P35_02_03_2": ("手23", "35", "train"),
    }
    assert done.store.numbering[499] == "手499"
    # three signers, 500 signs, one repetition, three clips there
    assert len(named(done.gaps, "no_keypoints")) == 1497
    assert "P01_01_00_2" in named(done.gaps, "no_keypoints")
    assert len(named(done.gaps, "class_without_clips")) == 497


def test_the_papers_protocol_takes_the_first_35_signers(tmp_path: Path) -> None:
    make(tmp_path, *(f"P{signer:02}_01_00_0" for signer in range(1, 51)))
    clips, done = run(plan(tmp_path, "signers-35-15"), tmp_path)
    splits = {int(clip.signer): clip.split for clip in clips.values()}
    assert splits == {n: "train" if n <= 35 else "test" for n in range(1, 51)}
    assert not named(done.gaps, "outside")


def test_a_signer_that_the_protocol_lacks_is_told(tmp_path: Path) -> None:
    make(tmp_path, *(f"P{signer:02}_01_00_0" for signer in range(1, 51)))
    clips, done = run(plan(tmp_path), tmp_path)
    assert named(done.gaps, "outside") == ["P50_01_00_0"]
    assert sum(clip.split == "train" for clip in clips.values()) == 35
    assert sum(clip.split == "test" for clip in clips.values()) == 14


@pytest.mark.parametrize(
    ("protocol", "last", "wrong"), [("signers-36-14", 35, 36), ("signers-35-15", 34, 35)]
)
def test_signers_to_validate_on_are_taken_from_those_to_train_on(
    tmp_path: Path, protocol: str, last: int, wrong: int
) -> None:
    make(tmp_path, *(f"P{signer:02}_01_00_0" for signer in range(50)))
    clips, _ = run(plan(tmp_path, protocol, val_signers=(0, last)), tmp_path)
    splits = {int(clip.signer): clip.split for clip in clips.values()}
    expected = {n: "train" if n <= last else "test" for n in range(50)}
    assert splits == expected | {0: "val", last: "val"}
    for signer in (wrong, 77):
        message = f"--val-signers {signer}: {protocol} trains on no such signer here, but on 0, 1, "
        with pytest.raises(GspmcError, match=message):
            plan(tmp_path, protocol, val_signers=(1, signer))


def test_an_unknown_protocol_is_named(tmp_path: Path) -> None:
    make(tmp_path, "P01_01_00_0")
    with pytest.raises(GspmcError, match=r"unknown --protocol 'mine': .*signers-36-14"):
        plan(tmp_path, "mine")


def test_a_class_beyond_the_list_is_told(tmp_path: Path) -> None:
    make(tmp_path, "P01_01_00_0", "P01_26_00_0")
    clips, done = run(plan(tmp_path), tmp_path)
    assert list(clips) == ["P01_01_00_0"]
    assert named(done.gaps, "unknown_class") == ["P01_26_00_0"]


def test_a_list_that_numbers_its_lines(tmp_path: Path) -> None:
    make(tmp_path, "P01_01_01_0")
    text(tmp_path / "gloss_label.txt", "".join(f"{n:03}\t词{n}\n" for n in range(500)))
    clips, _ = run(plan(tmp_path), tmp_path)
    assert clips["P01_01_01_0"].label == "词1"


def test_pixels_without_the_pictures_size_are_noticed(tmp_path: Path) -> None:
    make(tmp_path, "P01_01_00_0")
    with pytest.raises(GspmcError, match="so they are pixels: give --width and --height"):
        run(plan_slr500(tmp_path, Slr500Format(), "signers-36-14"), tmp_path)
