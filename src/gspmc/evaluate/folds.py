"""Clips dealt into folds, so that what is fitted can be judged on clips it was not fitted on."""

from typing import Literal, NamedTuple
from zlib import crc32

import numpy as np

from gspmc.data.splits import fold_of_signers
from gspmc.errors import GspmcError
from gspmc.evaluate.scores import Scores

FOLDS = 5


class Folds(NamedTuple):
    """Which fold every clip is in."""

    of_clip: np.ndarray
    """int64 (N,), from 0."""
    total: int
    by: Literal["signer", "clip"]
    """Whether all clips of a signer are sure to be in one fold."""


def deal_folds(scores: Scores) -> Folds:
    """Deal clips into at most five folds.

    By signer, since clips of one signer are alike; by a hash of the clips' ids where there is but
    one signer. Clips of unknown signers are dealt one by one, and the others still by signer, but
    then a signer may be in two folds. The order of the clips does not matter.

    Raises:
        GspmcError: there are fewer than two clips.
    """
    if len(scores) < 2:
        raise GspmcError(
            f"split {scores.split!r} has {len(scores)} clip: two are needed to judge what is fitted"
        )
    unknown = scores.signers == ""
    of_clip = np.zeros(len(scores), dtype=np.int64)
    if len(np.unique(scores.signers)) > 1:
        alone = np.char.add("\0", scores.ids)
        signers = np.where(unknown, alone, scores.signers)
        dealt = fold_of_signers(signers, min(FOLDS, len(np.unique(signers))))
        for number, members in enumerate(dealt):
            of_clip[np.isin(signers, members)] = number
        return Folds(of_clip, len(dealt), "clip" if unknown.any() else "signer")
    count = min(FOLDS, len(scores))
    lots = np.array([crc32(name.encode()) for name in scores.ids.tolist()])
    of_clip[np.lexsort((scores.ids, lots))] = np.arange(len(scores)) % count
    return Folds(of_clip, count, "clip")
