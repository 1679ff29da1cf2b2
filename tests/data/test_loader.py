"""Batches: every clip once an epoch, new randomness every epoch, the same with any workers."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from tests.tiny import clips

from gspmc.data.augment import Augmentation
from gspmc.data.loader import BatchKey, EpochSampler, derived_seed, training_loader
from gspmc.data.preprocess import Preprocessing, preprocess
from gspmc.data.windows import Batch, ClipWindows
from gspmc.skeleton import PARTS, get_layout

AUGMENTATION = Augmentation(mask_frames=3, jitter=0.01, speed_warp=0.2)
CLIPS, BATCH = 11, 4


@pytest.fixture(scope="module")
def windows() -> ClipWindows:
    arrays = [preprocess(one.pose, Preprocessing()) for one in clips(CLIPS)]
    return ClipWindows(arrays, [i % 3 for i in range(CLIPS)], get_layout("hands42"), frames=8)


def keys_of(epoch: int, batch_size: int = BATCH) -> list[BatchKey]:
    sampler = EpochSampler(CLIPS, batch_size, seed=0)
    sampler.set_epoch(epoch)
    return list(sampler)


def epoch_of(
    windows: ClipWindows,
    epoch: int,
    seed: int = 0,
    workers: int = 0,
    batch_size: int = BATCH,
    stream="joint",
) -> list[Batch]:
    sampler = EpochSampler(len(windows), batch_size, seed)
    sampler.set_epoch(epoch)
    return list(training_loader(windows, sampler, stream, AUGMENTATION, workers))


def assert_equal(first: list[Batch], second: list[Batch]) -> None:
    for one, other in zip(first, second, strict=True):
        for name in ("x", "labels", "visible", "mirrored"):
            torch.testing.assert_close(getattr(one, name), getattr(other, name), rtol=0, atol=0)


@given(
    count=st.integers(1, 50),
    batch_size=st.integers(1, 60),
    seed=st.integers(0, 2**31),
    epoch=st.integers(0, 500),
)
def test_every_clip_once_an_epoch(count: int, batch_size: int, seed: int, epoch: int) -> None:
    sampler = EpochSampler(count, batch_size, seed)
    sampler.set_epoch(epoch)
    keys = list(sampler)
    assert len(keys) == len(sampler) >= 1
    rows = [row for key in keys for row in key.rows]
    size = min(count, batch_size)  # a set smaller than a batch is one batch
    assert len(rows) == len(set(rows)) == count - count % size
    assert set(rows) <= set(range(count))
    assert all(len(key.rows) == size for key in keys)
    assert len({key.seed for key in keys}) == len(keys)


def test_the_dropped_rest_changes_from_epoch_to_epoch() -> None:
    sampler = EpochSampler(CLIPS, BATCH, seed=0)
    seen: set[int] = set()
    for epoch in range(10):
        sampler.set_epoch(epoch)
        seen.update(row for key in sampler for row in key.rows)
    assert seen == set(range(CLIPS))


def test_orders_differ_by_epoch_and_by_seed() -> None:
    orders = set()
    for seed in range(3):
        sampler = EpochSampler(40, 40, seed)
        for epoch in range(4):
            sampler.set_epoch(epoch)
            orders.add(next(iter(sampler)).rows)
    assert len(orders) == 12


def test_derived_seeds_do_not_meet() -> None:
    seeds = {derived_seed(*key) for key in np.ndindex(4, 50, 50)}
    assert len(seeds) == 4 * 50 * 50
    assert all(0 <= seed < 2**63 for seed in seeds)
    assert derived_seed(1, 2, 3) == derived_seed(1, 2, 3) != derived_seed(3, 2, 1)


def test_the_same_clip_is_augmented_anew_every_epoch(windows: ClipWindows) -> None:
    versions = []
    for epoch in range(5):
        (batch,) = epoch_of(windows, epoch, batch_size=CLIPS)
        (key,) = keys_of(epoch, batch_size=CLIPS)
        versions.append(batch.x[key.rows.index(0)])
    for i, one in enumerate(versions):
        assert not any(torch.equal(one, other) for other in versions[:i])


def test_a_lone_clip_which_has_no_order_is_augmented_anew_too() -> None:
    one = preprocess(next(clips(1)).pose, Preprocessing())
    lone = ClipWindows([one], [0], get_layout("hands42"), frames=8)
    versions = [epoch_of(lone, epoch)[0].x for epoch in range(4)]
    for i, version in enumerate(versions):
        assert not any(torch.equal(version, other) for other in versions[:i])


def test_two_clips_of_one_batch_are_augmented_differently() -> None:
    one = preprocess(next(clips(1)).pose, Preprocessing())
    twins = ClipWindows([one, one], [0, 0], get_layout("hands42"), frames=8)
    (batch,) = epoch_of(twins, 0)
    assert not torch.equal(batch.x[0], batch.x[1])


def test_batches_follow_from_seed_epoch_and_step_alone(windows: ClipWindows) -> None:
    fresh = epoch_of(windows, epoch=3, seed=5)
    sampler = EpochSampler(len(windows), BATCH, seed=5)
    loader = training_loader(windows, sampler, "joint", AUGMENTATION)
    for epoch in (0, 2, 3):  # others came before, one of them broken off, and the globals differ
        torch.manual_seed(epoch)
        np.random.seed(epoch)
        sampler.set_epoch(epoch)
        batches = iter(loader)
        next(batches)
    torch.rand(17)
    sampler.set_epoch(3)
    assert_equal(list(loader), fresh)
    for epoch, seed in ((3, 6), (4, 5)):
        assert not torch.equal(epoch_of(windows, epoch, seed)[0].x, fresh[0].x)


def test_labels_belong_to_the_clips(windows: ClipWindows) -> None:
    for batch, key in zip(epoch_of(windows, 1, stream="bone"), keys_of(1), strict=True):
        assert batch.x.shape == (BATCH, 3, 8, 42)
        assert batch.labels.tolist() == [row % 3 for row in key.rows]
        for part in ("body", "mouth", "face"):  # hands42 has none of them
            assert not batch.visible[:, PARTS.index(part)].any()


def test_shares_are_cut_out_of_the_whole_batch(windows: ClipWindows) -> None:
    whole, sampler = epoch_of(windows, 2), EpochSampler(CLIPS, BATCH, seed=0)
    sampler.set_epoch(2)
    for places in (torch.tensor([0, 3]), torch.tensor([2, 1])):
        loader = training_loader(windows, sampler, "joint", AUGMENTATION, places=places)
        for share, batch in zip(loader, whole, strict=True):
            for name in ("x", "labels", "visible", "mirrored"):
                assert torch.equal(getattr(share, name), getattr(batch, name)[places]), name


def test_a_generator_of_its_own_spares_the_global_one(windows: ClipWindows) -> None:
    """Both give the loader the same number of draws, so what is drawn afterwards is alike."""
    after = []
    for generator in (None, torch.Generator().manual_seed(3)):
        torch.manual_seed(3)
        loader = training_loader(windows, EpochSampler(CLIPS, BATCH, 0), generator=generator)
        list(loader)
        after.append(torch.rand(5, generator=generator))
    assert torch.equal(*after)


@pytest.mark.slow
def test_workers_change_nothing(windows: ClipWindows) -> None:
    for epoch in (0, 1):
        assert_equal(epoch_of(windows, epoch, workers=2), epoch_of(windows, epoch, workers=0))
