"""Clips of a store through a model: scores out."""

import numpy as np
import torch
from torch import Tensor

from gspmc.data.store import ClipStore
from gspmc.data.windows import ClipWindows, load_windows
from gspmc.errors import GspmcError
from gspmc.evaluate.scores import Scores
from gspmc.models.sign_model import SignModel
from gspmc.models.snapshot import ModelConfig

_BATCH = 128


@torch.inference_mode()
def predict_logits(
    model: SignModel, config: ModelConfig, windows: ClipWindows, rows: Tensor | None = None
) -> Tensor:
    """Logits (N, K) of the clips at `rows`, or of all, in evaluation mode and full precision.

    The model's mode is restored afterwards.
    """
    training = model.training
    model.eval()
    device = next(model.parameters()).device
    chunks = (torch.arange(len(windows)) if rows is None else rows).split(_BATCH)
    with torch.backends.cudnn.flags(enabled=True, allow_tf32=False):
        logits = [
            model(windows.batch(chunk, config.stream).x.to(device)).logits.float().cpu()
            for chunk in chunks
        ]
    model.train(training)
    return torch.cat(logits)


def score_store(
    model: SignModel,
    config: ModelConfig,
    store: ClipStore,
    rows: np.ndarray,
    split: str,
    quiet: bool = False,
) -> Scores:
    """Scores of the clips at `rows` of a store, classes matched by name.

    Clips of classes that the model does not know get label −1.

    Raises:
        GspmcError: the store has another layout, or shares no class with the model.
    """
    check_fits(config, store)
    windows = load_windows(store, rows, config.labels, config.preprocessing, not quiet)
    if not bool((windows.labels >= 0).any()):
        raise GspmcError(
            f"none of the classes of {store.uri} is known to the model: "
            f"it has {len(config.labels)}, such as {config.labels[0]}"
        )
    logits = predict_logits(model, config, windows)
    return to_scores(config, store, rows, split, windows.labels, logits)


def to_scores(
    config: ModelConfig,
    store: ClipStore,
    rows: np.ndarray,
    split: str,
    labels: Tensor,
    logits: Tensor,
) -> Scores:
    """What a model said of the clips at `rows` (N,): class indices (N,), −1 unknown; (N, K)."""
    index = store.index.take(rows)
    return Scores(
        ids=np.array(index["id"].to_pylist()),
        labels=labels.numpy(),
        logits=logits.numpy(),
        classes=config.labels,
        signers=np.array(index["signer"].to_pylist()),
        split=split,
    )


def check_fits(config: ModelConfig, store: ClipStore) -> None:
    """Raises:
    GspmcError: the store's layout is not the model's.
    """
    if store.layout.name != config.layout:
        raise GspmcError(
            f"{store.uri} holds {store.layout.name}, the model takes {config.layout}: "
            "import the clips with --to-layout, or extract them again"
        )
