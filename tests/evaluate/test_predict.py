"""Clips of a store through a model: order, modes, and classes matched by name."""

from pathlib import Path

import numpy as np
import pytest
import torch
from tests.tiny import LABELS, PARTCONV, clips, make_store

from gspmc.data.preprocess import Preprocessing, preprocess
from gspmc.data.store import ClipStore
from gspmc.data.windows import ClipWindows, load_windows
from gspmc.errors import GspmcError
from gspmc.evaluate import predict
from gspmc.evaluate.metrics import compute_metrics
from gspmc.evaluate.predict import check_fits, predict_logits, score_store
from gspmc.models.sign_model import SignModel
from gspmc.models.snapshot import ModelConfig, build_model
from gspmc.skeleton import get_layout

CONFIG = ModelConfig(
    encoder="partconv",
    layout="hands42",
    labels=LABELS,
    encoder_options=PARTCONV,
    stream="bone",
    preprocessing=Preprocessing(frames=8),
)


@pytest.fixture(scope="module")
def model() -> SignModel:
    torch.manual_seed(0)
    return build_model(CONFIG)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> ClipStore:
    return ClipStore.open(make_store(tmp_path_factory.mktemp("predict") / "s"))


def score(model: SignModel, store: ClipStore, rows, config: ModelConfig = CONFIG):
    return score_store(model, config, store, np.asarray(rows), "val", quiet=True)


def test_scores_follow_the_rows(model: SignModel, store: ClipStore) -> None:
    rows = [7, 0, 11, 3]
    scores = score(model, store, rows)
    assert scores.ids.tolist() == ["clip7", "clip0", "clip11", "clip3"]
    assert scores.signers.tolist() == ["s3", "s0", "s3", "s3"]
    assert scores.labels.tolist() == [row % 3 for row in rows]
    assert scores.classes == LABELS and scores.split == "val"
    for row, found in zip(rows, scores.logits, strict=True):  # literally, one clip at a time
        points = preprocess(list(clips())[row].pose, CONFIG.preprocessing)
        alone = ClipWindows([points], [0], get_layout("hands42"), 8)
        x = alone.batch(torch.tensor([0]), "bone").x
        with torch.no_grad():
            expected = model.eval()(x).logits[0]
        torch.testing.assert_close(torch.from_numpy(found), expected, rtol=1e-4, atol=1e-5)


def test_batches_do_not_matter(
    model: SignModel, store: ClipStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = score(model, store, range(12))
    monkeypatch.setattr(predict, "_BATCH", 5)
    np.testing.assert_allclose(score(model, store, range(12)).logits, whole.logits, atol=1e-5)


@pytest.mark.parametrize("training", [True, False])
def test_the_mode_is_restored_and_nothing_is_learnt(
    model: SignModel, store: ClipStore, training: bool
) -> None:
    windows = load_windows(store, np.arange(12), LABELS, CONFIG.preprocessing, progress=False)
    model.train(training)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    logits = predict_logits(model, CONFIG, windows)
    assert model.training is training
    assert logits.dtype == torch.float32 and logits.shape == (12, 3)
    assert all(torch.equal(before[name], value) for name, value in model.state_dict().items())
    torch.testing.assert_close(predict_logits(model, CONFIG, windows), logits, rtol=0, atol=0)


def test_classes_are_matched_by_name_not_by_place(model: SignModel, tmp_path: Path) -> None:
    # "apple" comes first in this store's alphabet, so every place is shifted.
    other = ("größer 大", "apple", "book", "zebra")
    store = ClipStore.open(make_store(tmp_path / "s", count=8, labels=other))
    scores = score(model, store, range(8))
    assert scores.labels.tolist() == [2, -1, 0, -1] * 2
    metrics = compute_metrics(scores)
    assert (metrics.count, metrics.excluded) == (4, 4)
    known = scores.labels >= 0
    right = scores.logits[known].argmax(1) == scores.labels[known]
    assert metrics.top1 == pytest.approx(right.mean())


def test_no_class_in_common(model: SignModel, tmp_path: Path) -> None:
    store = ClipStore.open(make_store(tmp_path / "s", labels=("apple", "zebra")))
    with pytest.raises(GspmcError, match="none of the classes of .* is known") as failure:
        score(model, store, range(12))
    assert str(tmp_path) in str(failure.value) and "\n" not in str(failure.value)


def test_another_layout(model: SignModel, tmp_path: Path) -> None:
    store = ClipStore.open(make_store(tmp_path / "s", layout="kinect20"))
    for use in (lambda: check_fits(CONFIG, store), lambda: score(model, store, [0])):
        with pytest.raises(GspmcError, match="holds kinect20, the model takes hands42") as failure:
            use()
        assert "\n" not in str(failure.value)
