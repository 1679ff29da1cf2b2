from dataclasses import replace

import numpy as np
import pytest

from gspmc.data.synthetic import LEXICON
from gspmc.data.synthetic.arms import plan_hands
from gspmc.data.synthetic.hand import hand_points, handshape_pose
from gspmc.data.synthetic.handshapes import HANDSHAPES
from gspmc.data.synthetic.kinematics import render
from gspmc.data.synthetic.lexicon import sign
from gspmc.data.synthetic.phonology import LOCATIONS, MOVEMENTS, ORIENTATIONS
from gspmc.data.synthetic.rotation import about, blend
from gspmc.data.synthetic.signers import make_signer
from gspmc.skeleton import get_layout

LAYOUT = get_layout("gsp87")


def plain_signer(**changes):
    """A signer without habits, so that the specification can be read off the points."""
    nothing = {"slack": 0.0, "place": np.zeros(3), "turn": np.zeros(3), "amplitude": 1.0}
    return replace(make_signer(1, seed=0), **(nothing | {"left_handed": False} | changes))


def perform(gloss, signer=None, seed=0):
    return render(sign(gloss), signer or plain_signer(), np.random.default_rng(seed))


def middle(points):
    return points[len(points) // 2]


def at(frame, joint):
    return frame[..., LAYOUT.index(joint), :]


@pytest.mark.parametrize("spec", LEXICON, ids=lambda spec: spec.gloss)
def test_bones_of_the_arm_keep_their_length_and_the_hand_hangs_on_it(spec):
    signer = plain_signer()
    points = render(spec, signer, np.random.default_rng(1))
    for side in ("left", "right"):
        shoulder, elbow, wrist = (at(points, f"{side}_{j}") for j in ("shoulder", "elbow", "wrist"))
        np.testing.assert_allclose(np.linalg.norm(elbow - shoulder, axis=-1), signer.upper_arm)
        np.testing.assert_allclose(np.linalg.norm(wrist - elbow, axis=-1), signer.forearm)
        np.testing.assert_allclose(at(points, f"{side}_hand.root"), wrist, atol=1e-12)


def test_every_point_of_the_layout_is_placed():
    points = perform("BALU")
    assert (np.abs(points).sum(axis=-1) > 0).all()


def test_left_handed_signers_perform_the_mirror_image():
    right = perform("LOMET", plain_signer())
    left = perform("LOMET", plain_signer(left_handed=True))
    np.testing.assert_allclose(left, right[:, list(LAYOUT.mirror)] * [-1, 1, 1])


@pytest.mark.parametrize("shape", HANDSHAPES.values(), ids=lambda shape: shape.name)
def test_straight_fingers_reach_far_and_curled_ones_do_not(shape):
    pose = handshape_pose(shape.name)
    batched = type(pose)(pose.flexion[None], pose.fan[None], pose.thumb[None])
    points = hand_points(batched)[0]  # (21, 3)
    for finger, state in enumerate(shape.fingers):
        joints = points[5 + 4 * finger : 9 + 4 * finger]
        length = np.linalg.norm(np.diff(joints, axis=0), axis=-1).sum()
        reach = np.linalg.norm(joints[-1] - joints[0])
        along = joints[-1, 0] - joints[0, 0]
        assert (along > 0.85 * length) == (state == "straight")
        assert (reach < 0.57 * length) == (state == "curled")


def test_thumb_and_index_finger_meet_in_a_pinch():
    pose = handshape_pose("pinch")
    points = hand_points(type(pose)(pose.flexion[None], pose.fan[None], pose.thumb[None]))[0]
    thumb_tip, index_tip = points[4], points[8]
    assert np.linalg.norm(thumb_tip - index_tip) < 0.05


def test_location_and_orientation_are_where_the_specification_says():
    spec = sign("KRIDAN")  # held still
    frame = middle(perform("KRIDAN"))
    hand = frame[list(LAYOUT.parts["right_hand"])]
    place = np.array(LOCATIONS[spec.location].place)
    assert np.linalg.norm(hand.mean(axis=0) - place) < 0.25
    fingers = at(frame, "right_hand.middle_mcp") - at(frame, "right_hand.root")
    fingers /= np.linalg.norm(fingers)
    assert fingers @ ORIENTATIONS[spec.orientation].fingers > 0.9


def test_the_thumb_of_a_right_palm_facing_forward_points_to_the_left():
    frame = middle(perform("XANDO"))
    across = at(frame, "right_hand.index_mcp") - at(frame, "right_hand.pinky_mcp")
    assert across[0] > 0.05


def test_second_hand_roles():
    assert plan_hands(sign("BALU"))[1] is None
    right, left = plan_hands(sign("SULIN"))
    assert left == replace(right, place=left.place)
    assert plan_hands(sign("GORAM"))[1].shift == 0.5
    frame = middle(perform("LOMET"))
    assert at(frame, "left_wrist")[1] > at(frame, "right_wrist")[1] + 0.1  # y is down


@pytest.mark.parametrize(
    "gloss, plain, joint, axis, sign_of_change",
    [
        ("VOREN", "BALU", "face.brow_left_middle", 1, -1),
        ("MURI", "KELDO", "face.brow_left_inner", 1, +1),
        ("LIVEK", "ZENTO", "mouth.inner_lower", 1, +1),
        ("CRELO", "WUMEL", "mouth.outer_left_corner", 0, +1),
        ("PASKA", "KELDO", "mouth.outer_left_corner", 0, -1),
        ("STOVI", "QUIBO", "left_shoulder", 1, -1),
        ("WESTIL", "VIMAR", "nose", 0, -1),
    ],
)
def test_face_and_body_act(gloss, plain, joint, axis, sign_of_change):
    change = at(middle(perform(gloss)), joint) - at(middle(perform(plain)), joint)
    assert change[axis] * sign_of_change > 0.02


def test_head_nods_and_shakes():
    def head_range(gloss, axis):
        nose = at(perform(gloss), "nose")[:, axis]
        return nose.max() - nose.min()

    assert head_range("DAVIX", 1) > 3 * head_range("NIKTE", 1)
    assert head_range("GUNTA", 0) > 3 * head_range("BALU", 0)


def test_every_movement_but_the_hold_moves_its_hand_within_the_sign():
    signer = plain_signer()
    hand = list(LAYOUT.parts["right_hand"])

    def unrest(movement):
        spec = replace(sign("BALU"), movement=movement)
        points = render(spec, signer, np.random.default_rng(0))[:, hand]
        third = len(points) // 3
        return np.ptp(points[third : 2 * third], axis=0).mean()

    still = unrest("hold")
    for movement in set(MOVEMENTS) - {"hold"}:
        assert unrest(movement) > still + 0.02, movement


def test_blend_runs_from_one_rotation_to_the_other_even_over_half_a_turn():
    x, y, _ = np.eye(3)
    start = about(y, np.array([0.3]))[0]
    for end in (start, about(x, np.array([1.1]))[0], about(x, np.array([np.pi]))[0] @ start):
        path = blend(start, end, np.linspace(0, 1, 5))
        np.testing.assert_allclose(path[0], start, atol=1e-9)
        np.testing.assert_allclose(path[-1], end, atol=1e-9)
        identity = np.broadcast_to(np.eye(3), (5, 3, 3))
        np.testing.assert_allclose(path @ path.transpose(0, 2, 1), identity, atol=1e-9)
