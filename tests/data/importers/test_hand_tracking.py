"""Naming two unordered hand slots: crossing, gaps, lone hands; against a search of all ways."""

import itertools
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gspmc.data.importers.hand_tracking import (
    LONGEST_JUMP,
    NEW_HAND,
    SIDE_PRIOR,
    drop_repeated_hands,
    order_hands,
)

LEFT, RIGHT = 0, 1


def hand_shape(side: int, size: float = 0.1) -> np.ndarray:
    """(21, 2) offsets from the wrist: five rays upward, the thumb towards the body's middle."""
    finger, joint = np.divmod(np.arange(20), 4)
    angle = np.linspace(-0.7, 0.5, 5)[finger] * (1 if side == LEFT else -1)
    reach = size * (joint + 1) / 4
    rays = np.stack([reach * np.sin(angle), -reach * np.cos(angle)], axis=-1)
    return np.concatenate([np.zeros((1, 2)), rays])


def two_hands(wrists: np.ndarray, size: float = 0.1) -> np.ndarray:
    """Wrist paths (T, 2 sides, 2) -> (T, 2 sides, 21, 2), left hand first."""
    shapes = np.stack([hand_shape(LEFT, size), hand_shape(RIGHT, size)])
    return wrists[:, :, None] + shapes


def crossing(frames: int = 60) -> np.ndarray:
    """(T, 2, 21, 2): both hands cross over to the other side in the middle and come back."""
    bump = np.exp(-(((np.arange(frames) - frames / 2) / (frames / 8)) ** 2))
    right = np.stack([0.3 + 0.4 * bump, np.full(frames, 0.55)], axis=-1)
    left = np.stack([0.7 - 0.4 * bump, np.full(frames, 0.65)], axis=-1)
    return two_hands(np.stack([left, right], axis=1))


def into_slots(sides: np.ndarray, right_in_slot_0: np.ndarray) -> np.ndarray:
    """Left-first arrays (T, 2, …) -> slots; where told, the right hand comes first."""
    return np.where(
        right_in_slot_0.reshape(-1, *[1] * (sides.ndim - 1)), np.flip(sides, axis=1), sides
    )


def random_order(frames: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).random(frames) < 0.5


def all_present(frames: int) -> np.ndarray:
    return np.ones((frames, 2), dtype=bool)


@pytest.mark.parametrize("seed", range(5))
def test_crossing_hands_keep_their_names(seed: int) -> None:
    hands = crossing()
    assert (hands[:, RIGHT, 0, 0] > hands[:, LEFT, 0, 0]).sum() > 8  # they do cross
    truth = random_order(len(hands), seed)
    noise = np.random.default_rng(seed).normal(scale=0.005, size=hands.shape)
    answer = order_hands(into_slots(hands + noise, truth), all_present(len(hands)))
    np.testing.assert_array_equal(answer, truth)


def test_slot_order_alone_would_fail_on_crossing_hands() -> None:
    """The test above is no test of sorting by x."""
    hands = crossing()
    by_place = hands[:, RIGHT, 0, 0] < hands[:, LEFT, 0, 0]
    assert not by_place.all()


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("gone", [LEFT, RIGHT])
def test_a_hand_that_drops_out_between_gets_its_name_back(seed: int, gone: int) -> None:
    hands = crossing()
    present = all_present(len(hands))
    present[12:20, gone] = False  # on its own side, before they cross
    present[36:40, gone] = False  # on the way back
    hands = np.where(present[..., None, None], hands, -1.0)
    truth = random_order(len(hands), seed)
    answer = order_hands(into_slots(hands, truth), into_slots(present, truth))
    np.testing.assert_array_equal(answer, truth)


@pytest.mark.parametrize("missing", [slice(0, 6), slice(3, 4), slice(18, 24), slice(54, 60)])
def test_frames_without_any_hand(missing: slice) -> None:
    hands = crossing()
    present = all_present(len(hands))
    present[missing] = False
    hands = np.where(present[..., None, None], hands, np.nan)
    truth = random_order(len(hands), 3)
    answer = order_hands(into_slots(hands, truth), present)
    np.testing.assert_array_equal(answer[present.all(1)], truth[present.all(1)])


def test_a_clip_that_begins_with_crossed_hands_and_an_empty_frame() -> None:
    """What comes later decides; one frame without hands must not seal what was before it."""
    hands = crossing()[25:]
    present = all_present(len(hands))
    present[6] = False
    truth = random_order(len(hands), 1)
    answer = order_hands(into_slots(hands, truth), present)
    np.testing.assert_array_equal(answer[present.all(1)], truth[present.all(1)])


def test_a_mirrored_clip_gets_the_other_names() -> None:
    """A pose in a mirrored picture: the hand on the image's left is still taken as the right."""
    hands = crossing()
    mirrored = hands * [-1, 1] + [1, 0]  # what was left is now on the image's left
    truth = random_order(len(hands), 2)
    answer = order_hands(into_slots(mirrored, truth), all_present(len(hands)))
    np.testing.assert_array_equal(answer, ~truth)


@given(seed=st.integers(0, 10_000), frames=st.integers(1, 30))
@settings(max_examples=40, deadline=None)
def test_swapping_the_slots_of_a_frame_swaps_its_answer_and_no_other(
    seed: int, frames: int
) -> None:
    rng = np.random.default_rng(seed)
    wrists = np.cumsum(rng.normal(scale=0.05, size=(frames, 2, 2)), axis=0)
    hands = two_hands(wrists + rng.uniform(size=(1, 2, 2)))
    present = rng.random((frames, 2)) < 0.8
    present[rng.integers(frames)] = True  # the hands meet at least once
    swapped = random_order(frames, seed)
    straight = order_hands(hands, present)
    turned = order_hands(into_slots(hands, swapped), into_slots(present, swapped))
    seen = present.any(axis=1)
    np.testing.assert_array_equal(turned[seen], (straight ^ swapped)[seen])


def literal_cost(points: np.ndarray, present: np.ndarray, right_in_slot_0: tuple) -> float:
    """Movement, first appearances and the wrong side of the image, for one way of naming."""
    cost = 0.0
    before: dict[int, np.ndarray] = {}
    for hands, seen, swap in zip(points, present, right_in_slot_0, strict=True):
        for slot in (0, 1):
            if not seen[slot]:
                continue
            side = RIGHT if (slot == 0) == swap else LEFT
            if side in before:
                movement = 0.0
                for here, there in zip(hands[slot], before[side], strict=True):
                    movement += abs(here[0] - there[0]) + abs(here[1] - there[1])
                cost += min(movement / 21, LONGEST_JUMP)
            else:
                cost += NEW_HAND
            beyond_the_middle = hands[slot, 0, 0] - 0.5
            cost += SIDE_PRIOR * (beyond_the_middle if side == RIGHT else -beyond_the_middle)
            before[side] = hands[slot]
    return cost


@given(seed=st.integers(0, 10_000), frames=st.integers(2, 7))
@settings(max_examples=30, deadline=None)
def test_no_way_of_naming_costs_less(seed: int, frames: int) -> None:
    """Exact where both hands or none are seen; with lone hands the search is approximate."""
    rng = np.random.default_rng(seed)
    hands = two_hands(rng.uniform(size=(frames, 2, 2)) * 0.6 + 0.2)
    present = np.repeat(rng.random((frames, 1)) < 0.7, 2, axis=1)
    present[rng.integers(frames)] = True
    answer = order_hands(hands, present)
    least = min(
        literal_cost(hands, present, ways)
        for ways in itertools.product((False, True), repeat=frames)
    )
    assert literal_cost(hands, present, tuple(answer)) == pytest.approx(least)


@pytest.mark.parametrize(("x", "side"), [(0.3, RIGHT), (0.49, RIGHT), (0.5, LEFT), (0.7, LEFT)])
@pytest.mark.parametrize("seed", range(3))
def test_a_hand_never_joined_is_named_by_its_median_place(x: float, side: int, seed: int) -> None:
    frames = 21
    wrists = np.full((frames, 2, 2), 0.5)
    wrists[:, :, 0] = x
    wrists[:9, :, 0] = 0.95 if x < 0.5 else 0.05  # far across, in fewer than half of the frames
    in_slot_0 = random_order(frames, seed)
    present = np.stack([in_slot_0, ~in_slot_0], axis=1)
    present[4] = False
    hands = np.where(present[..., None, None], two_hands(wrists, size=0.0), -1.0)
    answer = order_hands(hands, present)
    named = np.where(in_slot_0 == answer, RIGHT, LEFT)  # slot 0 is right, or slot 1 is not left
    assert (named[present.any(axis=1)] == side).all()


def test_no_hands_at_all() -> None:
    answer = order_hands(np.full((5, 2, 21, 2), -1.0), np.zeros((5, 2), dtype=bool))
    assert answer.shape == (5,) and answer.dtype == bool


@pytest.mark.parametrize("swap", [False, True])
def test_one_frame(swap: bool) -> None:
    hands = into_slots(crossing()[:1], np.array([swap]))
    assert order_hands(hands, all_present(1)).tolist() == [swap]


def test_repeated_detections_are_dropped() -> None:
    hands = two_hands(np.full((4, 2, 2), [[0.6, 0.5], [0.3, 0.5]]))
    hands[1, 1] = hands[1, 0] + 0.002  # the same hand, found twice
    hands[2, 1] = hands[2, 0] + 0.2  # another hand of the same form, elsewhere
    hands[3, 1] = hands[3, 0]  # twice, but the second slot is empty
    present = all_present(4)
    present[3, 1] = False
    kept = drop_repeated_hands(hands, present)
    assert kept.tolist() == [[True, True], [True, False], [True, True], [True, False]]
    assert present[1].all()  # what was given is left as it was


def test_clasped_hands_are_two_hands() -> None:
    hands = two_hands(np.full((1, 2, 2), [[0.52, 0.5], [0.48, 0.5]]), size=0.1)
    assert drop_repeated_hands(hands, all_present(1)).all()


def test_missing_hands_may_hold_anything() -> None:
    hands = np.full((3, 2, 21, 2), np.nan)
    present = np.zeros((3, 2), dtype=bool)
    assert not drop_repeated_hands(hands, present).any()
    assert not drop_repeated_hands(np.full_like(hands, -1), present).any()


@pytest.mark.realdata
def test_real_clips_have_the_right_hand_on_the_left_of_the_image(real_data: Path) -> None:
    with np.load(real_data / "wlasl-hands" / "wlasl300_train_val.npz") as archive:
        lengths, slots = archive["length"][:40], archive["x"]
        slots = slots[: lengths.sum(), ..., :2].astype(np.float32)
    together = usual = moves = exchanges = 0
    for clip in np.split(slots, np.cumsum(lengths)[:-1]):
        present = drop_repeated_hands(clip, clip[:, :, 0, 0] != -1)
        both = present.all(axis=1)
        ordered = into_slots(clip, order_hands(clip, present))  # (T, left and right, 21, 2)
        together += int(both.sum())
        usual += int((ordered[:, RIGHT, 0, 0] < ordered[:, LEFT, 0, 0])[both].sum())
        pairs = both[1:] & both[:-1]
        now, before = ordered[1:][pairs], ordered[:-1][pairs]
        kept = np.abs(now - before).sum(axis=(1, 2, 3))
        exchanged = np.abs(now - before[:, ::-1]).sum(axis=(1, 2, 3))
        moves += len(kept)
        exchanges += int((exchanged < kept).sum())
    assert together > 500 and moves > 400
    assert usual > 0.9 * together
    assert exchanges <= 0.01 * moves  # hands do not trade places from frame to frame
