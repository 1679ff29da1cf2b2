"""When things happen in a clip."""

from dataclasses import dataclass

import numpy as np

FPS = 25.0


@dataclass(frozen=True)
class Timing:
    """When things happen, over time (T,): the course of one clip.

    Attributes:
        raised: 0 hands at rest, 1 hands in the sign.
        phase: 0..1 through the movement.
        acting: 0..1 how far face and body act; they start earlier and end later than the hands.
    """

    raised: np.ndarray
    phase: np.ndarray
    acting: np.ndarray


def draw_timing(rng: np.random.Generator, speed: float) -> Timing:
    """Rest, raise, sign, lower, rest: each of its own length, about 30 to 70 frames together."""
    base = np.array([5, 8, 23, 8, 5]) / speed
    durations = np.maximum(2, np.rint(base * rng.uniform(0.75, 1.25, 5))).astype(int)
    rest, raising, sign, lowering, after = np.cumsum(durations)
    time = np.arange(after)

    def ramp(start: float, end: float) -> np.ndarray:
        x = np.clip((time - start) / (end - start), 0, 1)
        return x * x * (3 - 2 * x)

    early, late = rng.uniform(0, 4, 2)
    return Timing(
        raised=ramp(rest, raising) - ramp(sign, lowering),
        phase=np.clip((time - raising + 1) / (sign - raising), 0, 1),
        acting=ramp(rest - early, raising - early) - ramp(sign + late, lowering + late),
    )
