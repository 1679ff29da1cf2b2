"""From points in space to what a keypoint extractor would give: projection, jitter, missing."""

import numpy as np

from gspmc.data.synthetic.rotation import about
from gspmc.data.synthetic.signers import Signer
from gspmc.skeleton import get_layout

_LAYOUT = get_layout("gsp87")
_PERSPECTIVE = 0.06
"""How much larger a point one shoulder width nearer to the camera is."""
_JITTER = {
    "body": 0.0025,
    "left_hand": 0.0025,
    "right_hand": 0.0025,
    "mouth": 0.0009,
    "face": 0.0011,
}
"""Standard deviation of the points of each part, in image heights."""
_SIGMA = np.zeros(_LAYOUT.num_joints)
for _part, _value in _JITTER.items():
    _SIGMA[list(_LAYOUT.parts[_part])] = _value
_HANDS = tuple(list(_LAYOUT.parts[part]) for part in ("left_hand", "right_hand"))

_LOST_HAND = 0.09
"""Chance that a hand is lost for a stretch of a clip (either hand: about one clip in six)."""
_LOST_FRAMES = (3, 9)
_GLITCH = 0.002
"""Chance that a point of a frame is misplaced, with a confidence that says so."""


def project(points: np.ndarray, signer: Signer, rng: np.random.Generator) -> np.ndarray:
    """Weak perspective onto the signer's camera, which stands a little differently in every clip.

    Args:
        points: (T, V, 3) shoulder widths.

    Returns:
        (T, V, 2) x, y in image heights.
    """
    yaw = signer.yaw + rng.normal(0, 0.04)
    roll = signer.roll + rng.normal(0, 0.015)
    turned = points @ about(np.array([0.0, 1.0, 0.0]), np.array([yaw]))[0].T
    scale = signer.scale * rng.uniform(0.96, 1.04) / (1 - _PERSPECTIVE * turned[..., 2:])
    planar = scale * turned[..., :2] * [signer.stretch, 1.0]
    cosine, sine = np.cos(roll), np.sin(roll)
    rolled = planar @ np.array([[cosine, sine], [-sine, cosine]])
    return rolled + signer.centre + rng.normal(0, 0.01, 2)


def observe(points: np.ndarray, signer: Signer, rng: np.random.Generator) -> np.ndarray:
    """What an extractor sees of the projected points.

    Args:
        points: (T, V, 2) in image heights.

    Returns:
        float16 (T, V, 3): x, y, confidence. Points outside the image and hands that are lost have
        confidence 0 and coordinates 0; now and then a point is misplaced with low confidence.
    """
    frames, joints, _ = points.shape
    seen = points + rng.normal(0, 1, points.shape) * (signer.noise * _SIGMA)[:, None]
    confidence = rng.uniform(0.75, 0.97, joints) + rng.normal(0, 0.02, (frames, joints))
    speed = np.linalg.norm(np.gradient(points, axis=0), axis=-1)  # blur lowers confidence
    confidence = np.clip(confidence - 3.0 * speed, 0.35, 1.0)

    glitch = rng.random((frames, joints)) < _GLITCH
    seen[glitch] = seen[glitch] + rng.normal(0, 0.05, (int(glitch.sum()), 2))
    confidence[glitch] = rng.uniform(0.05, 0.35, int(glitch.sum()))

    width = signer.width / signer.height
    missing: np.ndarray = ((seen < 0) | (seen > [width, 1.0])).any(axis=-1)
    for hand in _HANDS:
        outside = missing[:, hand].mean(axis=1) > 0.4
        missing[np.ix_(outside, hand)] = True  # too little of the hand to be found
        if rng.random() < _LOST_HAND:
            start = rng.integers(frames - _LOST_FRAMES[1])
            length = rng.integers(*_LOST_FRAMES, endpoint=True)
            missing[start : start + length, hand] = True
    keypoints = np.concatenate([seen, confidence[..., None]], axis=-1)
    keypoints[missing] = 0
    return keypoints.astype(np.float16)
