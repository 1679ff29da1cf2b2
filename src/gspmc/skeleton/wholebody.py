"""COCO-WholeBody's 133 points and the layouts cut out of them."""

from gspmc.skeleton.layout import Layout, build_layout
from gspmc.skeleton.points import (
    ANKLES,
    BODY,
    FACE_68,
    FEET,
    PARENTS,
    WHOLEBODY_133,
    hand,
)

_MOUTH_68 = tuple(joint for joint in FACE_68 if joint.startswith("mouth."))
_REST_OF_FACE_68 = tuple(joint for joint in FACE_68 if joint.startswith("face."))


def _points(*indices: int) -> tuple[str, ...]:
    return tuple(WHOLEBODY_133[index] for index in indices)


# METHOD: lips outer (6) and inner (4); jaw (9), brows (6), eye corners (4), nose tip.
_MOUTH_10 = _points(71, 73, 75, 77, 79, 81, 83, 85, 87, 89)
_FACE_20 = _points(*range(23, 40, 2), 40, 42, 44, 45, 47, 49, 59, 62, 65, 68, 53)
_UPPER_BODY_7 = _points(0, *range(5, 11))
_TEN_OF_A_HAND = (0, 4, 5, 8, 9, 12, 13, 16, 17, 20)


def _ten(side: str) -> tuple[str, ...]:
    return tuple(hand(side)[index] for index in _TEN_OF_A_HAND)


def coco_wholebody133() -> Layout:
    """All 133 points, in COCO-WholeBody's own order (body, feet, face, hands)."""
    return build_layout(
        "coco_wholebody133",
        {
            "body": BODY + ANKLES + FEET,
            "left_hand": hand("left"),
            "right_hand": hand("right"),
            "mouth": _MOUTH_68,
            "face": _REST_OF_FACE_68,
        },
        PARENTS,
        order=WHOLEBODY_133,
    )


def gsp87() -> Layout:
    """The paper's 87 points in five parts: body 15, hands 21 + 21, mouth 10, face 20."""
    return build_layout(
        "gsp87",
        {
            "body": BODY,
            "left_hand": hand("left"),
            "right_hand": hand("right"),
            "mouth": _MOUTH_10,
            "face": _FACE_20,
        },
        PARENTS,
    )


def cosign76() -> Layout:
    """`gsp87` without eyes, ears, knees, two outer-lip points, two jaw points and the nose tip.

    The paper gives the count alone; which eleven go is our default.
    """
    dropped = {
        *_points(1, 2, 3, 4, 13, 14, 79, 81, 25, 37, 53),
    }
    full = {
        "body": BODY,
        "left_hand": hand("left"),
        "right_hand": hand("right"),
        "mouth": _MOUTH_10,
        "face": _FACE_20,
    }
    return build_layout(
        "cosign76",
        {
            part: tuple(joint for joint in members if joint not in dropped)
            for part, members in full.items()
        },
        PARENTS,
    )


def masa49() -> Layout:
    """MASA's 49 points: nose, shoulders, elbows, wrists and both hands."""
    return build_layout(
        "masa49",
        {"body": _UPPER_BODY_7, "left_hand": hand("left"), "right_hand": hand("right")},
        PARENTS,
    )


def sam27() -> Layout:
    """SAM-SLR's 27 points: seven of the body and ten of each hand."""
    return build_layout(
        "sam27",
        {"body": _UPPER_BODY_7, "left_hand": _ten("left"), "right_hand": _ten("right")},
        PARENTS,
    )


def hands42() -> Layout:
    """Two hands alone, left first. Both roots are roots; one undirected edge joins them."""
    return build_layout(
        "hands42",
        {"left_hand": hand("left"), "right_hand": hand("right")},
        PARENTS,
        extra_edges=(("left_hand.root", "right_hand.root"),),
    )
