"""The bundle: plain files, complete or not at all, and the same recogniser as the run."""

import json
import logging
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors import safe_open
from tests.test_files import full_disk
from tests.tiny import LABELS, clips, everything_in, make_run

from gspmc.data.store import ClipStore
from gspmc.errors import GspmcError
from gspmc.evaluate.predict import score_store
from gspmc.export.bundle import export_bundle
from gspmc.models.snapshot import load_model
from gspmc.recognize import Recognizer
from gspmc.text.bank_file import load_bank
from gspmc.text.description import read_descriptions

PLAIN = {"README.md", "config.json", "model.safetensors", "trained_clips.txt"}
TEXTS = {"descriptions.jsonl", "text_bank.safetensors"}


@pytest.fixture(autouse=True)
def without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """tests/export/test_onnx_model.py has what model.onnx is about; writing it takes seconds."""
    monkeypatch.setitem(sys.modules, "onnxscript", None)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_run(tmp_path_factory.mktemp("plain")).path


@pytest.fixture(scope="module")
def with_texts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_run(tmp_path_factory.mktemp("texts"), texts=True).path


@pytest.fixture
def copied(plain: Path, tmp_path: Path) -> Path:
    """A finished run that a test may damage."""
    shutil.copytree(plain, tmp_path / "run")
    return tmp_path / "run"


def test_the_files_of_a_bundle(plain: Path, with_texts: Path, tmp_path: Path) -> None:
    assert export_bundle(plain, tmp_path / "deep" / "a") == tmp_path / "deep" / "a"
    export_bundle(str(with_texts), str(tmp_path / "b"))
    assert everything_in(tmp_path / "deep" / "a") == PLAIN
    assert everything_in(tmp_path / "b") == PLAIN | TEXTS
    assert {path.name for path in tmp_path.iterdir()} == {"deep", "b"}


@pytest.mark.parametrize("name", sorted(TEXTS | {"model.safetensors", "trained_clips.txt"}))
def test_a_file_that_is_not_the_exported_one(with_texts: Path, tmp_path: Path, name: str) -> None:
    bundle = export_bundle(with_texts, tmp_path / "b")
    load_model(bundle)
    (bundle / name).write_bytes((bundle / name).read_bytes()[:-3])
    with pytest.raises(GspmcError, match=f"{name} is not the file that was exported: export"):
        load_model(bundle)
    (bundle / name).unlink()
    with pytest.raises(GspmcError, match=f"cannot read .*{name}: No such file.*; export"):
        load_model(bundle)


def test_what_is_left_out_is_said_in_one_line(
    plain: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, "gspmc"):
        bundle = export_bundle(plain, tmp_path / "b")
    assert caplog.messages == [
        "model.onnx is left out, onnxscript is not installed: "
        "pip install 'gspmc[onnx]' and export again"
    ]
    assert "onnx" not in (bundle / "README.md").read_text(encoding="utf-8")


def test_every_file_is_readable_without_running_code(with_texts: Path, tmp_path: Path) -> None:
    bundle = export_bundle(with_texts, tmp_path / "b")
    for path in bundle.rglob("*"):
        assert path.suffix in {".json", ".jsonl", ".md", ".safetensors", ".txt"}
        if path.suffix == ".safetensors":
            with safe_open(path, framework="np") as file:
                assert len(list(file.keys())) >= 3
        else:
            text = path.read_text(encoding="utf-8")
            for line in {".json": [text], ".jsonl": text.splitlines()}.get(path.suffix, []):
                json.loads(line)


def test_the_texts_are_those_of_training(with_texts: Path, tmp_path: Path) -> None:
    bundle = export_bundle(with_texts, tmp_path / "b")
    assert list(read_descriptions(bundle / "descriptions.jsonl")) == list(LABELS)
    assert load_bank(bundle / "text_bank.safetensors").classes == load_model(bundle)[0].labels


@pytest.mark.parametrize("name", ["plain", "with_texts"])
def test_a_bundle_recognises_as_its_run_does(
    name: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    run = request.getfixturevalue(name)
    bundle = export_bundle(run, tmp_path / "b")
    store = ClipStore.open(run.parent / "store")
    logits = []
    for folder in (run, bundle):
        config, model = load_model(folder)
        rows = np.arange(len(store))
        logits.append(score_store(model, config, store, rows, "all", quiet=True).logits)
    np.testing.assert_array_equal(*logits)
    first, second = Recognizer(run), Recognizer(bundle)
    for one in clips():
        assert first.recognize(one.pose) == second.recognize(one.pose)


def test_the_card_tells_what_was_measured(plain: Path, tmp_path: Path) -> None:
    card = (export_bundle(plain, tmp_path / "b") / "README.md").read_text(encoding="utf-8")
    metrics = json.loads((plain / "metrics" / "val.json").read_text())
    low, high = metrics["top1_interval"]
    row = f"| val | 3 | {metrics['top1']:.1%} | {low:.1%} to {high:.1%} | 100.0% |"
    assert row in card
    assert ", ".join(LABELS) in card and "hands42" in card and "partconv" in card


def test_an_unmeasured_run_says_so(copied: Path, tmp_path: Path) -> None:
    shutil.rmtree(copied / "metrics")
    card = (export_bundle(copied, tmp_path / "b") / "README.md").read_text(encoding="utf-8")
    assert "Not measured" in card


def test_a_bundle_is_replaced_whole(plain: Path, with_texts: Path, tmp_path: Path) -> None:
    export_bundle(with_texts, tmp_path / "b")
    export_bundle(plain, tmp_path / "b")
    assert everything_in(tmp_path) == {"b", *(f"b/{name}" for name in PLAIN)}


def refused(run: Path, bundle: Path, message: str) -> None:
    root = bundle.parent
    before = {path: path.is_file() and path.read_bytes() for path in root.rglob("*")}
    with pytest.raises(GspmcError, match=message) as failure:
        export_bundle(run, bundle)
    assert "\n" not in str(failure.value)
    assert before == {path: path.is_file() and path.read_bytes() for path in root.rglob("*")}


def test_a_run_that_is_not_finished(copied: Path, tmp_path: Path) -> None:
    (copied / "config.json").unlink()
    refused(copied, tmp_path / "b", r"config\.json is missing; has training finished\?")
    refused(tmp_path / "absent", tmp_path / "b", "no trained model in")


def test_a_damaged_run_leaves_the_old_bundle(copied: Path, plain: Path, tmp_path: Path) -> None:
    export_bundle(plain, tmp_path / "b")
    weights = copied / "model.safetensors"
    whole = weights.read_bytes()
    weights.write_bytes(whole[:-8])
    refused(copied, tmp_path / "b", "cannot load")
    weights.write_bytes(whole)
    (copied / "metrics" / "val.json").write_text('{"top1": ')
    refused(copied, tmp_path / "b", r"val\.json is damaged: evaluate the run again")


def test_what_is_no_bundle_is_not_replaced(copied: Path, plain: Path, tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "holiday.jpg").write_bytes(b"x")
    (tmp_path / "letter").write_text("dear")
    message = "exists and is no bundle: choose another folder"
    for name in ("photos", "letter"):
        refused(plain, tmp_path / name, message)
    refused(copied, copied, message)  # a run onto itself
    refused(plain, copied, message)  # a run onto another


def test_a_full_disk_is_one_line_and_keeps_the_old_bundle(plain: Path, tmp_path: Path) -> None:
    for name in ("new", "old"):
        if name == "old":
            export_bundle(plain, tmp_path / name)
        before = everything_in(tmp_path)
        with pytest.raises(GspmcError, match="cannot write") as failure, full_disk():
            export_bundle(plain, tmp_path / name)
        assert "\n" not in str(failure.value) and str(tmp_path / name) in str(failure.value)
        assert everything_in(tmp_path) == before
    load_model(tmp_path / "old")


LOADER = """
import sys, pickle, torch
def refuse(*_, **__): raise SystemExit("something is unpickled")
pickle.load = pickle.loads = pickle.Unpickler = torch.load = refuse
from gspmc.recognize import Recognizer
from gspmc.data.importers.keypoint_file import KeypointFormat
from gspmc.recognize.sources import open_clips
import gspmc.export.bundle
recognizer = Recognizer(sys.argv[1])
(clip,) = open_clips(sys.argv[2], KeypointFormat("hands42", "hands42"), None, None)
print(recognizer.recognize(clip.pose)[0].label)
houses = {name.split(".")[1] for name in sys.modules if name.startswith("gspmc.")}
foreign = {"lightning", "sentence_transformers", "transformers", "matplotlib", "tensorboard"}
print(sorted(houses & {"describe", "losses", "train", "experiments"}))
print(sorted(foreign & set(sys.modules)))
"""


def test_recognition_stands_on_its_own(with_texts: Path, tmp_path: Path) -> None:
    bundle = export_bundle(with_texts, tmp_path / "b")
    one = next(clips())
    np.save(tmp_path / "a.npy", one.pose.keypoints)
    answer = subprocess.run(
        [sys.executable, "-c", LOADER, str(bundle), str(tmp_path / "a.npy")],
        capture_output=True,
        text=True,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    assert answer.returncode == 0, answer.stderr
    label, houses, foreign = answer.stdout.splitlines()
    assert label == Recognizer(bundle).recognize(one.pose)[0].label
    assert houses == "[]" and foreign == "[]"


def test_projections_travel_with_the_weights(with_texts: Path, tmp_path: Path) -> None:
    _, model = load_model(export_bundle(with_texts, tmp_path / "b"))
    assert set(model.projections) == {"global", "left_hand", "right_hand"}
    output = model(torch.zeros(1, 3, 8, 42))
    assert model.project(output)["global"].shape == (1, 384)
