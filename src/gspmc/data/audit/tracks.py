"""Clips reduced to what a copy keeps: the paths of hands and elbows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from gspmc.errors import GspmcError
from gspmc.pose import PoseSequence
from gspmc.skeleton import Layout

_OF_A_HAND = ("root", "thumb_tip", "index_tip", "middle_mcp", "middle_tip", "pinky_tip")


@dataclass(frozen=True)
class Track:
    """Some points of one clip over time.

    Attributes:
        points: float32 (T, J, D), in the units of the clip; zero where not seen.
        seen: bool (T, J).
        fps: frames a second, as the store has it.
    """

    points: np.ndarray
    seen: np.ndarray
    fps: float

    def __len__(self) -> int:
        return len(self.points)


def tracked_joints(layout: Layout) -> tuple[int, ...]:
    """Wrist, tips and a knuckle of each hand, and the elbows; every point if there are no hands.

    A hand without named fingers is taken as a whole. The choice is closed under the mirror.
    """
    chosen: list[int] = [
        joint
        for joint in range(layout.num_joints)
        if layout.joints[joint] in ("left_elbow", "right_elbow")
    ]
    for side in ("left_hand", "right_hand"):
        members = layout.parts.get(side, ())
        named = [joint for joint in members if layout.joints[joint].split(".")[-1] in _OF_A_HAND]
        chosen += named if len(named) > 1 else members
    return tuple(chosen) if chosen else tuple(range(layout.num_joints))


def to_track(pose: PoseSequence, joints: tuple[int, ...]) -> Track:
    """The tracked points of a clip; `joints` are indices into its layout."""
    points = pose.keypoints[:, joints, :-1].astype(np.float32)  # (T, J, D)
    seen = pose.visible[:, joints]
    points[~seen] = 0
    return Track(points, seen, float(pose.fps))


def sample(
    points: np.ndarray, seen: np.ndarray, times: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Linear interpolation at fractional frames, where both neighbours are seen.

    Outside the clip nothing is seen.

    Args:
        points: (T, J, D); seen: bool (T, J).
        times: any shape S, in frames.

    Returns:
        (S, J, D) and bool (S, J).
    """
    inside = (times >= 0) & (times <= len(points) - 1)
    clipped = np.clip(times, 0, len(points) - 1)
    earlier = np.floor(clipped).astype(int)
    later = np.minimum(earlier + 1, len(points) - 1)
    share = (clipped - earlier)[..., None]
    known = inside[..., None] & (seen[earlier] | (share > 0.999)) & (seen[later] | (share < 0.001))
    share = share[..., None].astype(np.float32)
    values = points[earlier] * (1 - share) + points[later] * share
    return np.where(known[..., None], values, 0).astype(np.float32), known


class Tracks:
    """The tracks of many clips in memory, as 16-bit floats: about 4 kB a clip of 70 frames."""

    def __init__(self, poses: Iterable[PoseSequence], layout: Layout) -> None:
        """Args:
        poses: clips of this layout, taken one at a time.
        layout: theirs.

        Raises:
            GspmcError: there are none.
        """
        self.joints = tracked_joints(layout)
        self.planar = "z" not in layout.channels
        self.mirror = [self.joints.index(layout.mirror[joint]) for joint in self.joints]
        """Place among `joints` of the point that takes each one's place in a mirrored clip."""
        tracks = [to_track(pose, self.joints) for pose in poses]
        if not tracks:
            raise GspmcError("there are no clips to compare: check the store")
        self.lengths = np.array([len(track) for track in tracks])
        self.fps = np.array([track.fps for track in tracks])
        self._ends = np.cumsum(self.lengths)
        self._points = np.concatenate([track.points.astype(np.float16) for track in tracks])
        self._seen = np.concatenate([track.seen for track in tracks])

    def __len__(self) -> int:
        return len(self.lengths)

    def __getitem__(self, row: int) -> Track:
        if not 0 <= row < len(self):
            raise IndexError(row)
        frames = slice(self._ends[row] - self.lengths[row], self._ends[row])
        return Track(
            self._points[frames].astype(np.float32), self._seen[frames], float(self.fps[row])
        )

    def mirrored(self, track: Track) -> Track:
        """Left and right swapped, x reversed."""
        points = track.points[:, self.mirror].copy()
        points[..., 0] *= -1
        return Track(points, track.seen[:, self.mirror], track.fps)
