"""Hands of classmates."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from gspmc.data.augment import NO_AUGMENTATION, Augmentation
from gspmc.data.part_mix import Classmates, mix_hands
from gspmc.data.windows import ClipWindows
from gspmc.errors import GspmcError
from gspmc.skeleton import get_layout

LAYOUT = get_layout("hands42")
LEFT, RIGHT = (list(LAYOUT.parts[hand]) for hand in ("left_hand", "right_hand"))


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@given(st.lists(st.integers(0, 4), min_size=1, max_size=12), st.integers(0, 99))
def test_another_clip_of_the_same_class_or_the_clip_itself(labels: list[int], seed: int) -> None:
    classes = torch.tensor(labels)
    rows = torch.arange(len(labels)).flip(0)
    for row, donor in zip(
        rows.tolist(), Classmates(classes).draw(rows, generator(seed)).tolist(), strict=True
    ):
        assert labels[donor] == labels[row]
        assert (donor == row) == (labels.count(labels[row]) == 1)


def test_every_classmate_comes_up_alike() -> None:
    drawn = Classmates(torch.tensor([1, 0, 1, 1, 1])).draw(torch.full((3000,), 2), generator())
    counts = drawn.bincount(minlength=5).tolist()
    assert counts[1] == counts[2] == 0
    assert all(900 < count < 1100 for count in (counts[0], counts[3], counts[4]))


def two_hands(count: int) -> tuple[torch.Tensor, torch.Tensor]:
    shape = (count, 3, 4, LAYOUT.num_joints)
    return torch.rand(shape, generator=generator(1)) + 1, torch.rand(
        shape, generator=generator(2)
    ) + 3


def test_one_hand_of_the_chosen_share_is_taken_whole() -> None:
    x, others = two_hands(2000)
    has_other = torch.arange(2000) % 4 > 0
    mixed = mix_hands(x, others, has_other, LAYOUT, 0.6, generator())
    left, right = (
        (mixed[..., hand] == others[..., hand]).flatten(1).all(dim=1) for hand in (LEFT, RIGHT)
    )
    for taken, hand in ((left, LEFT), (right, RIGHT)):
        assert mixed[~taken][..., hand].equal(x[~taken][..., hand])
    assert not (left & right).any() and not ((left | right) & ~has_other).any()
    assert 0.25 < left[has_other].float().mean() < 0.35  # 0.3 each
    assert 0.25 < right[has_other].float().mean() < 0.35


def test_a_hand_that_the_other_clip_never_shows_is_not_taken() -> None:
    x, others = two_hands(50)
    others[:, -1, :, LEFT] = 0
    others[:, -1, 1:, RIGHT] = 0  # in one frame it is there
    everything = torch.ones(50, dtype=torch.bool)
    mixed = mix_hands(x, others, everything, LAYOUT, 1.0, generator())
    assert mixed[..., LEFT].equal(x[..., LEFT])
    assert not mixed[..., RIGHT].equal(x[..., RIGHT])


def windows() -> ClipWindows:
    """Clip i's points are i + 1, growing to twice that; two classes of two, one of one."""
    clips = []
    for number, frames in enumerate((5, 9, 3, 2, 4)):
        clip = torch.ones(frames, LAYOUT.num_joints, 3)
        clip[..., :2] = (number + 1) * torch.linspace(1, 2, frames)[:, None, None]
        clips.append(clip.numpy())
    return ClipWindows(clips, [0, 0, 1, 1, 2], LAYOUT, 8)


def test_a_batch_mixes_hands_at_the_same_share_of_time() -> None:
    settings = Augmentation(**{**vars(NO_AUGMENTATION), "part_mix": 1.0})
    rows = torch.arange(5)
    x = windows().batch(rows, "joint", settings, generator()).x
    growing = torch.linspace(1, 2, 8)
    for row, other in enumerate((1, 0, 3, 2, 4)):
        hands = [x[row, 0, :, hand[0]] for hand in (LEFT, RIGHT)]
        owners = sorted(float(hand[0].round()) for hand in hands)
        assert owners == sorted({row + 1.0, other + 1.0} if row != other else [5.0, 5.0])
        for hand in hands:
            torch.testing.assert_close(hand, hand[0] * growing)


def test_without_it_nothing_is_drawn() -> None:
    plain, mixed = Augmentation(), Augmentation(part_mix=1e-9)
    rows = torch.arange(5)
    first, again, other = (
        windows().batch(rows, "joint", settings, generator()).x
        for settings in (plain, plain, mixed)
    )
    assert first.equal(again) and not first.equal(other)


def test_an_impossible_share_is_one_line() -> None:
    with pytest.raises(GspmcError, match="augmentation.part_mix must be from 0 to 1"):
        Augmentation(part_mix=1.5)
