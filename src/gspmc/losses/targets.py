"""Which text vectors supervise which term of the objective, as tensors on the training device."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from gspmc.skeleton import PARTS
from gspmc.text.bank import TextBank

GLOBAL_TERMS = ("refined", "synonym")
PART_TERMS = {f"part/{part}": part for part in PARTS}
"""Term name -> the part whose pooled feature it supervises; the global terms supervise S_g."""


@dataclass(frozen=True)
class TextTargets:
    """Text vectors with, for every term of the objective, the texts that belong to it.

    A text that speaks of several parts belongs to several terms (the tags are many-to-many); a
    term without any text is not there.
    """

    vectors: Tensor
    """(M, d) unit length, frozen."""
    labels: Tensor
    """(M,) class index of every text."""
    terms: Mapping[str, Tensor]
    """Term name ("refined", "synonym", "part/<name>") -> (m,) rows of ``vectors``."""

    def to(self, device: torch.device | str) -> TextTargets:
        """The same targets on another device."""
        return TextTargets(
            self.vectors.to(device),
            self.labels.to(device),
            {term: rows.to(device) for term, rows in self.terms.items()},
        )


def text_targets(bank: TextBank) -> TextTargets:
    """Sort the texts of ``bank`` into the terms of the objective.

    Primary texts are not in a bank; a description without a refined text stands in with its
    primary one there, as kind "refined".
    """
    rows = {
        term: torch.tensor([kind == term for kind in bank.kind], dtype=torch.bool)
        for term in GLOBAL_TERMS
    }
    is_part_text = torch.tensor([kind == "part" for kind in bank.kind], dtype=torch.bool)
    for term, part in PART_TERMS.items():
        rows[term] = is_part_text & bank.parts[:, PARTS.index(part)]
    return TextTargets(
        vectors=bank.vectors,
        labels=bank.labels,
        terms={term: mask.nonzero()[:, 0] for term, mask in rows.items() if bool(mask.any())},
    )
