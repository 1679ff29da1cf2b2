"""From what a hand is to do to the points of the arm and the hand."""

from dataclasses import dataclass

import numpy as np

from gspmc.data.synthetic.hand import CENTRE, hand_points, handshape_pose, relaxed_pose
from gspmc.data.synthetic.movement import hand_motion
from gspmc.data.synthetic.phonology import LOCATIONS, ORIENTATIONS, TWO_HANDED, SignSpec
from gspmc.data.synthetic.rotation import about, blend, by_vector
from gspmc.data.synthetic.signers import Signer
from gspmc.data.synthetic.timing import Timing

_FLIP = np.array([-1.0, 1.0, 1.0])
_X, _, _Z = np.eye(3)
_BASE_DROP = np.array([0.05, 0.34, 0.0])
"""A base hand is held so far below the place of the right hand."""
_HAND_GAP = 0.24
"""Two hands that do the same keep at least this far from the middle."""
_REST_TURN = np.array([[0.35, 0.93, 0.1], [0.1, 0.07, -0.99]])
"""Where fingers and palm of a resting right hand point (made orthogonal below)."""


def _frame(fingers: np.ndarray, palm: np.ndarray) -> np.ndarray:
    """Columns: along the fingers, towards the thumb, out of the palm, for a right hand: (3, 3)."""
    fingers = np.asarray(fingers) / np.linalg.norm(fingers)
    palm = palm - (palm @ fingers) * fingers
    palm = palm / np.linalg.norm(palm)
    return np.stack([fingers, np.cross(palm, fingers), palm], axis=1)


_REST_FRAME = _frame(*_REST_TURN)


@dataclass(frozen=True)
class HandPlan:
    """What one hand is to do, told for a right hand."""

    handshape: str
    orientation: str
    place: np.ndarray  # (3,)
    movement: str
    shift: float = 0.0


def plan_hands(spec: SignSpec) -> tuple[HandPlan, HandPlan | None]:
    """The plans of the right and of the left hand (as in a mirror); None: it rests."""
    place = np.array(LOCATIONS[spec.location].place)
    if spec.second_hand in TWO_HANDED:
        place[0] = min(place[0], -_HAND_GAP)
        shift = 0.5 if spec.second_hand == "alternate" else 0.0
        right = HandPlan(spec.handshape, spec.orientation, place, spec.movement)
        left = HandPlan(spec.handshape, spec.orientation, place, spec.movement, shift)
        return right, left
    right = HandPlan(spec.handshape, spec.orientation, place, spec.movement)
    if spec.second_hand == "none":
        return right, None
    base = (place + _BASE_DROP) * _FLIP
    if spec.second_hand == "flat_base":
        return right, HandPlan("flat", "across_up", base, "hold")
    return right, HandPlan("fist", "across_inward", base, "hold")


def render_arm(
    plan: HandPlan | None,
    timing: Timing,
    signer: Signer,
    rng: np.random.Generator,
    shoulder: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Elbow (T, 3), wrist (T, 3) and hand (T, 21, 3) of a right arm whose shoulder is (T, 3)."""
    raised = timing.raised if plan else np.zeros_like(timing.raised)
    plan = plan or HandPlan("flat", "down_inward", signer.rest, "hold")
    amplitude = signer.amplitude * rng.uniform(0.85, 1.15)
    motion = hand_motion(plan.movement, timing.phase, amplitude, plan.shift)

    turned = by_vector(signer.turn + rng.normal(0, 0.08, 3))
    orientation = ORIENTATIONS[plan.orientation]
    held = turned @ _frame(np.array(orientation.fingers), np.array(orientation.palm))
    frame = blend(_REST_FRAME, held, raised)  # (T, 3, 3)
    frame = frame @ about(_X, raised * motion.twist) @ about(_Z, raised * motion.swing)

    shape = handshape_pose(plan.handshape, signer.slack)
    pose = shape.towards(handshape_pose("fist", signer.slack), motion.closed)
    fluttering = pose.flexion + motion.flutter[..., None] * np.array([1.0, 0.3, 0.1])
    pose = type(pose)(fluttering, pose.fan, pose.thumb)
    points = signer.hand * hand_points(relaxed_pose().towards(pose, raised))

    centre = plan.place + signer.place + rng.normal(0, 0.03, 3) + motion.path
    held_wrist = centre - CENTRE * signer.hand * frame[..., 0]
    rest = signer.rest + rng.normal(0, 0.02, 3)
    wrist = rest + raised[:, None] * (held_wrist - rest)
    elbow, wrist = _solve_elbow(shoulder, wrist, signer)
    hand = wrist[:, None] + points @ frame.transpose(0, 2, 1)
    return elbow, wrist, hand


def _solve_elbow(
    shoulder: np.ndarray, wrist: np.ndarray, signer: Signer
) -> tuple[np.ndarray, np.ndarray]:
    """Two-bone inverse kinematics: elbow (T, 3) and the wrist (T, 3) brought within reach."""
    a, b = signer.upper_arm, signer.forearm
    reach = wrist - shoulder
    distance = np.linalg.norm(reach, axis=-1, keepdims=True)
    direction = reach / distance
    distance = np.clip(distance, abs(a - b) + 0.05, 0.995 * (a + b))
    wrist = shoulder + distance * direction
    along = (a**2 - b**2 + distance**2) / (2 * distance)
    pole = np.array([-signer.elbow, 1.0, -0.35])
    pole = pole - (direction @ pole)[:, None] * direction
    pole = pole / np.linalg.norm(pole, axis=-1, keepdims=True)
    height = np.sqrt(np.maximum(a**2 - along**2, 0))
    return shoulder + along * direction + height * pole, wrist
