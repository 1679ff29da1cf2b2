"""Every stream, derived from one store of joints, through train, evaluate, export, recognise."""

from pathlib import Path

import numpy as np
import pytest
import torch
from tests.tiny import PARTCONV, make_store, recipe

from gspmc.data.store import ClipStore
from gspmc.data.streams import to_stream
from gspmc.data.windows import load_windows
from gspmc.evaluate.predict import score_store
from gspmc.evaluate.scores import Scores
from gspmc.export.bundle import export_bundle
from gspmc.models.snapshot import load_model
from gspmc.recognize import Recognizer
from gspmc.skeleton.registry import layout_names
from gspmc.train.run import train_run

ENCODERS = {"partconv": PARTCONV, "ctrgcn": {"base_channels": 16}}
STREAMS = ("joint", "bone", "joint_motion", "bone_motion")
LAYOUTS = [name for name in layout_names() if not name.startswith("mediapipe")]
ROADS = [(encoder, "hands42", stream) for encoder in ENCODERS for stream in STREAMS]
ROADS += [
    (encoder, layout, STREAMS[(number + turn) % 3 + 1])
    for turn, encoder in enumerate(ENCODERS)
    for number, layout in enumerate(LAYOUTS)
    if layout != "hands42"
]
"""Every stream with every encoder, and every layout with every encoder in a derived stream."""


@pytest.fixture(autouse=True)
def without_onnx(monkeypatch: pytest.MonkeyPatch) -> None:
    """tests/export/test_onnx_model.py is about model.onnx; writing it takes seconds."""
    monkeypatch.setattr("gspmc.export.bundle.onnx_model", lambda *_: None)


@pytest.mark.parametrize(("encoder", "layout", "stream"), ROADS)
def test_the_whole_road(tmp_path: Path, encoder: str, layout: str, stream: str) -> None:
    store = ClipStore.open(make_store(tmp_path / "store", count=8, layout=layout))
    fingerprint = store.fingerprint
    options = {"encoder": encoder, "encoder_options": ENCODERS[encoder], "stream": stream}
    run = train_run(recipe(epochs=1, **options), store.uri, tmp_path / "run", quiet=True)
    config, model = load_model(run.path)
    assert config.stream == stream

    rows = np.flatnonzero(np.array(store.index["split"].to_pylist()) == "val")
    kept = Scores.load(run.scores("val")).logits
    windows = load_windows(store, rows, config.labels, config.preprocessing, progress=False)
    joints = windows.batch(torch.arange(len(rows))).x
    with torch.inference_mode():
        derived = model(to_stream(joints, stream, store.layout)).logits  # type: ignore[arg-type]
    np.testing.assert_allclose(kept, derived, atol=1e-4)
    again = score_store(model, config, store, rows, "val", quiet=True).logits
    np.testing.assert_allclose(kept, again, atol=1e-4)

    recognizer = Recognizer(export_bundle(run.path, tmp_path / "bundle"))
    for clip, logits in zip(store.read(rows), kept, strict=True):
        shares = np.exp(logits - logits.max())
        found = {each.label: each.probability for each in recognizer.recognize(clip.pose)}
        expected = dict(zip(config.labels, (shares / shares.sum()).tolist(), strict=True))
        assert found == pytest.approx(expected, abs=1e-4)
    assert ClipStore.open(store.uri).fingerprint == fingerprint  # nothing is stored of a stream
