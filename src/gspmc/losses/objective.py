"""The composite training objective: classification plus the mean of the contrastive terms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import torch
from torch import Tensor
from torch.nn import functional as F

from gspmc.losses.multipositive import full_precision, multi_positive_loss
from gspmc.losses.targets import PART_TERMS, TextTargets
from gspmc.skeleton import PARTS

Negatives = Literal["batch", "bank"]


def gsp_objective(
    logits: Tensor,
    labels: Tensor,
    features: Mapping[str, Tensor] | None = None,
    targets: TextTargets | None = None,
    *,
    visible: Tensor | None = None,
    alpha: float = 0.5,
    temperature: float = 0.1,
    label_smoothing: float = 0.0,
    negatives: Negatives = "batch",
    generator: torch.Generator | None = None,
) -> dict[str, Tensor]:
    """``CE(S_g) + alpha / n * [L(S_g, refined) + L(S_g, synonym) + sum_p L(S_p, T_p)]``.

    L is :func:`~gspmc.losses.multipositive.multi_positive_loss`, n the number of terms that have
    at least one clip with one of its texts in this step: a part that the layout lacks, that no
    text speaks of, or that no clip shows, adds nothing and dilutes nothing.

    Args:
        logits: (N, K) class scores from S_g.
        labels: (N,) class index of every clip.
        features: projected vectors of unit length, "global" and part names -> (N, d).
        targets: the text side; without it (or without features) only the classification term.
        visible: (N, len(PARTS)) bool, False where a part is never seen in a clip: that clip is
            left out of that part's term [our default]. None: everything is visible.
        alpha: weight of the contrastive terms; 0.5 in the paper.
        temperature: of the contrastive terms; 0.1 in the paper, fixed.
        label_smoothing: of the classification term; the paper has none.
        negatives: candidates on the text side. "batch", the paper's: the texts of every clip in
            the batch, duplicates included, and one synonym drawn at random per clip. "bank": all
            texts of the term, whatever the batch holds (nothing is drawn: all synonyms count).
        generator: source of the synonym draws, on the CPU; None takes PyTorch's global one.

    Returns:
        Scalars by name: "ce", one for every term that ``targets`` and ``features`` share
        ("refined", "synonym", "part/<name>"; zero where nothing is present in the step), "text"
        (the mean over the n present ones) where there is any, and "total", which is differentiated.

    Source: arXiv 2505.02304, total loss.
    """
    losses = {
        "ce": F.cross_entropy(full_precision(logits), labels, label_smoothing=label_smoothing)
    }
    if features is None or targets is None:
        return losses | {"total": losses["ce"]}

    terms: dict[str, Tensor] = {}
    present: list[Tensor] = []
    for term, texts in targets.terms.items():
        name = PART_TERMS.get(term, "global")
        if name not in features:
            continue
        vectors, classes = features[name], labels
        if visible is not None and name in PARTS:
            seen = visible[:, PARTS.index(name)]
            vectors, classes = vectors[seen], classes[seen]
        columns = torch.arange(len(texts.rows), device=texts.rows.device)
        if negatives == "batch":
            owners = targets.labels[texts.rows]
            columns = _texts_of_clips(classes, owners, term == "synonym", generator)
        positives = texts.describes[classes][:, columns]  # (N, m)
        terms[term] = multi_positive_loss(
            vectors, targets.vectors[texts.rows[columns]], positives, temperature
        )
        present.append(positives.any())
    if not terms:
        return losses | {"total": losses["ce"]}
    text = torch.stack(list(terms.values())).sum() / torch.stack(present).sum().clamp(min=1)
    return losses | terms | {"text": text, "total": losses["ce"] + alpha * text}


def _texts_of_clips(
    classes: Tensor, owners: Tensor, draw_one: bool, generator: torch.Generator | None
) -> Tensor:
    """(m,) texts that each clip's class owns, clip after clip, so with duplicates.

    With ``draw_one`` every clip that has any gets one, uniformly at random.

    Args:
        classes: (N,) class index of every clip.
        owners: (M,) class index of every text.
    """
    belongs = classes[:, None] == owners[None, :]  # (N, M)
    if draw_one:
        lots = torch.rand(belongs.shape, generator=generator).to(belongs.device)
        drawn = torch.where(belongs, lots, -1.0).argmax(dim=1)  # (N,)
        return drawn[belongs.any(dim=1)]
    return belongs.nonzero()[:, 1]
