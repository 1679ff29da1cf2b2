"""Which hand moves more, told from the keypoints."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from gspmc.data.clip import Clip
from gspmc.pose import PoseSequence
from gspmc.skeleton import Layout, get_layout

CLEARLY = 2.0
"""A hand moves clearly more if its path is longer than so many times the other's."""


@dataclass(frozen=True)
class Handedness:
    """Clips by the hand whose root travels further."""

    clips: int
    left: int
    """Clips in which the left hand's path is longer."""
    clearly_left: int
    """Those of them in which it is more than `CLEARLY` times as long."""
    right: int
    clearly_right: int
    undecided: int
    """Both paths are equally long: as a rule no hand is seen in two frames running."""
    left_signers: int
    """Known signers with more clips in `left` than in `right`."""
    signers: int
    """Known signers."""


def hand_root(layout: Layout, side: str) -> int | None:
    """Index of a hand's root, else of its wrist; None where the layout has neither."""
    for name in (f"{side}_hand.root", f"{side}_wrist"):
        if name in layout.joints:
            return layout.index(name)
    return None


def path_length(pose: PoseSequence, joint: int) -> float:
    """How far a joint travels, in the layout's unit: steps between neighbouring frames that both
    show it, summed."""
    points = pose.keypoints[:, joint, :-1].astype(np.float64)  # (T, 2 or 3)
    seen = pose.visible[:, joint]
    steps = np.linalg.norm(np.diff(points, axis=0), axis=1)  # (T - 1,)
    return float(steps[seen[1:] & seen[:-1]].sum())


def count_handedness(clips: Iterable[Clip]) -> Handedness | None:
    """Count clips by the hand whose root travels further; None for a layout without two hands.

    Left and right are the subject's, as the extractor names them: in pictures that were mirrored
    they are exchanged, and a hand that the extractor often misses travels less than it did.
    """
    decided: list[tuple[str, float, float]] = []
    for clip in clips:
        layout = get_layout(clip.pose.layout)
        left, right = hand_root(layout, "left"), hand_root(layout, "right")
        if left is None or right is None:
            return None
        decided.append((clip.signer, path_length(clip.pose, left), path_length(clip.pose, right)))
    balance: dict[str, int] = {}
    for signer, left_path, right_path in decided:
        if signer:
            sign = (left_path > right_path) - (right_path > left_path)
            balance[signer] = balance.get(signer, 0) + sign
    return Handedness(
        clips=len(decided),
        left=sum(left > right for _, left, right in decided),
        clearly_left=sum(left > CLEARLY * right for _, left, right in decided),
        right=sum(right > left for _, left, right in decided),
        clearly_right=sum(right > CLEARLY * left for _, left, right in decided),
        undecided=sum(left == right for _, left, right in decided),
        left_signers=sum(value > 0 for value in balance.values()),
        signers=len(balance),
    )
