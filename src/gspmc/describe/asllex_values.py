"""The documented table of values: every ASL-LEX 2.0 code as a phrase.

Column definitions: ``signdataKEYfnl.csv`` of ASL-LEX 2.0 (Sehyr et al. 2021, CC BY-NC 4.0). The
codes say nothing of face, mouth, palm orientation or movement direction, so no phrase here does.
A value that a table lacks is an importer error, never silence.
"""

from typing import NamedTuple

NOT_CODED = ("NA", "")
"""Cells of a phonological column that say nothing."""


class Handshape(NamedTuple):
    """What a handshape letter means, as something the hand does."""

    fingers: str
    """The four fingers, to follow "holds"."""
    thumb: str = ""
    """The thumb where it is not coded by itself (second hand); empty: it may be anywhere."""


ALL_TOGETHER = "all four fingers straight and together"
OPEN = "the thumb open"
FOLDED = "the thumb folded in"
TOUCHING = "the thumb touching the fingers"

HANDSHAPES: dict[str, Handshape] = {
    "1": Handshape("the index finger straight, the other fingers closed", FOLDED),
    "flat_1": Handshape(
        "the index finger bent at the base knuckle, the other fingers closed", FOLDED
    ),
    "bent_1": Handshape("the index finger hooked, the other fingers closed", FOLDED),
    "curved_1": Handshape("the index finger curved, the other fingers closed", FOLDED),
    "g": Handshape("the index finger bent at the base knuckle, the other fingers closed", OPEN),
    "l": Handshape("the index finger straight, the other fingers closed", OPEN),
    "bent_l": Handshape("the index finger hooked, the other fingers closed", OPEN),
    "curved_l": Handshape("the index finger curved, the other fingers closed", OPEN),
    "d": Handshape("the index finger straight, the other fingers curved towards the thumb"),
    "t": Handshape("the index finger curved over the thumb, the other fingers closed"),
    "baby_o": Handshape(
        "the index finger hooked to meet the thumb, the other fingers closed",
        "the thumb touching the index finger",
    ),
    "f": Handshape(
        "the index finger bent to meet the thumb, the other fingers straight",
        "the thumb touching the index finger",
    ),
    "open_f": Handshape("the index finger curved, the other fingers straight", OPEN),
    "h": Handshape(
        "the index and middle fingers straight and together, the other fingers closed", FOLDED
    ),
    "open_h": Handshape(
        "the index and middle fingers straight and together, the other fingers closed", OPEN
    ),
    "flat_h": Handshape(
        "the index and middle fingers bent together at the base knuckles, the others closed",
        FOLDED,
    ),
    "curved_h": Handshape(
        "the index and middle fingers curved and together, the other fingers closed", FOLDED
    ),
    "n": Handshape(
        "the index and middle fingers curved down over the thumb, the other fingers closed"
    ),
    "flat_n": Handshape(
        "the index and middle fingers laid flat over the thumb, the other fingers closed"
    ),
    "v": Handshape(
        "the index and middle fingers straight and spread, the other fingers closed", FOLDED
    ),
    "bent_v": Handshape(
        "the index and middle fingers hooked and spread, the other fingers closed", FOLDED
    ),
    "curved_v": Handshape(
        "the index and middle fingers curved and spread, the other fingers closed", FOLDED
    ),
    "flat_v": Handshape(
        "the index and middle fingers spread, bent at the base knuckles, the others closed",
        FOLDED,
    ),
    "3": Handshape(
        "the index and middle fingers straight and spread, the other fingers closed", OPEN
    ),
    "k": Handshape(
        "the index finger straight, the middle finger bent forward over the thumb, "
        "the others closed"
    ),
    "p": Handshape(
        "the index finger straight, the middle finger bent forward, the others closed",
        "the thumb touching the middle finger",
    ),
    "r": Handshape("the index and middle fingers crossed, the other fingers closed", FOLDED),
    "w": Handshape(
        "the index, middle and ring fingers straight and spread, the little finger folded",
        "the thumb touching the little finger",
    ),
    "i": Handshape("the little finger straight, the other fingers closed", FOLDED),
    "y": Handshape("the little finger straight, the other fingers closed", OPEN),
    "horns": Handshape(
        "the index and little fingers straight, the middle and ring fingers folded", FOLDED
    ),
    "flat_horns": Handshape(
        "the index and little fingers bent at the base knuckles, the others folded", FOLDED
    ),
    "ily": Handshape(
        "the index and little fingers straight, the middle and ring fingers folded", OPEN
    ),
    "flat_ily": Handshape(
        "the index and little fingers bent at the base knuckles, the others folded", OPEN
    ),
    "goody_goody": Handshape(
        "the index, middle and little fingers straight, the ring finger folded", OPEN
    ),
    "open_8": Handshape(
        "the middle finger bent forward at the base knuckle, the other fingers straight", OPEN
    ),
    "8": Handshape(
        "the middle finger bent to meet the thumb, the other fingers straight",
        "the thumb touching the middle finger",
    ),
    "7": Handshape(
        "the ring finger bent to meet the thumb, the other fingers straight",
        "the thumb touching the ring finger",
    ),
    "open_b": Handshape(ALL_TOGETHER, OPEN),
    "closed_b": Handshape(ALL_TOGETHER, FOLDED),
    "B": Handshape(ALL_TOGETHER),
    "flat_b": Handshape("all four fingers together, bent at the base knuckles", OPEN),
    "curved_b": Handshape("all four fingers curved and together"),
    "5": Handshape("all four fingers straight and spread", OPEN),
    "4": Handshape("all four fingers straight and spread", FOLDED),
    "curved_5": Handshape("all four fingers curved and spread like a claw", OPEN),
    "curved_4": Handshape("all four fingers curved and spread like a claw", FOLDED),
    "flatspread_5": Handshape("all four fingers spread, bent at the base knuckles", OPEN),
    "flat_4": Handshape("all four fingers spread, bent at the base knuckles", FOLDED),
    "stacked_5": Handshape("all four fingers bent by different amounts, one above the other", OPEN),
    "c": Handshape("all four fingers curved and together, opposite the thumb", OPEN),
    "C": Handshape("all four fingers curved and together, opposite the thumb"),
    "o": Handshape("all four fingers together, curved round to the thumb", TOUCHING),
    "O": Handshape("all four fingers together, curved round to the thumb", TOUCHING),
    "flat_o": Handshape("all four fingers straight, bent flat onto the thumb", TOUCHING),
    "flat_m": Handshape("all four fingers together, laid flat over the thumb"),
    "e": Handshape("all four fingers hooked and together, the fingertips on the thumb"),
    "open_e": Handshape("all four fingers hooked and together", OPEN),
    "closed_e": Handshape("all four fingers hooked and spread, the fingertips on the thumb"),
    "spread_e": Handshape("all four fingers hooked and spread", FOLDED),
    "spread_open_e": Handshape("all four fingers hooked and spread", OPEN),
    "a": Handshape("all four fingers closed in a fist", "the thumb extended"),
    "A": Handshape("all four fingers closed in a fist"),
    "s": Handshape("all four fingers closed in a fist", "the thumb closed over the fingers"),
    "S": Handshape("all four fingers closed in a fist"),
    "Lax": Handshape("the fingers relaxed"),
}
"""Handshape.2.0 and NonDominantHandshape.2.0. Capitals are the second hand's unmarked shapes."""

UNNAMED_SECOND_HANDSHAPES = ("DominanceConditionViolation", "SymmetryViolation")
"""NonDominantHandshape.2.0 values which say that there is another shape, and not which."""

SELECTED_FINGERS: dict[str, str] = {
    "imrp": "fingers",
    "imr": "index, middle and ring fingers",
    "imp": "index, middle and little fingers",
    "mrp": "middle, ring and little fingers",
    "im": "index and middle fingers",
    "ip": "index and little fingers",
    "mr": "middle and ring fingers",
    "i": "index finger",
    "m": "middle finger",
    "r": "ring finger",
    "p": "little finger",
    "t": "thumb",
}

THUMB: dict[tuple[str, str], str] = {
    ("Open", "0"): OPEN,
    ("Open", "1"): "the thumb touching the {fingers}",
    ("Open", "NA"): "the thumb extended",
    ("Closed", "0"): FOLDED,
    ("Closed", "1"): "the thumb closed over the {fingers}",
    ("Closed", "NA"): FOLDED,
}
"""(ThumbPosition.2.0, ThumbContact.2.0); {fingers}: the selected ones."""

FLEXION_CHANGE: dict[str, tuple[str, str]] = {
    "FullyOpen": ("bends", "bend"),
    "FullyClosed": ("opens", "open"),
    "Curved": ("changes its bend", "change their bend"),
    "Flat": ("changes its bend", "change their bend"),
    "Bent": ("changes its bend", "change their bend"),
    "Stacked": ("changes its bend", "change their bend"),
    "Crossed": ("changes its bend", "change their bend"),
    "NA": ("changes its bend", "change their bend"),
}
"""Flexion.2.0 at the start, where FlexionChange.2.0 is 1: what one finger, or several, then do.

The end is not coded: it follows only from a start that is fully open or fully closed.
"""

SPREAD_CHANGE: dict[str, str] = {
    "0": "spread apart",
    "1": "come together",
    "NA": "change their spread",
}
"""Spread.2.0 at the start, where SpreadChange.2.0 is 1: what the fingers then do."""

PATHS: dict[str, str] = {
    "Straight": "moves {times} in a straight line",
    "Curved": "moves {times} in an arc",
    "BackAndForth": "moves {times} back and forth",
    "Circular": "moves {times} in a circle",
    "Z-shaped": "moves {times} in a zigzag",
    "X-shaped": "moves {times} in the form of a cross",
    "Other": "moves {times} along a path of another form",
    "None": "makes no path movement",
}
"""Movement.2.0, the path movement; {times} from RepeatedMovement.2.0."""

REPETITION: dict[str, str] = {"0": "once", "1": "repeatedly", "NA": "", "": ""}

MAJOR_LOCATIONS: dict[str, str] = {
    "Neutral": "the body",
    "Head": "the head",
    "Hand": "the {other} hand",
    "Body": "the trunk",
    "Arm": "the left arm",
    "Other": "the body",
}

LOCATIONS: dict[str, tuple[str, str]] = {
    "Neutral": ("in front of", "the body"),
    "HeadAway": ("near", "the head"),
    "HandAway": ("near", "the {other} hand"),
    "BodyAway": ("near", "the trunk"),
    "ArmAway": ("near", "the left arm"),
    "Away": ("away from", "{major}"),
    "OtherAway": ("away from", "{major}"),
    "Other": ("at", "another place of {major}"),
    "HeadTop": ("at", "the top of the head"),
    "Forehead": ("at", "the forehead"),
    "Eye": ("at", "the eye"),
    "CheekNose": ("at", "the cheek or nose"),
    "UpperLip": ("at", "the upper lip"),
    "Mouth": ("at", "the mouth"),
    "Chin": ("at", "the chin"),
    "UnderChin": ("at", "the underside of the chin"),
    "Neck": ("at", "the neck"),
    "Shoulder": ("at", "the shoulder"),
    "Clavicle": ("at", "the collarbone"),
    "TorsoTop": ("at", "the upper chest"),
    "TorsoMid": ("at", "the middle of the trunk"),
    "TorsoBottom": ("at", "the belly"),
    "Waist": ("at", "the waist"),
    "Hips": ("at", "the hips"),
    "UpperArm": ("at", "the left upper arm"),
    "ElbowFront": ("at", "the inner side of the left elbow"),
    "ElbowBack": ("at", "the outer side of the left elbow"),
    "ForearmFront": ("at", "the inner side of the left forearm"),
    "ForearmBack": ("at", "the outer side of the left forearm"),
    "ForearmRadial": ("at", "the thumb side of the left forearm"),
    "ForearmUlnar": ("at", "the little-finger side of the left forearm"),
    "WristFront": ("at", "the inner side of the left arm's wrist"),
    "WristBack": ("at", "the back of the left arm's wrist"),
    "Palm": ("at", "the palm of the {other} hand"),
    "PalmBack": ("at", "the back of the {other} hand"),
    "Heel": ("at", "the heel of the {other} hand"),
    "FingerFront": ("at", "the inside of the {other} hand's fingers"),
    "FingerBack": ("at", "the back of the {other} hand's fingers"),
    "FingerRadial": ("at", "the thumb side of the {other} hand"),
    "FingerUlnar": ("at", "the little-finger side of the {other} hand"),
    "FingerTip": ("at", "the fingertips of the {other} hand"),
}
"""MinorLocation.2.0 and SecondMinorLocation.2.0: preposition and place.

{other}: "left" where the right hand acts, "other" where both do; {major}: the major location.
"""

AWAY = ("Neutral", "HeadAway", "HandAway", "BodyAway", "ArmAway", "Away", "OtherAway")
"""Places in space, which nothing can touch by themselves."""

ONE_HANDED, SYMMETRICAL = "OneHanded", "SymmetricalOrAlternating"

SECOND_HAND: dict[str, str | None] = {
    "OneHanded": None,
    "SymmetricalOrAlternating": None,
    "AsymmetricalSameHandshape": "keeps still",
    "AsymmetricalDifferentHandshape": "keeps still",
    "DominanceViolation": "takes part",
    "SymmetryViolation": "moves in its own way",
}
"""SignType.2.0: what the left hand does beside the right (Battison's types); None: no sentence."""
