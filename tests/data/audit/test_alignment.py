"""The distance of two tracks against closed forms."""

import numpy as np
import pytest

from gspmc.data.audit.alignment import Alignment, align, residual
from gspmc.data.audit.fingerprints import mirrored_vectors, windows
from gspmc.data.audit.tracks import Track, Tracks, sample, tracked_joints
from gspmc.skeleton import get_layout


def wave(frames: int, shift: float = 0.0) -> np.ndarray:
    """(T, 3 joints, 2): three points that circle at 0.5 turns a second."""
    angle = np.pi * (np.arange(frames) + shift)[:, None] / 25 + np.arange(3)
    return np.stack([np.cos(angle), np.sin(angle)], axis=-1).astype(np.float32)


def all_seen(points: np.ndarray) -> Track:
    return Track(points, np.ones(points.shape[:2], dtype=bool), 25.0)


@pytest.mark.parametrize("planar", [True, False])
def test_shift_and_scale_do_not_matter(planar: bool) -> None:
    a = wave(40)[None]
    b = 3 * a + np.array([5, -2], dtype=np.float32)
    if planar:
        b[..., 0] *= 0.75
    seen = np.ones(a.shape[:3], dtype=bool)
    distance, frames = residual(a, seen, b, seen, planar)
    assert distance[0] < 1e-3 and frames[0] == 40


def test_one_scale_for_points_with_depth() -> None:
    a = wave(40)[None]
    b = a * np.array([0.5, 1], dtype=np.float32)
    seen = np.ones(a.shape[:3], dtype=bool)
    assert residual(a, seen, b, seen, planar=False)[0][0] > 0.2


def test_a_known_difference() -> None:
    """A still error of e on one of two opposite points, movement of RMS 1 each: no fit removes it.

    Points circle in step, so shift and scale fit exactly but for the error, of which the shift
    takes half from each: what is left is (e/2, e/2), RMS e/2 a point, over a movement of 1.
    """
    turn = np.pi * np.arange(200) / 25
    circle = np.stack([np.cos(turn), np.sin(turn)], axis=-1)  # whole turns
    a = np.stack([circle, circle], axis=1)[None].astype(np.float64)
    b = a.copy()
    b[0, :, 0, 1] += 0.1
    seen = np.ones(a.shape[:3], dtype=bool)
    distance, _ = residual(a, seen, b, seen, planar=False)
    assert distance[0] == pytest.approx(0.05, rel=0.05)


def test_tempo_and_offset_are_found() -> None:
    first, second = all_seen(wave(80)), all_seen(wave(40, 12.0))
    lies = align(first, second, Alignment(1.0, 10.0), planar=True)
    assert lies.offset == pytest.approx(12, abs=0.01) and lies.distance < 1e-3
    faster = all_seen(sample(first.points, first.seen, np.arange(30) * 1.25)[0])
    lies = align(first, faster, Alignment(1.2, 0.5), planar=True)
    assert lies.tempo == pytest.approx(1.25, abs=0.02)
    assert lies.distance < 0.03


def test_what_does_not_move_has_no_distance() -> None:
    still = all_seen(np.ones((40, 3, 2), dtype=np.float32) * np.arange(3)[:, None])
    assert align(still, still, Alignment(1.0, 0.0), planar=True).distance == np.inf


def test_a_short_common_stretch_tells_nothing() -> None:
    first, second = all_seen(wave(40)), all_seen(wave(40, 25.0))
    assert align(first, second, Alignment(1.0, 25.0), planar=True).distance == np.inf


def test_sampling_needs_both_neighbours() -> None:
    points = np.array([0.0, 1.0, 2.0, 3.0], dtype=np.float32)[:, None, None]
    seen = np.array([True, True, False, True])[:, None]
    values, known = sample(points, seen, np.array([-1.0, 0.5, 1.0, 1.5, 3.0, 3.5]))
    assert known[:, 0].tolist() == [False, True, True, False, True, False]
    assert values[known].tolist() == [[0.5], [1.0], [3.0]]


@pytest.mark.parametrize("layout", ["hands42", "gsp87", "kinect20", "sam27", "masa49"])
def test_tracked_points_are_closed_under_the_mirror(layout: str) -> None:
    named = get_layout(layout)
    joints = tracked_joints(named)
    assert {named.mirror[joint] for joint in joints} == set(joints)
    assert len(joints) >= 6


def test_vectors_of_the_mirrored_clip(clips_of_hands: Tracks) -> None:
    track = clips_of_hands[0]
    starts = np.arange(0, 20, 3)
    plain, _ = windows(track, starts, 1.0, planar=True)
    turned, _ = windows(clips_of_hands.mirrored(track), starts, 1.0, planar=True)
    np.testing.assert_allclose(mirrored_vectors(plain, 2, clips_of_hands.mirror), turned, atol=1e-5)


@pytest.fixture
def clips_of_hands() -> Tracks:
    from tests.data.audit.planted import performed

    return Tracks((clip.pose for clip in performed("hands42")[:1]), get_layout("hands42"))
