"""The 21 points of a hand from the state of its fingers."""

from dataclasses import dataclass

import numpy as np

from gspmc.data.synthetic.handshapes import FINGER_FLEXION, HANDSHAPES

# Hand frame: x along the straight fingers, y towards the thumb, z out of the palm; hand lengths.
_KNUCKLES = np.array([[0.47, 0.12, 0.0], [0.48, 0.03, 0.0], [0.45, -0.06, 0.0], [0.4, -0.14, 0.0]])
_PHALANGES = np.array(
    [[0.24, 0.14, 0.11], [0.26, 0.16, 0.11], [0.24, 0.15, 0.11], [0.19, 0.1, 0.09]]
)
_FAN_TOGETHER = np.array([0.04, 0.0, -0.04, -0.08])
_FAN_SPREAD = np.array([0.28, 0.05, -0.18, -0.42])
_THUMBS = {  # carpal, knuckle, middle joint, tip
    "beside": [[0.1, 0.12, 0.03], [0.25, 0.2, 0.05], [0.38, 0.2, 0.05], [0.48, 0.18, 0.04]],
    "out": [[0.1, 0.13, 0.02], [0.22, 0.27, 0.04], [0.32, 0.4, 0.05], [0.39, 0.51, 0.05]],
    "across": [[0.1, 0.12, 0.05], [0.25, 0.17, 0.13], [0.36, 0.09, 0.19], [0.41, -0.01, 0.2]],
    "opposed": [[0.1, 0.12, 0.05], [0.22, 0.2, 0.16], [0.34, 0.18, 0.27], [0.46, 0.14, 0.33]],
    "pinching": [[0.1, 0.12, 0.05], [0.24, 0.22, 0.16], [0.42, 0.21, 0.28], [0.57, 0.15, 0.38]],
}
CENTRE = 0.5
"""How far from the wrist along the fingers the middle of the hand is, in hand lengths."""


@dataclass(frozen=True)
class HandPose:
    """What the joints of one hand do, in one frame or over time.

    Attributes:
        flexion: (..., 4, 3) radians at the joints of index, middle, ring and little finger.
        fan: (..., 4) radians of each finger sideways, towards the thumb positive.
        thumb: (..., 4, 3) the thumb's points in the hand frame.
    """

    flexion: np.ndarray
    fan: np.ndarray
    thumb: np.ndarray

    def towards(self, other: "HandPose", weight: np.ndarray) -> "HandPose":
        """Blend over time: `weight` (T,) is 0 at this pose and 1 at the other."""
        w = weight[:, None, None]
        return HandPose(
            self.flexion * (1 - w) + other.flexion * w,
            self.fan * (1 - w[..., 0]) + other.fan * w[..., 0],
            self.thumb * (1 - w) + other.thumb * w,
        )


def handshape_pose(name: str, slack: float = 0.0) -> HandPose:
    """The joints of a named handshape.

    Args:
        name: a key of HANDSHAPES.
        slack: how loosely it is formed: straight fingers curl by about so many radians and curled
            ones open by as many.
    """
    shape = HANDSHAPES[name]
    flexion = np.array([FINGER_FLEXION[state] for state in shape.fingers])  # (4, 3)
    flexion = flexion + slack * np.where(flexion < 0.8, 1.0, -1.0)
    fan = _FAN_TOGETHER + shape.spread * (_FAN_SPREAD - _FAN_TOGETHER)
    return HandPose(flexion, fan, np.array(_THUMBS[shape.thumb]))


def relaxed_pose() -> HandPose:
    """A hand that hangs at rest."""
    return HandPose(np.full((4, 3), 0.35), _FAN_TOGETHER * 1.5, np.array(_THUMBS["beside"]))


def hand_points(pose: HandPose) -> np.ndarray:
    """Forward kinematics of a hand over time.

    Args:
        pose: flexion (T, 4, 3), fan (T, 4), thumb (T, 4, 3).

    Returns:
        (T, 21, 3) in the hand frame, hand lengths, the wrist at the origin; the order of the hand
        points of every layout.
    """
    frames = len(pose.flexion)
    bend = np.cumsum(pose.flexion, axis=-1)  # (T, 4, 3): angle of each phalanx to the palm
    along = np.cos(bend) * _PHALANGES
    out = np.sin(bend) * _PHALANGES
    steps = np.stack(
        [along * np.cos(pose.fan)[..., None], along * np.sin(pose.fan)[..., None], out], axis=-1
    )  # (T, 4, 3 phalanges, 3)
    knuckles = np.broadcast_to(_KNUCKLES[:, None], (frames, 4, 1, 3))
    fingers = np.concatenate([knuckles, knuckles + np.cumsum(steps, axis=2)], axis=2)
    return np.concatenate(
        [np.zeros((frames, 1, 3)), pose.thumb, fingers.reshape(frames, 16, 3)], axis=1
    )  # (T, 21, 3)
