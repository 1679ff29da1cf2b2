"""The importers of published sets as commands."""

import json
import re
import shlex
from pathlib import Path

import numpy as np
import pytest
from tests.data.importers.forms import pixels, save, text
from tests.data.importers.test_google_islr import landmarks
from tests.data.importers.test_google_islr import make as make_islr
from tests.data.importers.test_pyskl import annotation
from tests.data.importers.test_pyskl import make as make_pyskl
from tests.data.importers.test_sam_slr import make as make_sam_slr
from tests.data.importers.test_wlasl import make as make_wlasl
from tests.test_files import full_disk
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
        "no list of a split: 2: validation_labels.csv (no clip will be val); "
        "test_labels.csv (no clip will be test)",
        "listed, but there are no keypoints: 1: signer0_sample2",
        "classes without a clip: 1: acele",
        f"{gaps}: all 4 of them",
    ]
    assert [json.loads(row)["kind"] for row in gaps.read_text().splitlines()] == [
        "no_list",
        "no_list",
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


def test_slr500(line: Line) -> None:
    text(line.folder / "slr500/gloss_label.txt", "".join(f"词{n}\n" for n in range(500)))
    for signer in (33, 34, 40):
        save(line.folder / f"slr500/P{signer}_01_00_0.npy", pixels())
    words = ["data", "import", "slr500", line.folder / "slr500", line.folder / "store"]
    words += ["--protocol=signers-36-14", "--width=512", "--height=512", "--val-signers"]
    assert "trains on no such signer here, but on 33, 34" in line.fails(*words, "[40]")
    assert "splits: test 1, train 1, val 1" in line.works(*words, "[34]")


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


def test_the_splits_of_pyskl(line: Line) -> None:
    clips = [annotation(name, 0) for name in "abc"]
    split = {"xsub_train": ["a"], "xsub_val": ["b"], "xset_train": ["c"]}
    file = make_pyskl(line.folder, clips, split)
    words = ["data", "import", "pyskl", file, line.folder / "store"]
    assert "choose by --train NAME" in line.works(*words)
    said = line.works(*words, "--train", "xsub_train", "--test", "xsub_val")
    assert "splits: test 1, train 1\n" in said
    assert "outside the chosen split, left out: 1: c (only in xset_train)" in said
    assert "choose --val among" in line.fails(*words, "--val", "xsub")


def test_a_hostile_pickle(line: Line) -> None:
    (line.folder / "set.pkl").write_bytes(b"cos\nsystem\n(S'touch /tmp/never'\ntR.")
    said = line.fails("data", "import", "pyskl", line.folder / "set.pkl", line.folder / "store")
    assert "it asks for os.system" in said


@pytest.mark.parametrize("name", ["autsl", "slr500", "wlasl", "lsa64", "pyskl", "sam-slr"])
def test_a_source_that_is_not_there(line: Line, name: str) -> None:
    more = ["--protocol", "signers-36-14"] if name == "slr500" else []
    said = line.fails("data", "import", name, line.folder / "absent", line.folder / "store", *more)
    assert str(line.folder / "absent") in said and not (line.folder / "store").exists()


def test_gaps_of_a_manifest_need_keep_going(line: Line) -> None:
    save(line.folder / "a.npy", pixels())
    text(line.folder / "list.csv", "path,label\na.npy,x\nb.npy,x\n")
    words = ["data", "import", "manifest", line.folder / "list.csv", line.folder / "store"]
    words += ["--layout=coco_wholebody133", "--width=512", "--height=512"]
    assert "b.npy" in line.fails(*words)
    assert "--keep-going" in line.fails(*words, "--resume")
    said = line.works(*words, "--keep-going")
    assert "listed, but there are no keypoints: 1: b.npy" in said


def test_an_interrupted_import_tells_how_to_go_on(
    line: Line, autsl: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    words = ["data", "import", "autsl", autsl, line.folder / "store"]
    with monkeypatch.context() as patch:
        patch.setattr("gspmc.data.importers.published.FileReader.__call__", interrupted)
        assert line.run(*words) == 130
    assert "--resume goes on" in line.capsys.readouterr().err
    line.works(*words, "--resume")
    assert not list(line.folder.glob(".*"))


ROOT = Path(__file__).resolve().parents[1]


def test_the_commands_of_the_docs(
    line: Line, tmp_path: Path, autsl: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every command of docs/importing.md, on small files of the form that it speaks of."""
    save(tmp_path / "slr500/P01_25_19_2._color.npy", pixels())
    text(tmp_path / "slr500/gloss_label.txt", "".join(f"词{n}\n" for n in range(500)))
    make_wlasl(tmp_path / "wlasl")
    clips = {"69241": {"subset": "train", "action": [0, 1, 55]}}
    text(tmp_path / "wlasl/nslt_100.json", json.dumps(clips))
    for name in ("001_009_005", "001_010_005"):
        save(tmp_path / f"lsa64/{name}.npy", pixels())
    text(tmp_path / "lsa64/signs.md", "".join(f"{n:02}|Sign {n}|R|\n" for n in range(1, 65)))
    (tmp_path / "pyskl").mkdir()
    make_pyskl(tmp_path / "pyskl", [annotation("a", 0)])
    text(tmp_path / "pyskl/names.txt", "book\n")
    (tmp_path / "sam-slr").mkdir()
    make_sam_slr(tmp_path / "sam-slr", "train", [pixels(4, points=27)], [0])
    landmarks(make_islr(tmp_path / "asl-signs") / "26734/1000035562.parquet")
    save(tmp_path / "a.npy", np.random.default_rng(0).uniform(0.1, 0.9, (2, 1662)))
    text(tmp_path / "clips.csv", "path,label\na.npy,x\n")
    monkeypatch.chdir(tmp_path)
    document = (ROOT / "docs/importing.md").read_text(encoding="utf-8")
    commands = re.findall(r"^gspmc (data import .*)$", document, re.MULTILINE)
    assert len(commands) == 8
    for command in commands:
        assert " clips of " in line.works(*shlex.split(command))


def test_a_full_disk_keeps_what_was_finished(line: Line, autsl: Path) -> None:
    words = ["data", "import", "autsl", autsl, line.folder / "store"]
    with full_disk(2048):
        assert line.run(*words) == 1
    (said,) = line.capsys.readouterr().err.splitlines()
    assert "cannot write" in said and "--resume goes on" in said
    assert not (line.folder / "store").exists()
    line.works(*words, "--resume")
    assert not list(line.folder.glob(".*"))
