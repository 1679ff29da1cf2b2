"""MediaPipe Holistic's points, and the layouts taken from them.

Source of the numbering: the MediaPipe pose landmark model (33 points), hand landmark model (21) and
face mesh (468, with irises 478).
"""

from gspmc.skeleton.layout import PLANAR, Layout, build_layout
from gspmc.skeleton.points import PARENTS, hand

POSE_33 = (
    "nose",
    "left_eye_inner",
    "left_eye",
    "left_eye_outer",
    "right_eye_inner",
    "right_eye",
    "right_eye_outer",
    "left_ear",
    "right_ear",
    "pose_mouth_left",
    "pose_mouth_right",
    "left_shoulder",
    "right_shoulder",
    "left_elbow",
    "right_elbow",
    "left_wrist",
    "right_wrist",
    "left_pinky",
    "right_pinky",
    "left_index",
    "right_index",
    "left_thumb",
    "right_thumb",
    "left_hip",
    "right_hip",
    "left_knee",
    "right_knee",
    "left_ankle",
    "right_ankle",
    "left_heel",
    "right_heel",
    "left_foot_index",
    "right_foot_index",
)

FACE_MESH_NAMES = {
    # outer and inner lip, in the order of COCO-WholeBody 71, 73, …, 89
    61: "mouth.outer_right_corner",
    37: "mouth.outer_upper_right",
    267: "mouth.outer_upper_left",
    291: "mouth.outer_left_corner",
    314: "mouth.outer_lower_left",
    84: "mouth.outer_lower_right",
    78: "mouth.inner_right_corner",
    13: "mouth.inner_upper",
    308: "mouth.inner_left_corner",
    14: "mouth.inner_lower",
    # jaw from the subject's right ear over the chin to the left ear
    127: "face.jaw_right_8",
    93: "face.jaw_right_6",
    58: "face.jaw_right_4",
    136: "face.jaw_right_2",
    152: "face.chin",
    365: "face.jaw_left_2",
    288: "face.jaw_left_4",
    323: "face.jaw_left_6",
    356: "face.jaw_left_8",
    # brows from the right temple to the left
    70: "face.brow_right_outer",
    105: "face.brow_right_middle",
    107: "face.brow_right_inner",
    336: "face.brow_left_inner",
    334: "face.brow_left_middle",
    300: "face.brow_left_outer",
    # eye corners and nose tip
    33: "face.eye_right_outer",
    133: "face.eye_right_inner",
    362: "face.eye_left_inner",
    263: "face.eye_left_outer",
    4: "face.nose_tip",
}

_POSE_PARENTS = {
    f"{side}_{point}": f"{side}_{parent}"
    for side in ("left", "right")
    for point, parent in {
        "eye": "eye_inner",
        "eye_outer": "eye",
        "ear": "eye_outer",
        "pinky": "wrist",
        "index": "wrist",
        "thumb": "wrist",
        "foot_index": "heel",
    }.items()
} | {
    "left_eye_inner": "nose",
    "right_eye_inner": "nose",
    "pose_mouth_left": "nose",
    "pose_mouth_right": "nose",
}


def holistic75() -> Layout:
    """MediaPipe's 33 pose points and both hands."""
    return build_layout(
        "holistic75",
        {"body": POSE_33, "left_hand": hand("left"), "right_hand": hand("right")},
        PARENTS | _POSE_PARENTS,
    )


def mediapipe_holistic(mesh_points: int = 468) -> Layout:
    """MediaPipe Holistic's 543 points (553 with irises): pose 33, face mesh, left and right hand.

    A source to convert from: most mesh points have no name of their own, so bones and mirror are
    the identity.
    """
    mesh = tuple(FACE_MESH_NAMES.get(point, f"face.mesh_{point}") for point in range(mesh_points))
    joints = POSE_33 + mesh + hand("left") + hand("right")
    first_of_left_hand = len(POSE_33) + mesh_points
    face = range(len(POSE_33), first_of_left_hand)
    mouth = tuple(index for index in face if joints[index].startswith("mouth."))
    return Layout(
        name="mediapipe_holistic" if mesh_points == 468 else f"mediapipe_holistic{mesh_points}",
        joints=joints,
        parts={
            "body": tuple(range(len(POSE_33))),
            "left_hand": tuple(range(first_of_left_hand, first_of_left_hand + 21)),
            "right_hand": tuple(range(first_of_left_hand + 21, first_of_left_hand + 42)),
            "mouth": mouth,
            "face": tuple(index for index in face if index not in set(mouth)),
        },
        parents=tuple(range(len(joints))),
        mirror=tuple(range(len(joints))),
        channels=PLANAR,
    )
