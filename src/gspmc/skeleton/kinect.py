"""The 20 joints of the first Kinect sensor, in three dimensions."""

from gspmc.skeleton.layout import SPATIAL, Layout, build_layout

KINECT_20 = (
    "head",
    "shoulder_centre",
    "left_shoulder",
    "right_shoulder",
    "left_elbow",
    "right_elbow",
    "left_wrist",
    "right_wrist",
    "left_hand.centre",
    "right_hand.centre",
    "spine",
    "hip_centre",
    "left_hip",
    "right_hip",
    "left_knee",
    "right_knee",
    "left_ankle",
    "right_ankle",
    "left_foot",
    "right_foot",
)

_BONES = {
    "head": "shoulder_centre",
    "shoulder_centre": "spine",
    "spine": "hip_centre",
} | {
    f"{side}_{joint}": parent if parent.endswith("centre") else f"{side}_{parent}"
    for side in ("left", "right")
    for joint, parent in {
        "shoulder": "shoulder_centre",
        "elbow": "shoulder",
        "wrist": "elbow",
        "hand.centre": "wrist",
        "hip": "hip_centre",
        "knee": "hip",
        "ankle": "knee",
        "foot": "ankle",
    }.items()
}


def kinect20() -> Layout:
    """Kinect's joints; a wrist and the centre of the hand stand for that hand."""
    hands = {f"{side}_hand": (f"{side}_wrist", f"{side}_hand.centre") for side in ("left", "right")}
    in_hands = {joint for members in hands.values() for joint in members}
    body = tuple(joint for joint in KINECT_20 if joint not in in_hands)
    return build_layout(
        "kinect20", {"body": body, **hands}, _BONES, order=KINECT_20, channels=SPATIAL
    )
