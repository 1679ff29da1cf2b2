"""Left or right: giving two unordered hand slots their sides by following them over time."""

from dataclasses import dataclass, replace

import numpy as np

SIDE_PRIOR = 0.02
"""Cost, a frame and image width, of a hand on the other side of the image's middle.

Small beside the jump that a swapped pair makes, so that continuity decides while hands cross; over
a whole clip it adds up and decides which track is which.
"""
NEW_HAND = 0.1
"""Cost of a hand that was not seen before, in image units."""
LONGEST_JUMP = 0.3
"""A jump costs no more than this: further means that the hand was lost meanwhile."""
SAME_HAND = 0.25
"""Two detections closer than this share of a hand's length are one hand, found twice."""


@dataclass(frozen=True)
class _Path:
    """The best way to have named the slots so far, given how the latest frame is named."""

    cost: float
    swaps: tuple[bool, ...]  # per frame: slot 0 is the right hand
    last_seen: tuple[np.ndarray | None, np.ndarray | None]  # left, right: (21, 2)


def drop_repeated_hands(points: np.ndarray, present: np.ndarray) -> np.ndarray:
    """Forget the second of two detections of one hand.

    Args:
        points: (T, 2, 21, 2), x and y in image units; present: bool (T, 2).

    Returns:
        bool (T, 2): `present` without the repetitions.
    """
    apart = np.linalg.norm(points[:, 0] - points[:, 1], axis=-1).mean(axis=-1)  # (T,)
    length = np.linalg.norm(points - points[:, :, :1], axis=-1).max(axis=-1).min(axis=-1)  # (T,)
    repeated = present.all(axis=1) & (apart < SAME_HAND * length)
    return present & ~np.stack([np.zeros_like(repeated), repeated], axis=1)


def order_hands(points: np.ndarray, present: np.ndarray) -> np.ndarray:
    """Which slot is the subject's left hand, frame by frame.

    The subject's right hand is expected on the image's left. Of the two ways to name each frame's
    slots, the sequence with the least total movement is kept (a two-state Viterbi search that
    remembers where each hand was last seen). In a clip whose hands are never seen together, one
    hand is assumed: the right one if its median wrist x is below one half.

    Args:
        points: (T, 2, 21, 2), x and y in image units; missing hands hold anything.
        present: bool (T, 2).

    Returns:
        bool (T,): slot 0 is the right hand (and slot 1 the left).
    """
    if not present.all(axis=1).any():
        wrist_x = points[..., 0, 0][present]
        is_right = bool(len(wrist_x)) and float(np.median(wrist_x)) < 0.5
        # A lone hand may stand in either slot: slot 1 is named the opposite of slot 0.
        in_slot_0 = present[:, 0] | ~present[:, 1]
        return np.where(in_slot_0, is_right, not is_right)

    start = (None, None)
    paths = [_Path(0.0, (), start), _Path(0.0, (), start)]
    for frame, seen in zip(points, present, strict=True):
        if not seen.any():  # tells nothing: both ways stay open
            paths = [replace(path, swaps=(*path.swaps, False)) for path in paths]
            continue
        steps = [_step(path, swap, frame, seen) for swap in (False, True) for path in paths]
        paths = [min(steps[:2], key=_cost), min(steps[2:], key=_cost)]
    return np.array(min(paths, key=_cost).swaps)


def _cost(path: _Path) -> float:
    return path.cost


def _step(path: _Path, swap: bool, frame: np.ndarray, seen: np.ndarray) -> _Path:
    cost = path.cost
    last_seen = list(path.last_seen)
    for slot in (0, 1):
        if not seen[slot]:
            continue
        side = slot ^ swap  # 0 left, 1 right
        hand, before = frame[slot], path.last_seen[side]
        if before is None:
            cost += NEW_HAND
        else:
            jump = np.abs(hand - before).sum(axis=-1).mean()
            cost += min(float(jump), LONGEST_JUMP)
        wrist_x = float(hand[0, 0])
        cost += SIDE_PRIOR * ((wrist_x - 0.5) if side == 1 else (0.5 - wrist_x))
        last_seen[side] = hand
    return _Path(cost, (*path.swaps, swap), (last_seen[0], last_seen[1]))
