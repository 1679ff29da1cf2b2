"""Numbers that are not what they are taken for."""

import numpy as np

from gspmc.data.importers.points import Unit
from gspmc.errors import GspmcError
from gspmc.pose import PoseSequence

_FAR = 20
"""In units of the picture's height no point is that far away: it is in pixels."""
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


def refuse_pixels(pose: PoseSequence, unit: Unit) -> None:
    """Notice pixels where fractions or units of the picture's height should be.

    Args:
        pose: of any layout; those with depth are in metres, and pass.
        unit: of the file that it was made of.

    Raises:
        GspmcError: nothing was divided by the picture's size, and points lie far outside of it.
    """
    if (unit == "pixels" and pose.height) or pose.keypoints.shape[2] != 3:
        return
    farthest = float(np.abs(pose.keypoints[..., :2]).max())
    if farthest > _FAR:
        instead = ", and --fractions false" if unit == "fractions" else ""
        raise GspmcError(
            f"coordinates reach {farthest:.0f}, so they are pixels: give --width and --height"
            + instead
        )
