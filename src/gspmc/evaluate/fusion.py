"""Several models' scores of the same clips as one: the weighted sum of their logits."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from gspmc.errors import GspmcError
from gspmc.evaluate.agreement import Named, known_clips, refuse_different
from gspmc.evaluate.folds import Folds, deal_folds
from gspmc.evaluate.scores import Scores

EQUAL, FIT = "equal", "fit"


def read_weights(text: str, models: int) -> np.ndarray | None:
    """Weights as they are typed: `equal`, `fit` (None), or numbers between spaces or commas.

    Returns:
        float64 (M,), at least 0 and with sum 1: only their ratios matter to a ranking, and with sum
        1 the fused logits stay on the scale of one model's.

    Raises:
        GspmcError: there are not as many numbers as models, or impossible ones.
    """
    if text == FIT:
        return None
    if text == EQUAL:
        return np.full(models, 1 / models)
    words = text.replace(",", " ").split()
    try:
        weights = np.array([float(word) for word in words])
    except ValueError:
        raise GspmcError(
            f"weights must be {EQUAL}, {FIT} or numbers such as '0.8 0.8 0.2 0.2', not {text!r}"
        ) from None
    if len(weights) != models:
        raise GspmcError(f"{len(weights)} weights for {models} runs: give one for each")
    if not (np.isfinite(weights).all() and weights.min() >= 0 and weights.max() > 0):
        raise GspmcError(f"weights must be 0 or more and not all 0, not {text!r}")
    weights = weights / weights.max()  # the sum of very large ones would be infinite
    return weights / weights.sum()


def fuse_scores(named: Named, weights: Sequence[float] | np.ndarray) -> Scores:
    """Σ weights[m] · logits[m], clip by clip (METHOD §5).

    Logits and log-probabilities give the same: they differ by a number that all classes of a clip
    share, so every ranking and every softmax of the sum is the same.

    Raises:
        GspmcError: the scores are not of the same clips, classes and split in the same order.
        ValueError: there are not as many weights as scores.
    """
    refuse_different(named)
    total = np.zeros(named[0][1].logits.shape)  # float64 (N, K)
    for (_, scores), weight in zip(named, weights, strict=True):
        total += weight * scores.logits.astype(np.float64)
    return replace(named[0][1], logits=total.astype(np.float32))


def fit_weights(named: Named) -> np.ndarray:
    """Weights of the least cross-entropy on clips of known classes.

    Minimised is Σ over clips of −log softmax(Σ w·logits)[label] + ½ Σ (M·w − 1)². It is strictly
    convex, so there is one answer. The second term [our default] weighs no more than a few clips:
    it settles what the clips leave open (two models that are alike get equal weights, and nothing
    runs away where every clip is recognised right).

    Returns:
        float64 (M,), at least 0 and with sum 1.

    Raises:
        GspmcError: the scores do not go together, no clip is of a known class, or no weight above 0
            helps.
    """
    refuse_different(named)
    return _fit(named, known_clips(named[0][1]))


def fuse_cross_fitted(named: Named) -> tuple[Scores, Folds]:
    """Fuse every fold of the clips with weights fitted on the other folds.

    What is measured on these scores was not fitted on the clips it is measured on.

    Raises:
        GspmcError: as `fit_weights`, or there are too few clips.
    """
    refuse_different(named)
    first = named[0][1]
    known, folds = known_clips(first), deal_folds(first)
    logits = np.empty_like(first.logits)
    for number in range(folds.total):
        held_out = folds.of_clip == number
        if not (known & ~held_out).any():
            raise GspmcError(
                f"split {first.split!r} has too few clips of known classes to fit weights on: "
                "give weights, or score more clips"
            )
        weights = _fit(named, known & ~held_out)
        logits[held_out] = fuse_scores(named, weights).logits[held_out]
    return replace(first, logits=logits), folds


def _fit(named: Named, chosen: np.ndarray) -> np.ndarray:
    from scipy.optimize import minimize
    from scipy.special import logsumexp

    models = len(named)
    logits = np.stack([scores.logits[chosen] for _, scores in named]).astype(
        np.float64
    )  # (M, n, K)
    logits -= logits.max(axis=2, keepdims=True)
    labels = named[0][1].labels[chosen]
    of_label = logits[:, np.arange(len(labels)), labels]  # (M, n)

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        fused = np.tensordot(weights, logits, axes=1)  # (n, K)
        norm = logsumexp(fused, axis=1, keepdims=True)  # (n, 1)
        expected = np.tensordot(logits, np.exp(fused - norm), axes=([1, 2], [0, 1]))  # (M,)
        apart = models * weights - 1
        value = norm.sum() - weights @ of_label.sum(axis=1) + (apart**2).sum() / 2
        return float(value), expected - of_label.sum(axis=1) + models * apart

    start = np.full(models, 1 / models)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=[(0, None)] * models)
    total = float(found.x.sum())
    if not (math.isfinite(total) and total > 0):
        raise GspmcError("no run helps to recognise these clips: there are no weights to fit")
    return np.asarray(found.x / total)
