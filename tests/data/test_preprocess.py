"""Preprocessing against METHOD §1: what moves, what fills, what stays."""

from dataclasses import asdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gspmc.data.preprocess import Preprocessing, preprocess
from gspmc.pose import PoseSequence
from gspmc.skeleton import get_layout

PLAIN = Preprocessing(trim=False)
LAYOUTS = ("gsp87", "hands42", "kinect20", "sam27")


def raw_clip(layout: str, frames: int = 9, seed: int = 0, missing: float = 0.3) -> np.ndarray:
    """(T, V, C) float32 of a moving skeleton; missing points are zero throughout."""
    rng = np.random.default_rng(seed)
    size, channels = get_layout(layout).num_joints, len(get_layout(layout).channels)
    rest = rng.uniform(0.2, 0.8, size=(1, size, channels - 1))
    walk = np.cumsum(rng.normal(scale=0.02, size=(frames, size, channels - 1)), axis=0)
    confidence = rng.uniform(0.3, 1, size=(frames, size, 1))
    clip = np.concatenate([rest + walk, confidence], axis=-1).astype(np.float32)
    clip[rng.random((frames, size)) < missing] = 0
    return clip


def run(clip: np.ndarray, layout: str, preprocessing: Preprocessing = PLAIN) -> np.ndarray:
    out = preprocess(PoseSequence(clip, layout, 25.0), preprocessing)
    assert out.dtype == np.float32 and np.isfinite(out).all()
    return out


def moved(clip: np.ndarray, scale: float, shift: np.ndarray) -> np.ndarray:
    """Another camera: seen points scaled and shifted, missing ones still zero."""
    out = clip.astype(np.float64)
    out[..., :-1] = np.where(clip[..., -1:] > 0, out[..., :-1] * scale + shift, 0)
    return out.astype(np.float32)


@pytest.mark.parametrize("layout", LAYOUTS)
@given(
    seed=st.integers(0, 1000),
    scale=st.floats(0.1, 8),
    shift=st.lists(st.floats(-3, 3), min_size=3, max_size=3),
    trim=st.booleans(),
    frames=st.integers(1, 12),
)
@settings(max_examples=25, deadline=None)
def test_place_and_size_in_the_image_do_not_matter(
    layout: str, seed: int, scale: float, shift: list[float], trim: bool, frames: int
) -> None:
    clip = raw_clip(layout, frames, seed)
    # Both shoulders, or a root and its knuckle, in one frame: without them nothing tells the size.
    ends = {"hands42": (0, 9)}.get(layout, [i for i in range(20) if "shoulder" in name(layout, i)])
    for end in ends:
        clip[0, end] = [*np.linspace(0.3, 0.5, clip.shape[-1] - 1) + 0.01 * end, 1.0]
    hands = [i for part in ("left_hand", "right_hand") for i in get_layout(layout).parts[part]]
    clip[0, hands[0], -1] = 1.0  # the first frame stays in the window
    elsewhere = moved(clip, scale, np.array(shift[: clip.shape[-1] - 1]))
    settings_ = Preprocessing(trim=trim)
    np.testing.assert_allclose(
        run(elsewhere, layout, settings_), run(clip, layout, settings_), atol=2e-3, rtol=1e-3
    )


def name(layout: str, index: int) -> str:
    return get_layout(layout).joints[index]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_gaps_are_filled_in_a_straight_line_and_the_rest_is_zero(layout: str) -> None:
    clip = raw_clip(layout, frames=15, seed=4, missing=0.5)
    out = run(clip, layout)
    seen = clip[..., -1] >= 0.3
    time = np.arange(len(clip))
    centred = run(np.where(seen[..., None], clip, 0), layout)
    for joint in range(clip.shape[1]):
        frames = time[seen[:, joint]]
        for axis in range(clip.shape[-1] - 1):
            expected = np.zeros(len(clip))
            if len(frames):
                inside = (time >= frames[0]) & (time <= frames[-1])
                values = centred[frames, joint, axis]
                expected[inside] = np.interp(time[inside], frames, values)
            np.testing.assert_allclose(out[:, joint, axis], expected, atol=1e-5)


def test_a_gap_by_hand() -> None:
    """Shoulders at 0 and 1 make centre 0.5 and unit 1: raw x minus one half comes out."""
    layout = get_layout("gsp87")
    clip = np.zeros((6, 87, 3), dtype=np.float32)
    clip[:, layout.index("left_shoulder")] = (1, 0, 1)
    clip[:, layout.index("right_shoulder")] = (0, 0, 1)
    tip = layout.index("left_hand.index_tip")
    clip[1, tip] = (2, 4, 0.9)
    clip[2, tip] = (7, 7, 0.2)  # below the threshold: its place is not believed
    clip[4, tip] = (5, 1, 0.3)  # at the threshold: seen
    out = run(clip, "gsp87")
    np.testing.assert_allclose(out[:, tip, 0], [0, 1.5, 2.5, 3.5, 4.5, 0], atol=1e-6)
    np.testing.assert_allclose(out[:, tip, 1], [0, 4, 3, 2, 1, 0], atol=1e-6)
    np.testing.assert_allclose(out[:, tip, 2], [0, 0.9, 0.2, 0, 0.3, 0], atol=1e-6)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_confidence_stays_and_the_input_too(layout: str, dtype: type) -> None:
    clip = raw_clip(layout, seed=2).astype(dtype)
    before = clip.copy()
    out = run(clip, layout)
    np.testing.assert_array_equal(out[..., -1], before[..., -1].astype(np.float32))
    np.testing.assert_array_equal(clip, before)


def test_a_point_at_the_threshold_is_seen_in_half_precision_too() -> None:
    clip = np.zeros((1, 42, 3), dtype=np.float16)
    clip[0, 0] = (0.2, 0.2, 0.3)
    clip[0, 9] = (0.2, 0.4, 0.3)
    out = run(clip, "hands42")
    assert np.linalg.norm(out[0, 9, :2] - out[0, 0, :2]) == pytest.approx(1, rel=1e-3)


@pytest.mark.parametrize("layout", ["gsp87", "kinect20"])
def test_shoulders_are_centre_and_unit(layout: str) -> None:
    names = get_layout(layout)
    left, right = names.index("left_shoulder"), names.index("right_shoulder")
    clip = raw_clip(layout, frames=11, seed=5, missing=0)
    clip[::2, left] = 0  # medians are over the frames that show both
    out = run(clip, layout)
    a, b = out[1::2, left, :-1], out[1::2, right, :-1]
    np.testing.assert_allclose(np.median((a + b) / 2, axis=0), 0, atol=1e-5)
    assert np.median(np.linalg.norm(a - b, axis=-1)) == pytest.approx(1, rel=1e-5)


def test_the_depth_of_kinect_counts() -> None:
    layout = get_layout("kinect20")
    clip = np.zeros((2, 20, 4), dtype=np.float32)
    clip[..., 3] = 1
    clip[:, layout.index("left_shoulder"), :3] = (0, 0, 3)
    clip[:, layout.index("right_shoulder"), :3] = (0, 0, 1)
    clip[:, layout.index("head"), :3] = (4, 6, 2)
    out = run(clip, "kinect20")
    np.testing.assert_allclose(out[:, layout.index("head")], [[2, 3, 0, 1]] * 2, atol=1e-6)
    np.testing.assert_allclose(
        out[:, layout.index("left_shoulder")], [[0, 0, 0.5, 1]] * 2, atol=1e-6
    )


@pytest.mark.parametrize("layout", ["hands42", "gsp87"])
def test_hands_are_the_reference_where_no_shoulder_is_seen(layout: str) -> None:
    names = get_layout(layout)
    clip = raw_clip(layout, frames=10, seed=6)
    for joint in ("left_shoulder", "right_shoulder"):
        if joint in names.joints:
            clip[:, names.index(joint)] = 0
    out = run(clip, layout)
    hands = [*names.parts["left_hand"], *names.parts["right_hand"]]
    seen = clip[..., -1] >= 0.3
    visible = out[:, hands, :2][seen[:, hands]]
    np.testing.assert_allclose(np.median(visible, axis=0), 0, atol=1e-5)
    lengths = []
    for side in ("left", "right"):
        root, knuckle = (names.index(f"{side}_hand.{end}") for end in ("root", "middle_mcp"))
        for frame in range(len(out)):
            if seen[frame, root] and seen[frame, knuckle]:
                lengths.append(np.linalg.norm(out[frame, root, :2] - out[frame, knuckle, :2]))
    assert np.median(lengths) == pytest.approx(1, rel=1e-5)


def test_the_window_reaches_from_the_first_to_the_last_hand() -> None:
    layout = get_layout("gsp87")
    clip = raw_clip("gsp87", frames=12, missing=0)
    hands = [*layout.parts["left_hand"], *layout.parts["right_hand"]]
    clip[:, hands] = 0
    clip[3, layout.index("right_hand.root")] = (0.5, 0.5, 0.9)
    clip[8, layout.index("left_hand.pinky_tip")] = (0.5, 0.5, 0.9)
    clip[10, layout.index("left_hand.pinky_tip")] = (0.5, 0.5, 0.29)  # not seen
    out = run(clip, "gsp87", Preprocessing())
    np.testing.assert_array_equal(out[..., -1], clip[3:9, :, -1])
    assert len(run(clip, "gsp87", Preprocessing(trim=False))) == 12
    assert len(run(clip, "gsp87", Preprocessing(min_confidence=0.2))) == 8
    # What is left out does not count towards centre and unit either.
    np.testing.assert_array_equal(out, run(clip[3:9], "gsp87", Preprocessing()))


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("trim", [True, False])
def test_all_hands_missing_stays_whole_and_finite(layout: str, trim: bool) -> None:
    clip = raw_clip(layout, frames=5, seed=7)
    parts = get_layout(layout).parts
    hands = [*parts["left_hand"], *parts["right_hand"]]
    clip[:, hands] = 0
    out = run(clip, layout, Preprocessing(trim=trim))
    assert len(out) == 5
    assert not out[:, hands].any()
    if "body" in parts:
        assert out[..., :-1].any()


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_clip_without_any_point_is_zero(layout: str) -> None:
    assert not run(np.zeros_like(raw_clip(layout, 3)), layout, Preprocessing()).any()


@pytest.mark.parametrize("layout", LAYOUTS)
def test_one_frame(layout: str) -> None:
    clip = raw_clip(layout, frames=1, seed=8)
    out = run(clip, layout, Preprocessing())
    assert out.shape == clip.shape
    assert not out[clip[..., -1] == 0].any()
    assert out[..., :-1].any()


def test_a_skeleton_of_no_size_stays_finite() -> None:
    clip = np.full((4, 87, 3), 0.5, dtype=np.float32)
    out = run(clip, "gsp87", Preprocessing())
    np.testing.assert_allclose(out[..., :2], 0)


def test_settings_travel_as_plain_values() -> None:
    preprocessing = Preprocessing(min_confidence=0.5, trim=False, frames=32)
    plain = {"min_confidence": 0.5, "trim": False, "frames": 32, "reference": "clip"}
    plain["face_forward"] = False
    assert asdict(preprocessing) == plain
    assert Preprocessing(**plain) == preprocessing


def turned(clip: np.ndarray, angle: float) -> np.ndarray:
    """Filmed from elsewhere: (x, y, z, confidence) turned about the vertical axis."""
    out = clip.copy()
    out[..., 0] = np.cos(angle) * clip[..., 0] - np.sin(angle) * clip[..., 2]
    out[..., 2] = np.sin(angle) * clip[..., 0] + np.cos(angle) * clip[..., 2]
    return out


@given(st.floats(-3.1, 3.1))
@settings(max_examples=20, deadline=None)
def test_facing_forward_it_does_not_matter_from_where_a_clip_was_filmed(angle: float) -> None:
    forward = Preprocessing(trim=False, face_forward=True)
    clip = raw_clip("kinect20", frames=7, missing=0.0)
    layout = get_layout("kinect20")
    shoulders = [layout.index("left_shoulder"), layout.index("right_shoulder")]
    clip[:, shoulders, :3] = np.array([[-0.2, 0.0, 1.0], [0.2, 0.0, 1.1]])
    out = run(clip, "kinect20", forward)
    np.testing.assert_allclose(run(turned(clip, angle), "kinect20", forward), out, atol=2e-2)
    across = out[:, shoulders[1], :3] - out[:, shoulders[0], :3]
    np.testing.assert_allclose(across, np.broadcast_to([1.0, 0.0, 0.0], across.shape), atol=1e-2)


@pytest.mark.parametrize("layout", ["hands42", "gsp87"])
def test_facing_forward_leaves_flat_layouts_alone(layout: str) -> None:
    clip = raw_clip(layout)
    forward = Preprocessing(trim=False, face_forward=True)
    np.testing.assert_array_equal(run(clip, layout, forward), run(clip, layout))


def test_facing_forward_without_shoulders_turns_nothing() -> None:
    clip = raw_clip("kinect20")
    clip[:, [i for i in range(20) if "shoulder" in name("kinect20", i)]] = 0
    forward = Preprocessing(trim=False, face_forward=True)
    np.testing.assert_array_equal(run(clip, "kinect20", forward), run(clip, "kinect20"))


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (480, 640), (500, 500)])
def test_the_picture_is_centred_on_its_middle(width: int, height: int) -> None:
    clip = np.zeros((2, 42, 3), dtype=np.float32)
    clip[..., :] = (0.5 * width / height, 0.5, 1)  # x counts in heights
    pose = PoseSequence(clip, "hands42", 25.0, width, height)
    out = preprocess(pose, Preprocessing(reference="image"))
    np.testing.assert_allclose(out[..., :2], 0, atol=1e-6)
