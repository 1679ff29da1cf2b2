"""From one layout to another, by the names of the points."""

import numpy as np

from gspmc.errors import GspmcError
from gspmc.skeleton.layout import Layout


def convert(keypoints: np.ndarray, source: Layout, target: Layout) -> np.ndarray:
    """Pick the target's points, in its order, out of the source's.

    A hand's root and the wrist of the body are different points and stay so.

    Args:
        keypoints: (..., V, C) in the source layout.

    Returns:
        (..., V', C) in the target layout.

    Raises:
        GspmcError: the array does not fit the source layout, the channels differ, or the source
            lacks points of the target.
    """
    if keypoints.shape[-2:] != (source.num_joints, len(source.channels)):
        raise GspmcError(
            f"{source.name} keypoints end in (V, C) = ({source.num_joints}, "
            f"{len(source.channels)}), not {keypoints.shape[-2:]}: name the layout they are in"
        )
    if source.channels != target.channels:
        raise GspmcError(
            f"cannot convert {source.name} to {target.name}: channels {source.channels} "
            f"are not {target.channels}"
        )
    position = {joint: index for index, joint in enumerate(source.joints)}
    absent = [joint for joint in target.joints if joint not in position]
    if absent:
        raise GspmcError(
            f"cannot convert {source.name} to {target.name}: it lacks {len(absent)} points, "
            f"such as {absent[0]}"
        )
    return keypoints[..., [position[joint] for joint in target.joints], :]
