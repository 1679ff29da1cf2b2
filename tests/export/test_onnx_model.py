"""model.onnx: the model's own numbers from ONNX Runtime, in one file, for any batch size."""

import logging
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from tests.models.test_folding import trained
from tests.models.test_registry import TINY, clips
from tests.tiny import LABELS, everything_in, keypoints, make_run, pose
from torch import nn

from gspmc.data.preprocess import Preprocessing
from gspmc.errors import GspmcError
from gspmc.export.bundle import export_bundle
from gspmc.export.onnx_model import onnx_model
from gspmc.models import encoder_names
from gspmc.models.output import EncoderOutput
from gspmc.models.sign_model import SignModel
from gspmc.models.snapshot import ModelConfig
from gspmc.recognize import Recognizer

onnx = pytest.importorskip("onnx", reason="needs the onnx extra")
onnxruntime = pytest.importorskip("onnxruntime", reason="needs the onnx extra")
pytest.importorskip("onnxscript", reason="needs the onnx extra")

FRAMES = 9
"""Odd, so that the last frame of a stride of two is half a one."""
ROOT = Path(__file__).resolve().parents[2]


def config_of(name: str, layout_name: str) -> ModelConfig:
    options = TINY.get(name, {})
    return ModelConfig(
        name, layout_name, tuple("abcde"), options, preprocessing=Preprocessing(frames=FRAMES)
    )


def session_of(contents: bytes) -> Any:
    return onnxruntime.InferenceSession(contents, providers=["CPUExecutionProvider"])


def assert_close(actual: np.ndarray, expected: torch.Tensor) -> None:
    assert actual.dtype == np.float32 and actual.shape == expected.shape
    assert np.abs(actual - expected.numpy()).max() <= 1e-4 * expected.abs().max()


@pytest.mark.parametrize(
    ("name", "layout_name", "vectors"),
    [
        *((name, "kinect20", True) for name in encoder_names()),
        *((name, "hands42", False) for name in encoder_names()),
        *(pytest.param(name, "gsp87", True, marks=pytest.mark.slow) for name in encoder_names()),
    ],
)
def test_onnx_runtime_gives_the_models_numbers(name: str, layout_name: str, vectors: bool) -> None:
    model = trained(name, layout_name)
    contents = onnx_model(config_of(name, layout_name), model, vectors)
    assert contents is not None
    onnx.checker.check_model(contents, full_check=True)
    assert b".py" not in contents  # no paths of the machine that it was made on
    session = session_of(contents)
    (clips_input,) = session.get_inputs()
    batch, *shape = clips_input.shape
    assert (clips_input.name, batch) == ("clips", "batch")
    for count in (1, 5):
        x = clips(layout_name, count, FRAMES)
        assert shape == list(x.shape[1:])
        with torch.inference_mode():
            output = model(x)
            expected = {"logits": output.logits}
            if vectors:
                expected.update(model.project(output))
        assert [each.name for each in session.get_outputs()] == list(expected)
        found = session.run(None, {"clips": x.numpy()})
        for actual, wanted in zip(found, expected.values(), strict=True):
            assert_close(actual, wanted)


class ClipByClip(nn.Module):
    """An encoder with a loop over the batch, which no graph for all batch sizes can have."""

    width, part_widths = 3, {}

    def forward(self, x: torch.Tensor) -> EncoderOutput:
        return EncoderOutput(torch.stack([clip.mean(dim=(1, 2)) for clip in x]), {})


def test_an_encoder_without_onnx_form_is_left_out(caplog: pytest.LogCaptureFixture) -> None:
    model = SignModel(ClipByClip(), 5, None).eval()
    with caplog.at_level(logging.WARNING, "gspmc"):
        assert onnx_model(config_of("clip_by_clip", "hands42"), model, vectors=False) is None
    (line,) = caplog.messages
    assert line.startswith("model.onnx is left out, clip_by_clip cannot be converted: ")
    assert "\n" not in line


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_run(tmp_path_factory.mktemp("texts"), texts=True).path


@pytest.fixture(scope="module")
def bundle(run: Path) -> Path:
    return export_bundle(run, run.parent / "bundles" / "wlasl100", vectors=True)


def test_the_bundle_holds_one_more_file(bundle: Path) -> None:
    texts = {"descriptions.jsonl", "text_bank.safetensors"}
    plain = {"README.md", "config.json", "model.safetensors", "trained_clips.txt"}
    assert everything_in(bundle.parent) == {
        "wlasl100",
        *(f"wlasl100/{name}" for name in plain | texts | {"model.onnx"}),
    }
    card = (bundle / "README.md").read_text(encoding="utf-8")
    assert "`clips`: float32 (N, 3, 8, 42), any N" in card
    assert "Outputs: logits, global, left_hand, right_hand." in card


def test_it_is_replaced_by_a_bundle_without(
    run: Path, bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = shutil.copytree(bundle, tmp_path / "b")
    monkeypatch.setitem(sys.modules, "onnxscript", None)
    export_bundle(run, old)
    assert not (old / "model.onnx").exists()


def test_vectors_of_a_model_without_texts(tmp_path: Path) -> None:
    run = make_run(tmp_path)
    with pytest.raises(GspmcError, match="trained without texts and projects no vectors"):
        export_bundle(run.path, tmp_path / "b", vectors=True)
    assert not (tmp_path / "b").exists()


WITHOUT_TORCH = "import sys\nsys.modules['torch'] = None\n"


def test_the_documented_example_recognises_as_the_bundle_does(bundle: Path, tmp_path: Path) -> None:
    text = (ROOT / "docs" / "training.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```python\n(.*?)```", text, re.S)
    (tmp_path / "bundles").symlink_to(bundle.parent)
    points = keypoints(13)
    points[:3, 5] = points[7:, 30] = 0  # unseen at the start, and at the end
    np.save(tmp_path / "clip.npy", points)
    answer = subprocess.run(
        [sys.executable, "-c", WITHOUT_TORCH + example],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env={**os.environ, "OMP_NUM_THREADS": "1", "PYTHONIOENCODING": "utf-8"},
    )
    assert answer.returncode == 0, answer.stderr
    expected = Recognizer(bundle).recognize(pose(points))
    assert answer.stdout.splitlines() == [f"{c.label} {c.probability:.1%}" for c in expected]
    assert len(expected) == len(LABELS)
