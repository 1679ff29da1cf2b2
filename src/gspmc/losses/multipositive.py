"""Multi-positive contrastive term between skeleton features and text vectors.

Source: arXiv 2505.02304, section on multi-positive contrastive learning (the symmetric KL term).
"""

from __future__ import annotations

import torch
from torch import Tensor


def full_precision(tensor: Tensor) -> Tensor:
    """Half-precision tensors as float32; float32 and float64 tensors as they are."""
    return tensor.to(torch.promote_types(tensor.dtype, torch.float32))


def multi_positive_loss(
    features: Tensor,
    texts: Tensor,
    positives: Tensor,
    temperature: float = 0.1,
) -> Tensor:
    """Pull every feature towards *all* texts that describe it, and every text towards its clips.

    With ``L = features @ texts.T / temperature`` and the positives ``P[i, j] = 1`` where text j
    describes feature i (in the paper: they have the same label), the loss is half the sum of two
    means:

    * skeleton to text: over features i, ``KL(P[i] / sum(P[i]) || softmax_j L[i])``;
    * text to skeleton: over texts j, ``KL(P[:, j] / sum(P[:, j]) || softmax_i L[:, j])``.

    A feature or text without a positive is left out of its mean, and stays a negative for the
    others; where nothing has a positive the loss is zero, with zero gradients. The loss is zero at
    best: then the softmax spreads its mass evenly over the positives.

    ==============  ========  ===============================================================
    input           shape     content
    ==============  ========  ===============================================================
    features        (B, d)    skeleton vectors of unit length
    texts           (M, d)    text vectors of unit length; M is free: the texts of the batch,
                              with duplicates, or a whole text bank (more negatives)
    positives       (B, M)    bool: text j describes feature i
    temperature     float     0.1 in the paper, fixed; other libraries' scale = 1/temperature
    ==============  ========  ===============================================================

    Requirements: unit length is the caller's business, as the vectors are of use elsewhere.
    Computed in float32 under autocast; float64 stays float64.

    Relations to other losses: with M = B and distinct labels it *is* the symmetric InfoNCE loss of
    CLIP. It differs from SupCon (arXiv 2004.11362) by contrasting two modalities and by the
    subtracted entropy of the targets, ``log(number of positives)``, which moves no gradient.

    Source: arXiv 2505.02304. Corrected: the paper prints ``KL(q, p)`` with q the target, infinite
    wherever p is zero as q is over its negatives, and takes the transpose of the row-normalised
    targets as text-to-skeleton targets, whose columns do not sum to one. Here the divergence runs
    from target to prediction and each direction normalises its own targets.

    Raises:
        ValueError: shapes that do not fit together, or a temperature that is not positive.

    Example::

        >>> features = torch.nn.functional.normalize(torch.randn(4, 8), dim=-1)
        >>> texts = torch.nn.functional.normalize(torch.randn(6, 8), dim=-1)
        >>> labels, text_labels = torch.tensor([0, 1, 2, 0]), torch.tensor([0, 0, 1, 1, 2, 2])
        >>> multi_positive_loss(features, texts, labels[:, None] == text_labels).shape
        torch.Size([])
    """
    _check(features, texts, positives, temperature)
    with torch.autocast(features.device.type, enabled=False):
        logits = full_precision(features) @ full_precision(texts).T / temperature  # (B, M)
        skeleton_to_text = _mean_divergence(logits, positives)
        text_to_skeleton = _mean_divergence(logits.T, positives.T)
        return (skeleton_to_text + text_to_skeleton) / 2


def _mean_divergence(logits: Tensor, positives: Tensor) -> Tensor:
    """Mean over the rows with a positive of KL(uniform over positives || softmax of the row)."""
    count = positives.sum(dim=1, dtype=logits.dtype)  # (B,)
    shared = count.clamp(min=1)  # never divides by zero: an empty row contributes nothing below
    log_likelihood = (logits.log_softmax(dim=1) * positives).sum(dim=1) / shared  # (B,)
    divergence = -shared.log() - log_likelihood  # (B,)
    present = count > 0
    return (divergence * present).sum() / present.sum().clamp(min=1)


def _check(features: Tensor, texts: Tensor, positives: Tensor, temperature: float) -> None:
    if features.ndim != 2 or texts.ndim != 2 or features.shape[1] != texts.shape[1]:
        raise ValueError(
            "expected features (B, d) and texts (M, d) of one width, "
            f"got {tuple(features.shape)} and {tuple(texts.shape)}"
        )
    if positives.shape != (len(features), len(texts)):
        raise ValueError(
            f"expected positives ({len(features)}, {len(texts)}), got {tuple(positives.shape)}"
        )
    if temperature <= 0:
        raise ValueError(f"expected a temperature above 0, got {temperature}")
