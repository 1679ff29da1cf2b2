"""A division by signer: copies on one side, classes covered in training, shares near the wish."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from gspmc.data.audit.duplicates import Pair
from gspmc.data.clip import Clip
from gspmc.data.store import ClipStore
from gspmc.errors import GspmcError

SPLITS = ("train", "val", "test")
_TRIALS = 300


def propose_splits(
    signers: Sequence[str],
    labels: Sequence[str],
    pairs: Sequence[Pair],
    shares: Sequence[float] = (0.7, 0.15, 0.15),
    seed: int = 0,
) -> list[str]:
    """Deal signers into train, val and test.

    Signers who share a copy stay together. Of several hundred dealings drawn from the seed, the
    one is kept that leaves the fewest classes without a training clip, then comes nearest to the
    shares, then leaves the fewest classes out of the other splits.

    Args:
        signers, labels: of every clip.
        pairs: copies.
        shares: of all clips, for train, val and test; a split with share 0 stays empty.
        seed: another one draws other dealings.

    Returns:
        The split of every clip.

    Raises:
        GspmcError: a clip without a signer, impossible shares, or too few signers.
    """
    wanted = checked_shares(shares)
    used = np.flatnonzero(wanted)
    unknown = sum(not signer for signer in signers)
    if unknown:
        raise GspmcError(
            f"{unknown} of {len(signers)} clips have no signer: splitting by signer needs one for "
            "every clip"
        )
    unit = _units(signers, pairs)  # (N,) unit of every clip
    if (count := int(unit.max()) + 1) < len(used):
        raise GspmcError(
            f"{len(used)} splits need as many signers without common copies: the store has {count}"
        )
    classes = np.unique(np.array(labels), return_inverse=True)[1]
    table = np.zeros((count, classes.max() + 1), dtype=int)  # clips by unit and class
    np.add.at(table, (unit, classes), 1)
    best: tuple[tuple[float, ...], np.ndarray] | None = None
    rng = np.random.default_rng(seed)
    for _ in range(_TRIALS):
        dealt = _deal(table.sum(axis=1), wanted, used, rng)
        score = _score(table, dealt, wanted, used)
        if best is None or score < best[0]:
            best = score, dealt
    assert best is not None
    return [SPLITS[best[1][place]] for place in unit]


def with_splits(store: ClipStore, splits: Sequence[str]) -> Iterator[Clip]:
    """The store's clips, in its order, with these splits."""
    for clip, split in zip(store.read(), splits, strict=True):
        yield replace(clip, split=split)


def checked_shares(shares: Sequence[float]) -> np.ndarray:
    """float (3,): the shares of train, val and test.

    Raises:
        GspmcError: they are not three that add up to one, or leave train out.
    """
    wanted = np.array(shares, dtype=float)
    if len(wanted) != len(SPLITS) or (wanted < 0).any() or abs(wanted.sum() - 1) > 1e-6:
        raise GspmcError(f"shares must be three, not negative, with sum 1, not {list(shares)}")
    if not wanted[0]:
        raise GspmcError("shares must give train a part")
    return wanted


def _units(signers: Sequence[str], pairs: Sequence[Pair]) -> np.ndarray:
    """Number of every clip's unit: signers, joined where they share a copy."""
    names = np.unique(np.array(signers), return_inverse=True)[1]
    first, second = (names[[getattr(p, end) for p in pairs]] for end in ("first", "second"))
    shared = coo_array((np.ones(len(pairs)), (first, second)), shape=(names.max() + 1,) * 2)
    return connected_components(shared, directed=False)[1][names]


def _deal(
    sizes: np.ndarray, wanted: np.ndarray, used: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Units in an order that is roughly by size, each to the split that lacks most."""
    order = np.argsort(-sizes * rng.uniform(0.3, 1.0, size=len(sizes)), kind="stable")
    lacking = wanted * sizes.sum()
    dealt = np.zeros(len(sizes), dtype=int)
    for place, unit in enumerate(order):
        left = len(order) - place
        empty = [split for split in used if lacking[split] == wanted[split] * sizes.sum()]
        choice = empty if left <= len(empty) else list(used)
        split = max(choice, key=lambda item: lacking[item])
        dealt[unit] = split
        lacking[split] -= sizes[unit]
    return dealt


def _score(
    table: np.ndarray, dealt: np.ndarray, wanted: np.ndarray, used: np.ndarray
) -> tuple[float, ...]:
    """Untrained classes, distance from the shares (in percent), classes absent elsewhere."""
    by_split = np.stack([table[dealt == split].sum(axis=0) for split in range(len(SPLITS))])
    untrained = int((by_split[0] == 0).sum())
    shares = by_split.sum(axis=1) / table.sum()
    absent = int((by_split[used] == 0).sum())
    return untrained, round(100 * float(np.abs(shares - wanted).sum())), absent
