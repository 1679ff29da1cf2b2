"""Which text vectors supervise which term of the objective, as tensors on the training device."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from gspmc.errors import GspmcError
from gspmc.skeleton import PARTS
from gspmc.text.bank import Kind, TextBank

GLOBAL_TERMS = ("refined", "synonym")
PART_TERMS = {f"part/{part}": part for part in PARTS}
"""Term name -> the part whose pooled feature it supervises; the global terms supervise S_g."""


@dataclass(frozen=True)
class Term:
    """The texts of one term of the objective."""

    rows: Tensor
    """(m,) rows of the text vectors."""
    describes: Tensor
    """bool (K, m): the text is one of the class, or reads the same as one of the class."""


@dataclass(frozen=True)
class TextTargets:
    """Text vectors with, for every term of the objective, the texts that belong to it.

    A text that speaks of several parts belongs to several terms (the tags are many-to-many); a
    term without any text is not there. Classes that are described in the same words share these
    texts as positives: as negatives they would ask for the impossible.
    """

    vectors: Tensor
    """(M, d) unit length, frozen."""
    labels: Tensor
    """(M,) class index of every text."""
    terms: Mapping[str, Term]
    """By term name: "refined", "synonym", "part/<name>"."""

    def to(self, device: torch.device | str) -> TextTargets:
        """The same targets on another device."""
        return TextTargets(
            self.vectors.to(device),
            self.labels.to(device),
            {
                name: Term(term.rows.to(device), term.describes.to(device))
                for name, term in self.terms.items()
            },
        )


def text_targets(
    bank: TextBank, kinds: Collection[Kind] = ("refined", "synonym", "part")
) -> TextTargets:
    """Sort the texts of ``bank`` into the terms of the objective.

    Primary texts are not in a bank; a description without a refined text stands in with its
    primary one there, as kind "refined".

    Args:
        kinds: the kinds of text that supervise.

    Raises:
        GspmcError: the bank has no text of these kinds.
    """
    members = {
        term: torch.tensor([kind == term for kind in bank.kind], dtype=torch.bool)
        for term in GLOBAL_TERMS
    }
    is_part_text = torch.tensor([kind == "part" for kind in bank.kind], dtype=torch.bool)
    for term, part in PART_TERMS.items():
        members[term] = is_part_text & bank.parts[:, PARTS.index(part)]
    allowed = torch.tensor([kind in kinds for kind in bank.kind], dtype=torch.bool)
    rows = {
        term: (mask & allowed).nonzero()[:, 0]
        for term, mask in members.items()
        if bool((mask & allowed).any())
    }
    if not rows:
        raise GspmcError(
            f"the descriptions hold no text of kind {', '.join(kinds)}: add them, or choose other "
            "--text.kinds"
        )
    terms = {name: Term(own, _describes(bank, own)) for name, own in rows.items()}
    return TextTargets(bank.vectors, bank.labels, terms)


def _describes(bank: TextBank, rows: Tensor) -> Tensor:
    """bool (K, m): the text at each of ``rows`` reads the same as one of these of the class."""
    texts = [bank.texts[row] for row in rows.tolist()]
    number = {text: index for index, text in enumerate(dict.fromkeys(texts))}
    distinct = torch.tensor([number[text] for text in texts])  # (m,)
    has = torch.zeros(len(bank.classes), len(number), dtype=torch.bool)
    has[bank.labels[rows], distinct] = True
    return has[:, distinct]
