"""Numbers that are not what they are taken for."""

import numpy as np

from gspmc.errors import GspmcError

_NEGATIVE, _SHARE = -0.01, 0.25
"""Heatmaps give a confidence a little below zero to points that they do not find. Of MediaPipe's
depths, which count from the hips, the wrist or the middle of the head, about half are negative. A
confidence may be far above one: SimCC's are not normalised."""


def refuse_depth(values: np.ndarray) -> None:
    """Notice depth where the confidence should be.

    Args:
        values: (T, V, 3). Points with x and y at most zero are left out: some write −1 throughout
            for a point that is not there.

    Raises:
        GspmcError: of more than a quarter of the points the third number is negative.
    """
    third = values[..., 2]
    if not values.size or third.min() >= _NEGATIVE:
        return
    given = (values[..., :2] > 0).any(axis=-1)
    share = (third[given] < _NEGATIVE).mean() if given.any() else 0.0
    if share > _SHARE:
        raise GspmcError(
            f"of {share:.0%} of the points the third numbers are negative, so they are no "
            "confidence: if they are depth, add --third depth"
        )
