"""Text vectors moved apart: sentences about signs are so alike that their vectors hardly differ."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Literal

import torch
from torch import Tensor

from gspmc.errors import GspmcError
from gspmc.text.bank import Kind, TextBank

Spread = Literal["raw", "centred", "whitened"]

_ZERO = 1e-4
"""Length from which a centred vector counts as zero, and has no direction."""


def spread_vectors(
    bank: TextBank, spread: Spread, kinds: Collection[Kind] | None = None
) -> TextBank:
    """The same bank with its vectors moved apart, at unit length again.

    Every kind of text has its own mean and covariance, over its distinct texts, so that what a
    kind has in common (its form, its words) tells nothing any more.

    Args:
        spread: `raw` leaves the bank as it is; `centred` takes the mean vector off; `whitened`
            takes it off and then evens the variance out in all directions: ``W (t - mean)`` with
            W the symmetric root of the inverse covariance, which is shrunk towards a multiple of
            the identity (Ledoit and Wolf 2004), as there are fewer texts than dimensions.
        kinds: whose vectors are moved; None: all.

    Raises:
        GspmcError: the texts of a kind do not differ.
    """
    if spread == "raw":
        return bank
    vectors = bank.vectors.clone()
    for kind in set(bank.kind).intersection(bank.kind if kinds is None else kinds):
        rows = torch.tensor([row for row, own in enumerate(bank.kind) if own == kind])
        first = {bank.texts[row]: row for row in reversed(rows.tolist())}
        distinct = bank.vectors[sorted(first.values())].double()  # (n, d)
        moved = bank.vectors[rows].double() - distinct.mean(dim=0)  # (m, d)
        _refuse_zeros(moved, kind, spread)
        if spread == "whitened":
            moved = moved @ _inverse_root(distinct)
        vectors[rows] = torch.nn.functional.normalize(moved, dim=1).to(vectors.dtype)
    return replace(bank, vectors=vectors)


def _inverse_root(samples: Tensor) -> Tensor:
    """(d, d): the symmetric root of the inverse of the shrunk covariance of samples (n, d)."""
    from sklearn.covariance import ledoit_wolf

    covariance, _ = ledoit_wolf(samples.numpy())
    variances, directions = torch.linalg.eigh(torch.from_numpy(covariance))
    return (directions * variances.rsqrt()) @ directions.T


def _refuse_zeros(centred: Tensor, kind: Kind, spread: Spread) -> None:
    if bool((centred.norm(dim=1) < _ZERO).any()):
        raise GspmcError(
            f"a text of kind {kind} is the mean of its kind and cannot be {spread}: use "
            "--text.vectors raw, or leave the kind out of --text.kinds"
        )
