"""Who signs: proportions, handedness, speed, style and the camera in front of them."""

from dataclasses import dataclass

import numpy as np

_CAMERAS = ((640, 480), (800, 600), (960, 720))
_FACE_POINTS = 30
_SIGNER_STREAM = 1
"""Keeps the random numbers of signers apart from those of clips."""


@dataclass(frozen=True)
class Signer:
    """One signer. Lengths are in shoulder widths, angles in radians."""

    name: str
    left_handed: bool
    # proportions
    upper_arm: float
    forearm: float
    hand: float
    head: float
    """factor on the size of the head"""
    neck: float
    """added to the height of the head"""
    face: np.ndarray
    """(30, 3) how this face differs from the average, in head sizes"""
    # style
    speed: float
    amplitude: float
    """factor on movement"""
    slack: float
    """how loosely handshapes are formed, radians"""
    expression: float
    """factor on brows and mouth"""
    place: np.ndarray
    """(3,) habitual displacement of the hand"""
    turn: np.ndarray
    """(3,) habitual rotation of the hand"""
    elbow: float
    """how far the elbows are held out: 0 hanging, 1 sideways"""
    rest: np.ndarray
    """(3,) where the right hand rests"""
    # camera
    width: int
    height: int
    centre: np.ndarray
    """(2,) place of the shoulders' midpoint, in image heights"""
    scale: float
    """shoulder width in image heights"""
    roll: float
    yaw: float
    stretch: float
    """factor on x: pixels that are not square"""
    noise: float
    """factor on the jitter of the points"""


def make_signer(number: int, seed: int) -> Signer:
    """Signer `number` (from 1): every third is left-handed, all else is drawn from the seed."""
    rng = np.random.default_rng([seed, _SIGNER_STREAM, number])
    width, height = _CAMERAS[rng.integers(len(_CAMERAS))]
    hands_folded = rng.random() < 0.4
    rest = np.array([-0.2, 1.15, 0.35]) if hands_folded else np.array([-0.62, 1.35, 0.15])
    scale = rng.uniform(0.25, 0.28)
    centre = np.array([0.5 * width / height, 0.41])
    return Signer(
        name=f"s{number:02d}",
        left_handed=number % 3 == 0,
        upper_arm=rng.uniform(0.74, 0.86),
        forearm=rng.uniform(0.66, 0.76),
        hand=rng.uniform(0.46, 0.54),
        head=rng.uniform(0.92, 1.1),
        neck=rng.normal(0, 0.03),
        face=np.clip(rng.normal(0, 0.006, (_FACE_POINTS, 3)), -0.012, 0.012),
        speed=rng.uniform(0.8, 1.35),
        amplitude=rng.uniform(0.8, 1.25),
        slack=rng.uniform(0.0, 0.25),
        expression=rng.uniform(0.8, 1.25),
        place=rng.normal(0, [0.045, 0.045, 0.03]),
        turn=rng.normal(0, 0.12, 3),
        elbow=rng.uniform(0.2, 0.6),
        rest=rest + rng.normal(0, 0.04, 3),
        width=width,
        height=height,
        centre=centre + rng.normal(0, [0.02, 0.01]),
        scale=scale,
        roll=rng.normal(0, 0.04),
        yaw=rng.normal(0, 0.1),
        stretch=rng.uniform(0.94, 1.06),
        noise=rng.uniform(0.7, 1.4),
    )


def split_of(number: int, signers: int) -> str:
    """The last two signers are the test, the one before validation, all others training."""
    if number > signers - 2:
        return "test"
    return "val" if number == signers - 2 else "train"
