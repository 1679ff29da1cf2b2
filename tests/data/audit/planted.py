"""Clips of signs by several people, into which tests plant what is wrong."""

from __future__ import annotations

import numpy as np

from gspmc.data.clip import Clip
from gspmc.pose import PoseSequence
from gspmc.skeleton import get_layout

SIGNS, SIGNERS, REPETITIONS = 12, 4, 2
FPS = 25.0


def performed(layout: str = "gsp87") -> list[Clip]:
    """96 clips: twelve signs, twice by each of four people; none is a copy of another.

    Two performances of a sign by one person have half of their movement in common. The signers of
    `s3` are `val`, the others `train`.
    """
    return [
        Clip(
            f"sign{sign}-s{signer}-{repetition}",
            f"sign{sign}",
            f"s{signer}",
            "val" if signer == SIGNERS - 1 else "train",
            _perform(layout, sign, signer, repetition),
        )
        for signer in range(SIGNERS)
        for sign in range(SIGNS)
        for repetition in range(REPETITIONS)
    ]


def _perform(layout: str, sign: int, signer: int, repetition: int) -> PoseSequence:
    """A frame of points that stand still, hands that travel and turn, elbows that follow."""
    names = get_layout(layout)
    own = np.random.default_rng([sign, signer, repetition])
    frames = int(own.integers(50, 90))
    dimensions = len(names.channels) - 1
    body = np.random.default_rng([signer]).uniform(0.3, 0.7, size=(names.num_joints, dimensions))
    points = np.repeat(body[None], frames, axis=0)  # (T, V, D)
    for side_number, side in enumerate(("left", "right")):
        common = _smooth(np.random.default_rng([sign, side_number]), frames, dimensions)
        path = 0.15 * (common + _smooth(own, frames, dimensions))  # (T, D)
        hand = list(names.parts[f"{side}_hand"])
        shape = 0.06 * np.random.default_rng([sign, signer]).normal(size=(len(hand), dimensions))
        size = 1 + 0.3 * _smooth(own, frames, 1)  # (T, 1)
        points[:, hand] = 0.5 + path[:, None] + shape * size[:, None]
        for follower, share in ((f"{side}_wrist", 1.0), (f"{side}_elbow", 0.4)):
            if follower in names.joints and names.index(follower) not in hand:
                points[:, names.index(follower)] += share * path
    seen = np.ones((frames, names.num_joints, 1))
    return PoseSequence(np.concatenate([points, seen], -1).astype(np.float16), layout, FPS)


def _smooth(rng: np.random.Generator, frames: int, dimensions: int) -> np.ndarray:
    """(T, D): four waves of up to two turns a second."""
    seconds = np.arange(frames)[:, None, None] / FPS
    rates, phases = rng.uniform(0.2, 2.0, (1, dimensions, 4)), rng.uniform(0, 6.3, (1, 1, 4))
    return np.sin(2 * np.pi * rates * seconds + phases).mean(axis=-1)
