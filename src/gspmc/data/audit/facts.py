"""What is odd about single clips: nothing seen or moving, few frames, strange rates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from gspmc.data.audit.tracks import tracked_joints
from gspmc.pose import PoseSequence
from gspmc.skeleton import get_layout

SHORTEST = 0.3
"""Seconds; no sign is performed faster."""
LONGEST = 20.0
"""Seconds; no single sign takes so long, so the rate or the cut is wrong."""
RATES = (10.0, 120.0)
"""Frames a second that cameras give."""

FACTS = {
    "empty": "nothing is seen in any frame",
    "no_hands": "no hand is seen in any frame",
    "frozen": "nothing that is seen moves",
    "short": f"shorter than {SHORTEST:g} s",
    "long": f"longer than {LONGEST:g} s",
    "rate": f"frame rate outside {RATES[0]:g} to {RATES[1]:g}",
}
"""Name of a fact -> what it says of a clip."""


class FactFinder:
    """Notes the odd clips among those that pass."""

    def __init__(self) -> None:
        self.rows: dict[str, list[int]] = {name: [] for name in FACTS}
        """Name of a fact -> rows of the clips it is true of."""

    def watch(self, poses: Iterable[PoseSequence]) -> Iterator[PoseSequence]:
        """Pass the clips on, counting their rows from 0."""
        for row, pose in enumerate(poses):
            for name in odd(pose):
                self.rows[name].append(row)
            yield pose


def odd(pose: PoseSequence) -> list[str]:
    """Names of the facts that are true of a clip."""
    layout = get_layout(pose.layout)
    seconds = len(pose.keypoints) / pose.fps
    seen = pose.visible  # (T, V)
    hands = layout.hands
    found = {
        "short": seconds < SHORTEST,
        "long": seconds > LONGEST,
        "rate": not RATES[0] <= pose.fps <= RATES[1],
        "empty": not seen.any(),
        "no_hands": bool(hands) and bool(seen.any()) and not seen[:, hands].any(),
        "frozen": bool(seen.any()) and len(seen) > 1 and not _moves(pose),
    }
    return [name for name, is_true in found.items() if is_true]


def _moves(pose: PoseSequence) -> bool:
    """Some tracked point is at two different places."""
    joints = list(tracked_joints(get_layout(pose.layout)))
    points, seen = pose.keypoints[:, joints, :-1], pose.visible[:, joints]  # (T, J, D), (T, J)
    for joint in range(len(joints)):
        places = points[seen[:, joint], joint]
        if len(places) > 1 and (places != places[0]).any():
            return True
    # A clip of which each point is seen once at most tells nothing of movement.
    return not (seen.sum(axis=0) > 1).any()
