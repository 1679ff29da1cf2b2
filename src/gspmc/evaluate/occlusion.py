"""What a model loses when it cannot see a joint."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from gspmc.data.streams import to_stream
from gspmc.data.windows import ClipWindows
from gspmc.models.sign_model import SignModel
from gspmc.models.snapshot import ModelConfig
from gspmc.progress import progress_bar

_BATCH = 64


@torch.inference_mode()
def occlusion_drops(
    model: SignModel,
    config: ModelConfig,
    windows: ClipWindows,
    groups: Sequence[Sequence[int]],
    progress: bool = True,
) -> np.ndarray:
    """How far the log-probability of the right class falls when joints are hidden.

    Hidden means what a joint that is never seen looks like: after preprocessing and before the
    stream is derived, its coordinates and its confidence are zero in every frame. (Zeiler and
    Fergus, ECCV 2014, for pictures.) What a model can do without one joint it may still need: a
    fingertip's neighbours tell nearly the same, so hide whole parts too.

    Args:
        model: in evaluation mode.
        config: its own.
        windows: n clips, all of classes that the model knows.
        groups: G sets of joints, each hidden by itself.
        progress: show a bar on the terminal.

    Returns:
        float64 (n, G), in nats; positive where the joints helped.
    """
    chunks = torch.arange(len(windows)).split(_BATCH)
    drops = []
    with progress_bar(quiet=not progress) as bar:
        task = bar.add_task("hiding joints", total=len(chunks) * len(groups))
        for chunk in chunks:
            batch = windows.batch(chunk)
            seen = _log_probability(model, config, windows, batch.x, batch.labels)  # (n,)
            hidden = []
            for joints in groups:
                x = batch.x.clone()
                x[..., list(joints)] = 0
                hidden.append(_log_probability(model, config, windows, x, batch.labels))
                bar.advance(task)
            drops.append(seen[:, None] - torch.stack(hidden, dim=1))  # (n, G)
    return torch.cat(drops).double().numpy()


def _log_probability(
    model: SignModel, config: ModelConfig, windows: ClipWindows, x: Tensor, labels: Tensor
) -> Tensor:
    """(n,): of the right class."""
    logits = model(to_stream(x, config.stream, windows.layout)).logits.float()
    return logits.log_softmax(dim=-1).gather(1, labels[:, None])[:, 0]


def spread_over_classes(labels: np.ndarray, most: int) -> np.ndarray:
    """Positions of at most `most` clips, as many of every class as can be, ascending.

    First the first clip of every class, then the second of each, and so on.

    Args:
        labels: (N,) of any kind.
    """
    order = np.argsort(labels, kind="stable")
    first = np.r_[True, labels[order][1:] != labels[order][:-1]]
    starts = np.maximum.accumulate(np.where(first, np.arange(len(order)), 0))
    place = np.empty(len(order), dtype=int)
    place[order] = np.arange(len(order)) - starts
    return np.sort(np.argsort(place, kind="stable")[:most])
