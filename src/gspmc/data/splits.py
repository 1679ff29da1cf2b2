"""Which clips a split holds: by name, or by signer."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal
from zlib import crc32

import numpy as np

from gspmc.data.store import ClipStore
from gspmc.errors import GspmcError, refuse_impossible


@dataclass(frozen=True)
class Splits:
    """How the clips of a store are divided."""

    split_by: Literal["name", "signer"] = "name"
    """`name` takes the store's own splits. `signer` deals all signers of the splits named in `pool`
    into folds: fold K is `val`, the others are `train`."""
    folds: int = 5
    """Number of folds, with `split_by: signer`."""
    fold: int = 0
    """Which fold is held out."""
    pool: tuple[str, ...] = ("train", "val")
    """The splits whose clips are dealt out. `test` is never among them unless named."""
    train_per_class: int | None = None
    """Keep so many training clips of each class that show a hand, chosen by a hash of their ids, so
    that they are of many signers, the same with every seed; all of them if None."""

    def __post_init__(self) -> None:
        few = self.train_per_class
        refuse_impossible("", self, {"train_per_class": (few is None or few >= 1, "at least 1")})

    def rows(self, store: ClipStore, split: str) -> np.ndarray:
        """Rows of the store that belong to a split, ascending.

        Raises:
            GspmcError: the split is empty, or the fold does not exist.
        """
        names = np.array(store.index["split"].to_pylist())
        if self.split_by == "name":
            member = names == split
        else:
            member = self._signer_folds(store, names, split)
        rows = np.flatnonzero(member)
        if not len(rows):
            known = sorted(set(names.tolist()))
            raise GspmcError(
                f"split {split!r} of {store.uri} has no clips: the store has {', '.join(known)}"
            )
        return self._thin_out(store, rows) if split == "train" else rows

    def _signer_folds(self, store: ClipStore, names: np.ndarray, split: str) -> np.ndarray:
        if not 0 <= self.fold < self.folds:
            raise GspmcError(f"fold {self.fold} of {self.folds}: folds count from 0")
        pooled = np.isin(names, self.pool)
        if split not in ("train", "val"):
            return (names == split) & ~pooled
        if not pooled.any():
            raise GspmcError(
                f"no clip of {store.uri} is in a split of the pool ({', '.join(self.pool)}): "
                f"choose among {', '.join(sorted(set(names.tolist())))}"
            )
        signers = np.array(store.index["signer"].to_pylist())
        if (signers[pooled] == "").any():
            row = int(np.flatnonzero(pooled & (signers == ""))[0])
            raise GspmcError(
                f"clip {store.index['id'][row]} has no signer: "
                "splitting by signer needs one for every clip"
            )
        held_out = np.isin(signers, fold_of_signers(signers[pooled], self.folds)[self.fold])
        return pooled & (held_out if split == "val" else ~held_out)

    def _thin_out(self, store: ClipStore, rows: np.ndarray) -> np.ndarray:
        if self.train_per_class is None:
            return rows
        rows = rows[~np.isin(rows, store.rows_without_hands())]
        if not len(rows):
            raise GspmcError(f"no training clip of {store.uri} shows a hand: extract it again")
        lots = np.array([crc32(name.encode()) for name in store.index["id"].to_pylist()])[rows]
        labels = np.array(store.index["label"].to_pylist())[rows]
        order = np.lexsort((lots, labels))
        first = np.r_[True, labels[order][1:] != labels[order][:-1]]
        place = np.arange(len(order)) - np.maximum.accumulate(
            np.where(first, np.arange(len(order)), 0)
        )
        return np.sort(rows[order[place < self.train_per_class]])


def fold_of_signers(signers: np.ndarray, folds: int) -> list[list[str]]:
    """Deal signers into folds of about equal numbers of clips: most clips first, to the least fold.

    Args:
        signers: signer of every clip.

    Returns:
        The signers of each fold.

    Raises:
        GspmcError: there are fewer signers than folds.
    """
    names, counts = np.unique(signers, return_counts=True)
    if len(names) < folds:
        raise GspmcError(f"{folds} folds need as many signers: the store has {len(names)}")
    dealt: list[list[str]] = [[] for _ in range(folds)]
    sizes = np.zeros(folds, dtype=int)
    for place in np.lexsort((names, -counts)):
        smallest = int(np.argmin(sizes))
        dealt[smallest].append(str(names[place]))
        sizes[smallest] += counts[place]
    return dealt


def splits_of(config: Mapping[str, Any]) -> Splits:
    """How the run with this config divided its store; settings that it lacks are at their defaults.

    Raises:
        GspmcError: a setting has an impossible value.
    """
    values = {field.name: config[field.name] for field in fields(Splits) if field.name in config}
    if "pool" in values:
        values["pool"] = tuple(values["pool"])
    return Splits(**values)
