"""A stretch of skeletons over time, with what is needed to read them."""

from dataclasses import dataclass

import numpy as np

from gspmc.errors import GspmcError
from gspmc.skeleton import get_layout

MIN_CONFIDENCE = 0.3
"""Below this a point counts as missing (METHOD §1)."""


@dataclass(frozen=True)
class PoseSequence:
    """Keypoints of one clip.

    Attributes:
        keypoints: floating (T, V, C) with the channels of the layout: x, y (z), confidence. x and
            y are in units of image height (x times the aspect ratio), y down; `kinect20` is in
            metres. A missing point has confidence 0 and coordinates 0.
        layout: name of the layout.
        fps: frames a second.
        width, height: pixels; None where unknown (aspect 1 was then assumed).
        extractor, extractor_version: what found the points.

    Raises:
        GspmcError: the array has another shape, no frames, or values that are not finite.
    """

    keypoints: np.ndarray
    layout: str
    fps: float
    width: int | None = None
    height: int | None = None
    extractor: str = "unknown"
    extractor_version: str = ""

    def __post_init__(self) -> None:
        layout = get_layout(self.layout)
        expected = (layout.num_joints, len(layout.channels))
        if self.keypoints.ndim != 3 or self.keypoints.shape[1:] != expected:
            raise GspmcError(
                f"{self.layout} keypoints must be (frames, {expected[0]}, {expected[1]}), "
                f"not {self.keypoints.shape}: name the layout they are in"
            )
        if len(self.keypoints) == 0:
            raise GspmcError("the clip has no frames: leave it out or extract it again")
        if not np.issubdtype(self.keypoints.dtype, np.floating):
            raise GspmcError(f"keypoints must be floating point, not {self.keypoints.dtype}")
        if not np.isfinite(self.keypoints).all():
            frame = int(np.argwhere(~np.isfinite(self.keypoints))[0][0])
            raise GspmcError(
                f"keypoints hold NaN or infinity, first in frame {frame}: "
                "give a missing point confidence 0 and coordinates 0"
            )
        if not 0 < self.fps < float("inf"):
            raise GspmcError(f"fps must be positive, not {self.fps}")

    @property
    def visible(self) -> np.ndarray:
        """bool (T, V): the point counts as seen."""
        return self.keypoints[..., -1] >= MIN_CONFIDENCE
