"""How the hand moves during the sign: path, turn and fingers over the phase of the movement."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class HandMotion:
    """What a movement adds to a held hand, over time.

    Attributes:
        path: (T, 3) displacement in shoulder widths, for a right hand.
        twist: (T,) radians about the axis of the fingers.
        swing: (T,) radians about the axis through the palm.
        closed: (T,) 0 the handshape, 1 a fist.
        flutter: (T, 4) radians added to the fingers' knuckles.
    """

    path: np.ndarray
    twist: np.ndarray
    swing: np.ndarray
    closed: np.ndarray
    flutter: np.ndarray


def _smooth(phase: np.ndarray) -> np.ndarray:
    return phase * phase * (3 - 2 * phase)


def _rounds(phase: np.ndarray, count: float, shift: float | np.ndarray) -> np.ndarray:
    return 2 * np.pi * (count * phase + shift)


def _path(
    phase: np.ndarray, x: np.ndarray | float = 0.0, y: np.ndarray | float = 0.0
) -> np.ndarray:
    return np.stack(np.broadcast_arrays(phase * 0 + x, phase * 0 + y, phase * 0), axis=-1)


# Each takes phase (T,) in 0..1 and the shift of a second hand in rounds, and names what it changes.
_Fields = dict[str, np.ndarray]


def _bounce(phase: np.ndarray, shift: float) -> _Fields:
    return {"path": _path(phase, y=0.22 * np.abs(np.sin(_rounds(phase, 1, shift))))}


def _down(phase: np.ndarray, shift: float) -> _Fields:
    return {"path": _path(phase, y=0.3 * (2 * _smooth(phase) - 1))}


def _up(phase: np.ndarray, shift: float) -> _Fields:
    return {"path": _path(phase, y=-0.3 * (2 * _smooth(phase) - 1))}


def _outward(phase: np.ndarray, shift: float) -> _Fields:
    return {"path": _path(phase, x=0.1 - 0.55 * _smooth(phase))}


def _arc(phase: np.ndarray, shift: float) -> _Fields:
    turned = np.pi * _smooth(phase)
    return {"path": _path(phase, x=0.3 * np.cos(turned) - 0.15, y=-0.3 * np.sin(turned))}


def _circle(phase: np.ndarray, shift: float) -> _Fields:
    angle = _rounds(phase, 2, shift)
    return {"path": _path(phase, 0.19 * np.cos(angle), 0.19 * np.sin(angle))}


def _zigzag(phase: np.ndarray, shift: float) -> _Fields:
    side = 0.17 * np.sin(_rounds(phase, 2, shift))
    return {"path": _path(phase, x=side, y=0.28 * (2 * _smooth(phase) - 1))}


def _shake(phase: np.ndarray, shift: float) -> _Fields:
    return {"path": _path(phase, x=0.14 * np.sin(_rounds(phase, 3, shift)))}


def _wave(phase: np.ndarray, shift: float) -> _Fields:
    return {"swing": 0.55 * np.sin(_rounds(phase, 2.5, shift))}


def _twist(phase: np.ndarray, shift: float) -> _Fields:
    return {"twist": 1.0 * np.sin(_rounds(phase, 2, shift))}


def _wiggle(phase: np.ndarray, shift: float) -> _Fields:
    per_finger = np.arange(4) / 4
    return {"flutter": 0.55 * np.sin(_rounds(phase[:, None], 4, shift + per_finger)) + 0.3}


MOTIONS: dict[str, Callable[[np.ndarray, float], _Fields]] = {
    "hold": lambda phase, shift: {},
    "bounce": _bounce,
    "down": _down,
    "up": _up,
    "outward": _outward,
    "arc": _arc,
    "circle": _circle,
    "zigzag": _zigzag,
    "shake": _shake,
    "wave": _wave,
    "twist": _twist,
    "wiggle": _wiggle,
    "open": lambda phase, shift: {"closed": 1 - _smooth(phase)},
    "close": lambda phase, shift: {"closed": _smooth(phase)},
}


def hand_motion(movement: str, phase: np.ndarray, amplitude: float, shift: float) -> HandMotion:
    """Render a named movement.

    Args:
        movement: a key of MOVEMENTS.
        phase: (T,) 0 before the sign, 1 after it, rising in between.
        amplitude: factor on all that moves.
        shift: how many rounds this hand is ahead (an alternating second hand: a half).
    """
    held = {
        "path": np.zeros((len(phase), 3)),
        "twist": np.zeros(len(phase)),
        "swing": np.zeros(len(phase)),
        "closed": np.zeros(len(phase)),
        "flutter": np.zeros((len(phase), 4)),
    }
    moved = {name: amplitude * value for name, value in MOTIONS[movement](phase, shift).items()}
    moved = held | moved
    moved["closed"] = np.clip(moved["closed"], 0, 1)
    return HandMotion(**moved)
