"""Made-up scores for tests of what reads them."""

from dataclasses import replace
from typing import Any

import numpy as np

from gspmc.evaluate.scores import Scores


def drawn_scores(
    clips: int = 60,
    classes: int = 4,
    seed: int = 0,
    noise: int | None = None,
    signers: int = 6,
    split: str = "val",
    scale: float = 1.0,
) -> Scores:
    """Labels drawn from the softmax of the logits: at scale 1 they are calibrated as they are.

    Args:
        noise: seed of something added to the logits afterwards: another model of the same clips.
        scale: of the logits, after the labels were drawn.
    """
    generator = np.random.default_rng(seed)
    logits = generator.normal(0, 2, (clips, classes))
    shares = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    labels = np.array([generator.choice(classes, p=share) for share in shares])
    if noise is not None:
        logits = logits + np.random.default_rng(1000 + noise).normal(0, 1.5, logits.shape)
    return Scores(
        ids=np.array([f"{split}{number}" for number in range(clips)]),
        labels=labels,
        logits=scale * logits,
        classes=tuple(f"sign{number}" for number in range(classes)),
        signers=np.array([f"s{number % signers}" for number in range(clips)]),
        split=split,
    )


def changed(scores: Scores, **fields: Any) -> Scores:
    return replace(scores, **fields)
