"""The importers of published sets as commands."""

import json
from pathlib import Path

import pytest
from tests.data.importers.forms import pixels, save, text
from tests.data.importers.test_sam_slr import make as make_sam_slr
from tests.data.importers.test_wlasl import make as make_wlasl
from tests.typed import Line

from gspmc.data.store import ClipStore

NAMES = "ClassId,TR,EN\n0,abla,sister\n1,acele,hurry\n"


@pytest.fixture
def autsl(tmp_path: Path) -> Path:
    text(tmp_path / "autsl/SignList_ClassId_TR_EN.csv", NAMES)
    text(tmp_path / "autsl/train_labels.csv", "signer0_sample1,0\nsigner0_sample2,1\n")
    save(tmp_path / "autsl/signer0_sample1.npy", pixels())
    return tmp_path / "autsl"


def test_what_is_told(line: Line, autsl: Path) -> None:
    store, gaps = line.folder / "store", line.folder / "gaps.jsonl"
    said = line.works("data", "import", "autsl", autsl, store, "--gaps", gaps).splitlines()
    assert said == [
        f"{store}: 1 clips of 1 classes, gsp87",
        "splits: train 1",
        "listed, but there are no keypoints: 1: signer0_sample2",
        "classes without a clip: 1: acele",
        f"{gaps}: all 2 of them",
    ]
    assert [json.loads(row)["kind"] for row in gaps.read_text().splitlines()] == [
        "no_keypoints",
        "class_without_clips",
    ]


def test_another_layout_and_resuming_nothing(line: Line, autsl: Path) -> None:
    store = line.folder / "store"
    words = ["data", "import", "autsl", autsl, store, "--to-layout", "masa49", "--resume"]
    assert "masa49" in line.works(*words)
    assert ClipStore.open(store).layout.name == "masa49"
    info = json.loads(line.works("data", "info", store, "--as-json"))
    assert info["clips"] == 1


def test_unknown_choices_are_one_line(line: Line, autsl: Path) -> None:
    words = ["data", "import", "slr500", autsl, line.folder / "store"]
    assert "signers-36-14" in line.fails(*words, "--protocol", "mine")
    line.fails(*words, status=2)  # the protocol is to be chosen
    words = ["data", "import", "autsl", autsl, line.folder / "store"]
    assert "unknown layout 'nope'" in line.fails(*words, "--to-layout", "nope")
    line.fails(*words, "--language", "de", status=2)
    assert "both width and height" in line.fails(*words, "--width", "null")


def test_wlasl(line: Line) -> None:
    make_wlasl(line.folder)
    store = line.folder / "store"
    said = line.works("data", "import", "wlasl", line.folder, store, "--width=512", "--height=512")
    assert "splits: test 1, train 3, val 1" in said
    assert "rows of a list that cannot be read: 1: drink, instance 1" in said


def test_lsa64(line: Line) -> None:
    save(line.folder / "npy/001_002_003.npy", pixels())
    words = ["data", "import", "lsa64", line.folder / "npy", line.folder / "store"]
    size = ["--width=512", "--height=512"]
    assert "splits: test 1" in line.works(*words, *size, "--test-signers", "[2]")
    assert "they are pixels" in line.fails(*words)


def test_sam_slr(line: Line) -> None:
    (line.folder / "sam").mkdir()
    make_sam_slr(line.folder / "sam", "train", [pixels(4, points=27)], [0])
    words = ["data", "import", "sam-slr", line.folder / "sam", line.folder / "store"]
    assert "sam27" in line.works(*words, "--width=512", "--height=512")


def test_a_hostile_pickle(line: Line) -> None:
    (line.folder / "set.pkl").write_bytes(b"cos\nsystem\n(S'touch /tmp/never'\ntR.")
    said = line.fails("data", "import", "pyskl", line.folder / "set.pkl", line.folder / "store")
    assert "it asks for os.system" in said


@pytest.mark.parametrize("name", ["autsl", "slr500", "wlasl", "lsa64", "pyskl", "sam-slr"])
def test_a_source_that_is_not_there(line: Line, name: str) -> None:
    more = ["--protocol", "signers-36-14"] if name == "slr500" else []
    line.fails("data", "import", name, line.folder / "absent", line.folder / "store", *more)
