"""Handshapes: the state of every finger, and the words for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

Flexion = tuple[float, float, float]

FINGER_FLEXION: Mapping[str, Flexion] = MappingProxyType(
    {
        "straight": (0.05, 0.05, 0.05),
        "bent": (1.35, 0.1, 0.05),
        "curved": (0.55, 0.65, 0.45),
        "hooked": (0.15, 1.35, 0.85),
        "pinching": (0.75, 0.9, 0.4),
        "curled": (1.5, 1.75, 1.0),
    }
)
"""Angles in radians at knuckle, middle and end joint of a finger in that state."""


@dataclass(frozen=True)
class Handshape:
    """State of the four fingers, how far they fan out, and where the thumb is."""

    name: str
    fingers: tuple[str, str, str, str]
    """index, middle, ring and little finger, each a key of FINGER_FLEXION"""
    spread: float
    """0: side by side, 1: fanned out"""
    thumb: str
    """beside, out, across, opposed or pinching"""
    words: str


HANDSHAPES: Mapping[str, Handshape] = MappingProxyType(
    {
        shape.name: shape
        for shape in (
            Handshape(
                "flat",
                ("straight",) * 4,
                0.0,
                "beside",
                "a flat hand: all four fingers are straight and together, the thumb lies alongside",
            ),
            Handshape(
                "five",
                ("straight",) * 4,
                1.0,
                "out",
                "an open hand: all four fingers are straight and spread apart, the thumb is out",
            ),
            Handshape(
                "fist",
                ("curled",) * 4,
                0.0,
                "across",
                "a fist: all fingers are curled into the palm, the thumb lies across them",
            ),
            Handshape(
                "thumb",
                ("curled",) * 4,
                0.0,
                "out",
                "a fist with the thumb sticking out: all fingers are curled into the palm",
            ),
            Handshape(
                "index",
                ("straight", "curled", "curled", "curled"),
                0.0,
                "across",
                "a pointing hand: the index finger is straight, the other fingers are curled",
            ),
            Handshape(
                "v",
                ("straight", "straight", "curled", "curled"),
                1.0,
                "across",
                "a V: index and middle finger are straight and spread, the others are curled",
            ),
            Handshape(
                "pinky",
                ("curled", "curled", "curled", "straight"),
                0.0,
                "across",
                "a little-finger hand: the little finger is straight, the others are curled",
            ),
            Handshape(
                "horns",
                ("straight", "curled", "curled", "straight"),
                0.5,
                "across",
                "horns: index and little finger are straight, the two middle fingers are curled",
            ),
            Handshape(
                "claw",
                ("hooked",) * 4,
                1.0,
                "out",
                "a claw: all fingers are spread and hooked, the thumb is out",
            ),
            Handshape(
                "curved",
                ("curved",) * 4,
                0.0,
                "opposed",
                "a C: all fingers are curved together, the thumb stands opposite to them",
            ),
            Handshape(
                "bent",
                ("bent",) * 4,
                0.0,
                "beside",
                "a bent hand: the four fingers are bent at the knuckles and together",
            ),
            Handshape(
                "pinch",
                ("pinching", "straight", "straight", "straight"),
                0.6,
                "pinching",
                "a pinch: thumb and index finger meet, the other fingers are straight and spread",
            ),
        )
    }
)
