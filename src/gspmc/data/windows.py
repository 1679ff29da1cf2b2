"""Preprocessed clips, resampled to windows of one length, a whole batch at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile

import numpy as np
import torch
from torch import Tensor

from gspmc.data.augment import NO_AUGMENTATION, Augmentation, augment, sample_times
from gspmc.data.preprocess import Preprocessing, preprocess
from gspmc.data.store import ClipStore
from gspmc.data.streams import Stream, to_stream
from gspmc.errors import GspmcError
from gspmc.pose import MIN_CONFIDENCE
from gspmc.progress import progress_bar
from gspmc.skeleton import PARTS, Layout


@dataclass(frozen=True)
class Batch:
    """Clips as the encoder takes them."""

    x: Tensor
    """(N, C, T, V) float32; like `visible` where the clips' points are, the rest on the CPU."""
    labels: Tensor
    """(N,) class indices; −1 where the label is not among the classes."""
    visible: Tensor
    """bool (N, P) over PARTS: the part is seen at least once in the clip."""
    mirrored: Tensor
    """bool (N,): augmentation has swapped left and right."""


class ClipWindows:
    """Preprocessed clips, one after the other in time, in memory or mapped from a file."""

    def __init__(
        self,
        clips: Iterable[np.ndarray],
        labels: Sequence[int],
        layout: Layout,
        frames: int,
        folder: Path | None = None,
        min_confidence: float = MIN_CONFIDENCE,
    ) -> None:
        """Args:
        clips: arrays (T, V, C) out of `preprocess`, taken one at a time.
        labels: class index of each.
        layout: theirs.
        frames: length T of the window.
        folder: keep the points in a file there, which has no name and ends with the process,
            instead of in memory.
        min_confidence: from which on a point counts as seen; what `preprocess` was given.

        Raises:
            GspmcError: the file cannot be written.
        """
        self.layout = layout
        self.frames = frames
        self.min_confidence = min_confidence
        self.labels = torch.as_tensor(labels, dtype=torch.long)
        lengths: list[int] = []
        known: list[np.ndarray] = []

        def parts() -> Iterator[np.ndarray]:
            for clip in clips:
                lengths.append(len(clip))
                known.append((clip[..., :-1] != 0).any(axis=-1))  # (T, V)
                by_channel = clip.transpose(0, 2, 1)  # (T, C, V)
                yield np.ascontiguousarray(by_channel, dtype=np.float32)

        points = np.concatenate(list(parts())) if folder is None else _mapped(parts(), folder)
        self.points = torch.from_numpy(points)  # (F, C, V)
        self.known = torch.from_numpy(np.concatenate(known))  # (F, V)
        self.lengths = torch.tensor(lengths)
        self.starts = torch.cumsum(self.lengths, 0) - self.lengths

    def __len__(self) -> int:
        return len(self.lengths)

    def to(self, device: torch.device | str) -> ClipWindows:
        """The same clips with their points on another device, where batches are then made."""
        moved = copy(self)
        moved.points, moved.known = self.points.to(device), self.known.to(device)
        return moved

    @property
    def nbytes(self) -> int:
        """Of the points, and of which are known."""
        return self.points.nbytes + self.known.nbytes

    def batch(
        self,
        rows: Tensor,
        stream: Stream = "joint",
        augmentation: Augmentation = NO_AUGMENTATION,
        generator: torch.Generator | None = None,
    ) -> Batch:
        """Resample, augment and derive the stream of the clips at `rows` (N,).

        Without augmentation the result depends on nothing but the clips.
        """
        generator = generator or torch.Generator().manual_seed(0)
        times = sample_times(self.lengths[rows], self.frames, augmentation, generator)  # (N, T)
        x = self._resample(rows, times)
        mirrored = torch.zeros(len(rows), dtype=torch.bool)
        if augmentation is not NO_AUGMENTATION:
            x, mirrored = augment(x, self.layout, augmentation, generator)
        return Batch(
            x=to_stream(x, stream, self.layout),
            labels=self.labels[rows],
            visible=self._visible_parts(x),
            mirrored=mirrored,
        )

    def _visible_parts(self, x: Tensor) -> Tensor:
        """bool (N, P): some point of the part is seen in some frame of the window."""
        seen = (x[:, -1] >= self.min_confidence).any(dim=1)  # (N, V)
        return torch.stack(
            [seen[:, list(self.layout.parts.get(part, ()))].any(dim=1) for part in PARTS], dim=1
        )

    def _resample(self, rows: Tensor, times: Tensor) -> Tensor:
        """Linear interpolation at fractional frames: (N, T) -> (N, C, T, V).

        Between a known point and an unknown one (zero) the known one's place is taken.
        """
        earlier = times.floor().long()
        later = torch.minimum(earlier + 1, self.lengths[rows, None] - 1)
        frames = [
            (self.starts[rows, None] + frame).to(self.points.device, non_blocking=True)
            for frame in (earlier, later)
        ]  # (N, T)
        first, second = (self.points[frame] for frame in frames)  # (N, T, C, V)
        first_known, second_known = (self.known[frame] for frame in frames)  # (N, T, V)
        between = (times - earlier).to(self.points.device, non_blocking=True)
        share = between[..., None].expand(first_known.shape)
        # All of the way to the known point, or none of it, where only one is known.
        own = share.masked_fill(first_known & ~second_known, 0)
        own.masked_fill_(second_known & ~first_known & (share > 0), 1)
        coordinates = torch.lerp(first[:, :, :-1], second[:, :, :-1], own[:, :, None])
        confidence = torch.lerp(first[:, :, -1:], second[:, :, -1:], share[:, :, None])
        return torch.cat([coordinates, confidence], dim=2).transpose(1, 2).contiguous()


def load_windows(
    store: ClipStore,
    rows: np.ndarray,
    classes: Sequence[str],
    preprocessing: Preprocessing,
    progress: bool = True,
    folder: Path | None = None,
) -> ClipWindows:
    """Read and preprocess clips of a store.

    Args:
        rows: which clips, in this order.
        classes: class names; a clip of another label gets class index −1.
        progress: show a bar on the terminal.
        folder: map the points from a file there, for more clips than memory holds.
    """
    index = {label: number for number, label in enumerate(classes)}
    labels = [index.get(label, -1) for label in store.index["label"].take(rows).to_pylist()]
    with progress_bar(quiet=not progress) as bar:
        clips = bar.track(store.read(rows), total=len(rows), description="preprocessing")
        arrays = (preprocess(clip.pose, preprocessing) for clip in clips)
        return ClipWindows(
            arrays, labels, store.layout, preprocessing.frames, folder, preprocessing.min_confidence
        )


def _mapped(parts: Iterable[np.ndarray], folder: Path) -> np.ndarray:
    """float32 parts (T, C, V), written one after the other and mapped as (F, C, V)."""
    shape: tuple[int, ...] = ()
    try:
        with TemporaryFile(dir=folder) as file:
            for part in parts:
                shape = part.shape[1:]
                file.write(part.data)
            file.flush()
            return np.memmap(file, np.float32, mode="r+").reshape(-1, *shape)
    except OSError as error:
        raise GspmcError(
            f"cannot keep the clips in {folder}: {error.strerror or error}; make room there"
        ) from error
