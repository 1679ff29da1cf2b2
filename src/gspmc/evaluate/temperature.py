"""One temperature that makes probabilities out of logits (Guo et al., ICML 2017)."""

from __future__ import annotations

import numpy as np

from gspmc.errors import GspmcError
from gspmc.evaluate.agreement import known_clips
from gspmc.evaluate.scores import Scores


def log_probabilities(logits: np.ndarray, temperature: float = 1.0) -> np.ndarray:
    """(N, K) -> float64 (N, K), log softmax of logits / temperature."""
    from scipy.special import log_softmax

    return log_softmax(logits.astype(np.float64) / temperature, axis=1)


def likelihood_loss(scores: Scores, temperature: float = 1.0) -> float:
    """Mean of −log probability of the true class, over the clips of known classes, in nats.

    Raises:
        GspmcError: no clip is of a known class.
    """
    known = known_clips(scores)
    logs = log_probabilities(scores.logits[known], temperature)
    return float(-logs[np.arange(len(logs)), scores.labels[known]].mean())


def fit_temperature(scores: Scores) -> float:
    """The temperature of the least `likelihood_loss`.

    The loss is convex in β = 1 / temperature; its slope, the mean over clips of (expected logit −
    logit of the true class), grows with β from that at β = 0 (all classes alike) to that at β = ∞
    (the highest logit). Where it changes its sign there is one minimum, a root found by bracketing.
    Where it does not, no temperature is the best one.

    Raises:
        GspmcError: no clip is of a known class; every clip is recognised right; or the logits
            say no more than chance.
    """
    from scipy.optimize import brentq

    known = known_clips(scores)
    logits = scores.logits[known].astype(np.float64)  # (n, K)
    logits -= logits.max(axis=1, keepdims=True)
    unit = -logits.min() or 1.0  # so that the search is the same at every scale
    logits /= unit
    of_label = logits[np.arange(len(logits)), scores.labels[known]]  # (n,)
    where = f"the {len(logits)} clips of {scores.split!r}"
    if (logits.mean(axis=1) - of_label).mean() >= 0:
        raise GspmcError(
            f"on {where} the scores say no more than chance: no temperature mends that; "
            "train longer"
        )
    if not of_label.any():
        raise GspmcError(
            f"{where} are all recognised right: they tell of no temperature; calibrate on more "
            "clips, or harder ones"
        )

    def slope(beta: float) -> float:
        probabilities = np.exp(log_probabilities(logits, 1 / beta))
        return float(((probabilities * logits).sum(axis=1) - of_label).mean())

    low, high = 1.0, 1.0
    while slope(low) > 0:
        low /= 2
    while slope(high) < 0:
        high *= 2
    beta = low if low == high else brentq(slope, low, high, xtol=1e-14, rtol=1e-12)
    return float(unit / beta)
