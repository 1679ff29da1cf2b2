"""Batches in a random order, each a function of seed, epoch and step alone.

Nothing depends on the number of workers or on what ran before: workers draw different randomness in
every epoch, and a resumed run sees the batches that an unbroken one would have seen.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset, Sampler

from gspmc.data.augment import NO_AUGMENTATION, Augmentation
from gspmc.data.streams import Stream
from gspmc.data.windows import Batch, ClipWindows


@dataclass(frozen=True)
class BatchKey:
    """Which batch: its clips and the seed of its randomness."""

    rows: tuple[int, ...]
    seed: int


def derived_seed(*numbers: int) -> int:
    """An independent 63-bit seed for every tuple of numbers, whatever its length."""
    entropy = (len(numbers), *numbers)  # trailing zeros alone would not count
    return int(np.random.SeedSequence(entropy).generate_state(1, np.uint64)[0] >> np.uint64(1))


class EpochSampler(Sampler[BatchKey]):
    """All clips of a set in random order, cut into whole batches; the rest is left out.

    Call `set_epoch` before each epoch.
    """

    def __init__(self, clips: int, batch_size: int, seed: int) -> None:
        self.clips, self.batch_size, self.seed = clips, min(batch_size, clips), seed
        self.epoch = 0

    def set_epoch(self, epoch: int) -> None:
        self.epoch = epoch

    def __len__(self) -> int:
        return self.clips // self.batch_size

    def __iter__(self) -> Iterator[BatchKey]:
        generator = torch.Generator().manual_seed(derived_seed(self.seed, self.epoch))
        order = torch.randperm(self.clips, generator=generator).tolist()
        for step in range(len(self)):
            rows = tuple(order[step * self.batch_size : (step + 1) * self.batch_size])
            yield BatchKey(rows, derived_seed(self.seed, self.epoch, step))


class _Batches(Dataset[Batch]):
    def __init__(
        self,
        windows: ClipWindows,
        stream: Stream,
        augmentation: Augmentation,
        places: Tensor | None,
    ) -> None:
        self.windows, self.stream, self.augmentation = windows, stream, augmentation
        self.places = places

    def __getitem__(self, key: BatchKey) -> Batch:
        generator = torch.Generator().manual_seed(key.seed)
        rows = torch.tensor(key.rows)
        batch = self.windows.batch(rows, self.stream, self.augmentation, generator)
        if self.places is None:
            return batch
        at = self.places
        return Batch(*(getattr(batch, field.name)[at] for field in fields(Batch)))


def training_loader(
    windows: ClipWindows,
    sampler: EpochSampler,
    stream: Stream = "joint",
    augmentation: Augmentation = NO_AUGMENTATION,
    workers: int = 0,
    places: Tensor | None = None,
    generator: torch.Generator | None = None,
) -> DataLoader[Batch]:
    """A loader of augmented batches in the sampler's order.

    Args:
        workers: processes that prepare batches; with 0 the training process does, which is
            fastest while the clips fit in memory, as a whole batch is prepared at once.
        places: the part of every batch to hand out. The whole is prepared all the same, so that a
            clip's randomness is that which it has in the whole batch.
        generator: from which the loader draws one number an epoch; None takes PyTorch's global one.
    """
    return DataLoader(
        _Batches(windows, stream, augmentation, places),
        batch_size=None,
        sampler=sampler,
        generator=generator,
        num_workers=workers,
        persistent_workers=False,
        multiprocessing_context="spawn" if workers else None,
    )
