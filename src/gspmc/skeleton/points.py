"""The names of the points of body, hands and face, and the bones between them.

Left and right are the subject's. Sources: COCO-WholeBody (Jin et al., ECCV 2020) for body, feet,
68 face points in the order of the iBUG/dlib annotation, and hands; MediaPipe Holistic for the rest.
"""

BODY = (
    "nose",
    "left_eye",
    "right_eye",
    "left_ear",
    "right_ear",
    "left_shoulder",
    "right_shoulder",
    "left_elbow",
    "right_elbow",
    "left_wrist",
    "right_wrist",
    "left_hip",
    "right_hip",
    "left_knee",
    "right_knee",
)
"""COCO order; COCO's two ankles follow."""

ANKLES = ("left_ankle", "right_ankle")
FEET = tuple(
    f"{side}_{toe}" for side in ("left", "right") for toe in ("big_toe", "small_toe", "heel")
)

FINGERS = ("thumb", "index", "middle", "ring", "pinky")
_PHALANGES = {"thumb": ("cmc", "mcp", "ip", "tip")}
HAND = (
    "root",
    *(
        f"{finger}_{joint}"
        for finger in FINGERS
        for joint in _PHALANGES.get(finger, ("mcp", "pip", "dip", "tip"))
    ),
)
"""The 21 points of a hand, in the order that COCO-WholeBody and MediaPipe share."""


def hand(side: str) -> tuple[str, ...]:
    """The 21 points of the `left` or `right` hand."""
    return tuple(f"{side}_hand.{point}" for point in HAND)


# The 68 face points: the image's left is the subject's right.
_JAW = (
    *(f"face.jaw_right_{step}" for step in range(8, 0, -1)),
    "face.chin",
    *(f"face.jaw_left_{step}" for step in range(1, 9)),
)
_BROW_STEPS = ("outer", "outer_middle", "middle", "inner_middle", "inner")
_BROWS = tuple(f"face.brow_right_{step}" for step in _BROW_STEPS) + tuple(
    f"face.brow_left_{step}" for step in reversed(_BROW_STEPS)
)
_NOSE = (
    "face.nose_bridge_1",
    "face.nose_bridge_2",
    "face.nose_bridge_3",
    "face.nose_tip",
    "face.nostril_right_outer",
    "face.nostril_right_inner",
    "face.nose_base",
    "face.nostril_left_inner",
    "face.nostril_left_outer",
)
_RIGHT_EYE = ("outer", "upper_outer", "upper_inner", "inner", "lower_inner", "lower_outer")
_LEFT_EYE = ("inner", "upper_inner", "upper_outer", "outer", "lower_outer", "lower_inner")
_EYES = tuple(f"face.eye_right_{step}" for step in _RIGHT_EYE) + tuple(
    f"face.eye_left_{step}" for step in _LEFT_EYE
)
_OUTER_LIP = (
    "mouth.outer_right_corner",
    "mouth.outer_upper_far_right",
    "mouth.outer_upper_right",
    "mouth.outer_upper",
    "mouth.outer_upper_left",
    "mouth.outer_upper_far_left",
    "mouth.outer_left_corner",
    "mouth.outer_lower_far_left",
    "mouth.outer_lower_left",
    "mouth.outer_lower",
    "mouth.outer_lower_right",
    "mouth.outer_lower_far_right",
)
_INNER_LIP = (
    "mouth.inner_right_corner",
    "mouth.inner_upper_right",
    "mouth.inner_upper",
    "mouth.inner_upper_left",
    "mouth.inner_left_corner",
    "mouth.inner_lower_left",
    "mouth.inner_lower",
    "mouth.inner_lower_right",
)
FACE_68 = _JAW + _BROWS + _NOSE + _EYES + _OUTER_LIP + _INNER_LIP
"""The face of COCO-WholeBody in its order (point i is whole-body index 23 + i)."""

WHOLEBODY_133 = BODY + ANKLES + FEET + FACE_68 + hand("left") + hand("right")


def _body_bones() -> dict[str, str]:
    bones: dict[str, str] = {}
    for side in ("left", "right"):
        bones |= {
            f"{side}_eye": "nose",
            f"{side}_ear": f"{side}_eye",
            f"{side}_shoulder": "nose",
            f"{side}_elbow": f"{side}_shoulder",
            f"{side}_wrist": f"{side}_elbow",
            f"{side}_hip": f"{side}_shoulder",
            f"{side}_knee": f"{side}_hip",
            f"{side}_ankle": f"{side}_knee",
            f"{side}_heel": f"{side}_ankle",
            f"{side}_big_toe": f"{side}_ankle",
            f"{side}_small_toe": f"{side}_ankle",
        }
    return bones


def _hand_bones() -> dict[str, str]:
    bones: dict[str, str] = {}
    for side in ("left", "right"):
        bones[f"{side}_hand.root"] = f"{side}_wrist"
        for finger in FINGERS:
            previous = "root"
            for joint in _PHALANGES.get(finger, ("mcp", "pip", "dip", "tip")):
                bones[f"{side}_hand.{finger}_{joint}"] = f"{side}_hand.{previous}"
                previous = f"{finger}_{joint}"
    return bones


def _face_bones() -> dict[str, str]:
    bones = {"face.nose_tip": "nose", "face.chin": "face.nose_tip"}
    for side in ("left", "right"):
        previous = "face.chin"
        for step in range(1, 9):
            bones[f"face.jaw_{side}_{step}"] = previous
            previous = f"face.jaw_{side}_{step}"
        bones[f"mouth.outer_{side}_corner"] = "face.nose_tip"
        bones[f"mouth.inner_{side}_corner"] = f"mouth.outer_{side}_corner"
        for level in ("upper", "lower"):
            corner = f"mouth.outer_{side}_corner"
            bones[f"mouth.outer_{level}_{side}"] = corner
            bones[f"mouth.outer_{level}_far_{side}"] = corner
            bones[f"mouth.inner_{level}_{side}"] = f"mouth.inner_{side}_corner"
    for joint in FACE_68:  # brows, eyes, the rest of the nose and the mid-points of the lips
        bones.setdefault(joint, "face.nose_tip")
    return bones


PARENTS = _body_bones() | _hand_bones() | _face_bones()
"""Parent of every named point. The nose alone is a root."""
