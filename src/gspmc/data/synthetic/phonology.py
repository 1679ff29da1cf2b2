"""What a synthetic sign is made of: named values of every component, and the sign that joins them.

Numbers here are what the kinematics renders, words are what the corpus says of them, side by side
so that the two cannot drift apart. Geometry is that of a right-handed signer's right hand in
shoulder widths, origin midway between the shoulders: x to the image's right (the signer's left),
y down, z towards the camera.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType

from gspmc.data.synthetic.handshapes import HANDSHAPES

Vector = tuple[float, float, float]

RIGHT: Vector = (-1.0, 0.0, 0.0)
LEFT: Vector = (1.0, 0.0, 0.0)
UP: Vector = (0.0, -1.0, 0.0)
DOWN: Vector = (0.0, 1.0, 0.0)
FORWARD: Vector = (0.0, 0.0, 1.0)
INWARD: Vector = (0.0, 0.0, -1.0)


@dataclass(frozen=True)
class Orientation:
    """Where the fingers point and where the palm faces (orthogonal unit vectors)."""

    fingers: Vector
    palm: Vector
    words: str
    """follows "the palm" """
    plural: str
    """follows "both palms" """


@dataclass(frozen=True)
class Location:
    """Where the middle of the hand is."""

    place: Vector
    words: str


@dataclass(frozen=True)
class Movement:
    """How a movement is told; `movement.py` renders it by its name."""

    title: str
    words: str
    """follows the hand or hands, in the third person singular"""
    plural: str
    """the same in the plural"""


ORIENTATIONS: Mapping[str, Orientation] = MappingProxyType(
    {
        "up_forward": Orientation(
            UP,
            FORWARD,
            "faces forward and the fingers point up",
            "face forward and the fingers point up",
        ),
        "up_inward": Orientation(
            UP,
            INWARD,
            "faces the signer and the fingers point up",
            "face the signer and the fingers point up",
        ),
        "up_sideways": Orientation(
            UP,
            LEFT,
            "faces left and the fingers point up",
            "face each other and the fingers point up",
        ),
        "across_inward": Orientation(
            LEFT,
            INWARD,
            "faces the signer and the fingers point left",
            "face the signer and the fingers point inwards",
        ),
        "across_down": Orientation(
            LEFT,
            DOWN,
            "faces down and the fingers point left",
            "face down and the fingers point inwards",
        ),
        "across_up": Orientation(
            LEFT,
            UP,
            "faces up and the fingers point left",
            "face up and the fingers point inwards",
        ),
        "down_inward": Orientation(
            DOWN,
            INWARD,
            "faces the signer and the fingers point down",
            "face the signer and the fingers point down",
        ),
    }
)

LOCATIONS: Mapping[str, Location] = MappingProxyType(
    {
        "high": Location((-0.62, -0.8, 0.5), "high up, to the right of the head"),
        "forehead": Location((-0.04, -0.98, 0.5), "in front of the forehead"),
        "temple": Location((-0.34, -0.82, 0.45), "beside the right temple"),
        "cheek": Location((-0.27, -0.58, 0.5), "at the right cheek"),
        "chin": Location((0.0, -0.38, 0.5), "in front of the chin"),
        "right_shoulder": Location((-0.5, -0.02, 0.3), "at the right shoulder"),
        "left_shoulder": Location((0.4, 0.05, 0.3), "at the left shoulder"),
        "chest": Location((-0.02, 0.32, 0.35), "in front of the chest"),
        "side": Location((-0.85, 0.3, 0.4), "out to the side of the body"),
        "belly": Location((-0.05, 0.85, 0.4), "in front of the belly"),
    }
)

MOVEMENTS: Mapping[str, Movement] = MappingProxyType(
    {
        "hold": Movement("a hold", "stays still", "stay still"),
        "bounce": Movement(
            "a bounce", "drops a little and comes back twice", "drop a little and come back twice"
        ),
        "down": Movement("a downward stroke", "moves straight down", "move straight down"),
        "up": Movement("an upward stroke", "moves straight up", "move straight up"),
        "outward": Movement(
            "a sweep", "moves outwards in a straight line", "move outwards in a straight line"
        ),
        "arc": Movement(
            "an arc", "moves outwards over a rounded path", "move outwards over a rounded path"
        ),
        "circle": Movement("a circle", "goes round twice", "go round twice"),
        "zigzag": Movement(
            "a zigzag",
            "moves down while swinging to and fro",
            "move down while swinging to and fro",
        ),
        "shake": Movement(
            "a shake", "moves quickly to and fro sideways", "move quickly to and fro sideways"
        ),
        "wave": Movement("a wave", "swings at the wrist", "swing at the wrist"),
        "twist": Movement(
            "a twist", "turns to and fro about the forearm", "turn to and fro about the forearm"
        ),
        "wiggle": Movement(
            "a flutter", "stays in place with fluttering fingers", "stay in place with fluttering"
        ),
        "open": Movement("an opening", "starts as a fist and opens", "start as fists and open"),
        "close": Movement("a closing", "closes into a fist", "close into fists"),
    }
)

SECOND_HANDS: Mapping[str, str] = MappingProxyType(
    {
        "none": "The left hand is not used.",
        "mirror": "The left hand does the same as the right hand, as its mirror image.",
        "alternate": "The left hand does the same as the right hand, half a turn later.",
        "flat_base": "The left hand is held still below the right hand, flat, with the palm up.",
        "fist_base": "The left hand is held still below the right hand, closed to a fist.",
    }
)
BROWS: Mapping[str, str] = MappingProxyType(
    {
        "neutral": "",
        "raised": "The brows are raised.",
        "furrowed": "The brows are furrowed.",
    }
)
MOUTHS: Mapping[str, str] = MappingProxyType(
    {
        "neutral": "",
        "open": "The mouth is open and the jaw drops.",
        "pursed": "The lips are pursed.",
        "spread": "The lips are spread wide.",
    }
)
BODIES: Mapping[str, str] = MappingProxyType(
    {
        "still": "",
        "nod": "The head nods.",
        "shake": "The head shakes from side to side.",
        "lean": "The body leans to the right.",
        "shrug": "The shoulders are raised.",
    }
)

COMPONENTS: Mapping[str, Mapping] = MappingProxyType(
    {
        "handshape": HANDSHAPES,
        "orientation": ORIENTATIONS,
        "location": LOCATIONS,
        "movement": MOVEMENTS,
        "second_hand": SECOND_HANDS,
        "brows": BROWS,
        "mouth": MOUTHS,
        "body": BODIES,
    }
)
"""The values that every component of a sign may take."""

TWO_HANDED = ("mirror", "alternate")
"""Second-hand roles in which what is said of the right hand is said of both."""


@dataclass(frozen=True)
class SignSpec:
    """A sign: one value for each component.

    Raises:
        ValueError: a value that its component does not have.
    """

    gloss: str
    handshape: str
    orientation: str
    location: str
    movement: str
    second_hand: str = "none"
    brows: str = "neutral"
    mouth: str = "neutral"
    body: str = "still"

    def __post_init__(self) -> None:
        for component, values in COMPONENTS.items():
            if getattr(self, component) not in values:
                raise ValueError(
                    f"sign {self.gloss}: {component} has no value {getattr(self, component)!r}"
                )

    @property
    def values(self) -> tuple[str, ...]:
        """The sign without its name, in the order of COMPONENTS."""
        return tuple(getattr(self, field.name) for field in fields(self)[1:])


def differing_components(one: SignSpec, other: SignSpec) -> tuple[str, ...]:
    """Names of the components in which two signs differ."""
    return tuple(
        component
        for component, a, b in zip(COMPONENTS, one.values, other.values, strict=True)
        if a != b
    )
