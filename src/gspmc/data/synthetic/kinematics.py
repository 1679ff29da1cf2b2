"""From a sign's specification to the motion of a signer's body in space."""

import numpy as np

from gspmc.data.synthetic.arms import HandPlan, plan_hands, render_arm
from gspmc.data.synthetic.face import HEAD_JOINTS, head_points
from gspmc.data.synthetic.phonology import SignSpec
from gspmc.data.synthetic.rotation import about
from gspmc.data.synthetic.signers import Signer
from gspmc.data.synthetic.timing import FPS, draw_timing
from gspmc.skeleton import get_layout

_LAYOUT = get_layout("gsp87")
_HEAD = [_LAYOUT.index(name) for name in HEAD_JOINTS]
_MIRROR = list(_LAYOUT.mirror)
_FLIP = np.array([-1.0, 1.0, 1.0])
_X, _Y, _Z = np.eye(3)

_SHOULDER = np.array([-0.5, 0.0, 0.0])
_HIP = np.array([-0.36, 1.4, 0.0])
_KNEE = np.array([-0.38, 2.5, 0.1])
_LOWER = [
    _LAYOUT.index(f"{side}_{joint}") for side in ("left", "right") for joint in ("hip", "knee")
]
_HEAD_CENTRE = np.array([0.0, -0.7, 0.05])


def render(spec: SignSpec, signer: Signer, rng: np.random.Generator) -> np.ndarray:
    """Perform a sign once.

    Args:
        spec: the sign.
        signer: who performs it; a left-handed signer performs its mirror image.
        rng: the small differences between repetitions.

    Returns:
        (T, 87, 3) points of `gsp87` in space: shoulder widths from the midpoint of the shoulders,
        x to the image's right, y down, z towards the camera.
    """
    timing = draw_timing(rng, signer.speed * rng.uniform(0.9, 1.1))
    frames = len(timing.raised)
    acting = timing.acting * rng.uniform(0.85, 1.15)
    rounds = np.sin(2 * np.pi * 2 * timing.phase)
    breath = np.arange(frames) / FPS * 2 * np.pi * 0.3 + rng.uniform(0, 2 * np.pi)
    tilt = 0.015 * np.sin(breath) - 0.16 * acting * (spec.body == "lean")
    pitch = rng.normal(0, 0.05) + 0.38 * acting * rounds * (spec.body == "nod")
    yaw = rng.normal(0, 0.06) + 0.45 * acting * rounds * (spec.body == "shake")
    lift = 0.15 * acting * (spec.body == "shrug") + 0.005 * np.sin(breath)

    def side(plan: HandPlan | None) -> dict[str, np.ndarray]:
        shoulder = _SHOULDER - lift[:, None] * _Y
        elbow, wrist, hand = render_arm(plan, timing, signer, rng, shoulder)
        still = np.ones((frames, 1))
        body = {"shoulder": shoulder, "elbow": elbow, "wrist": wrist, "hand": hand}
        return body | {"hip": _HIP * still, "knee": _KNEE * still}

    points = np.zeros((frames, _LAYOUT.num_joints, 3))
    for name, plan in zip(("right", "left"), plan_hands(spec), strict=True):
        flip = _FLIP if name == "left" else np.ones(3)
        arm = side(plan)
        points[:, list(_LAYOUT.parts[f"{name}_hand"])] = arm.pop("hand") * flip
        for joint, place in arm.items():
            points[:, _LAYOUT.index(f"{name}_{joint}")] = place * flip

    strength = signer.expression * np.stack([acting, acting], axis=-1) * rng.uniform(0.85, 1.15, 2)
    head = head_points(spec.brows, spec.mouth, strength, signer.head, signer.face)
    nodding = about(_Y, yaw) @ about(_X, -pitch)
    head = head @ nodding.transpose(0, 2, 1) + _HEAD_CENTRE - signer.neck * _Y
    points[:, _HEAD] = head

    # The trunk leans about the hips; hips and knees stay.
    pivot = 1.4 * _Y
    leaning = (points - pivot) @ about(_Z, tilt).transpose(0, 2, 1) + pivot
    leaning[:, _LOWER] = points[:, _LOWER]
    return leaning[:, _MIRROR] * _FLIP if signer.left_handed else leaning
