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
    """Whether all clips of a signer are in one fold."""


def deal_folds(scores: Scores, most: int = FOLDS) -> Folds:
    """Deal clips into at most `most` folds.

    By signer, since clips of one signer are alike; by a hash of the clips' ids where a signer is
    unknown or there is but one. The order of the clips does not matter.

    Raises:
        GspmcError: there are fewer than two clips.
    """
    if len(scores) < 2:
        raise GspmcError(
            f"split {scores.split!r} has {len(scores)} clip: two are needed to judge what is fitted"
        )
    signers = np.unique(scores.signers)
    of_clip = np.zeros(len(scores), dtype=np.int64)
    if len(signers) > 1 and "" not in signers:
        dealt = fold_of_signers(scores.signers, min(most, len(signers)))
        for number, members in enumerate(dealt):
            of_clip[np.isin(scores.signers, members)] = number
        return Folds(of_clip, len(dealt), "signer")
    count = min(most, len(scores))
    lots = np.array([crc32(name.encode()) for name in scores.ids.tolist()])
    of_clip[np.lexsort((scores.ids, lots))] = np.arange(len(scores)) % count
    return Folds(of_clip, count, "clip")
