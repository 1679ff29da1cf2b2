"""Which clips may be copies of each other: windows of one that lie near windows of another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from scipy.spatial import cKDTree

from gspmc.data.audit.alignment import Alignment
from gspmc.data.audit.fingerprints import mirrored_vectors, window_frames, windows
from gspmc.data.audit.tracks import Track, Tracks
from gspmc.progress import progress_bar

TEMPOS = (1.0, 1.2, 2.0)
"""Frames of one clip for one of the other: a rate that was noted down wrongly (25 for 30 frames a
second), and every second frame left out. Slower copies are found from the other side."""
RADIUS = 0.3
"""Windows further apart than this are no candidates."""
STRIDE = 2
"""Frames between the windows that can be found."""
QUERIES = 8
"""Windows of each clip whose neighbours are looked up: those that move most, one an eighth."""
NEIGHBOURS = 8
MOST = 8
"""Candidates a clip, the nearest first."""
_DIMENSIONS = 12
_FOR_AXES = 20_000
_CLIPS_AT_ONCE = 256


class Candidate(NamedTuple):
    """Two clips that may be one, and how they would lie."""

    first: int
    second: int
    mirrored: bool
    guess: Alignment


class _Windows(NamedTuple):
    vectors: np.ndarray  # float32 (N, dimensions)
    rows: np.ndarray  # (N,)
    starts: np.ndarray  # (N,) frames
    mirrored: bool = False
    tempo: float = 1.0


def candidates(
    tracks: Tracks, rows: np.ndarray, progress: bool = False
) -> Iterator[list[Candidate]]:
    """For some clips at a time, the pairs whose windows are near; the nearest windows decide.

    A pair may be given twice, from either side.

    Args:
        tracks: of all clips.
        rows: (N,) the clips to compare.
        progress: show a bar on the terminal.
    """
    axes = _principal_axes(tracks, rows)
    everything = _all_windows(tracks, rows, axes)
    if not len(everything.rows):
        return
    tree = cKDTree(everything.vectors)
    chunks = range(0, len(rows), _CLIPS_AT_ONCE)
    with progress_bar(quiet=not progress) as bar:
        for start in bar.track(chunks, description="comparing clips"):
            some = rows[start : start + _CLIPS_AT_ONCE]
            yield _nearest(_queries(tracks, some, axes), everything, tree, tracks.fps)


def _nearest(
    queries: Iterator[_Windows], everything: _Windows, tree: cKDTree, fps: np.ndarray
) -> list[Candidate]:
    nearest: dict[tuple[int, int, bool, float], tuple[float, Alignment]] = {}
    for asked in queries:
        apart, found = tree.query(asked.vectors, NEIGHBOURS, distance_upper_bound=RADIUS)
        for query, place in zip(*np.nonzero(np.isfinite(apart)), strict=True):
            first, second = int(asked.rows[query]), int(everything.rows[found[query, place]])
            key = (first, second, asked.mirrored, asked.tempo)
            if first == second or (key in nearest and nearest[key][0] <= apart[query, place]):
                continue
            begin = everything.starts[found[query, place]]
            ratio = asked.tempo * fps[first] / fps[second]
            guess = Alignment(float(ratio), float(asked.starts[query] - ratio * begin))
            nearest[key] = (float(apart[query, place]), guess)
    kept: Counter[int] = Counter()
    chosen: list[Candidate] = []
    for key, (_, guess) in sorted(nearest.items(), key=lambda item: item[1][0]):
        first, second, mirrored, _ = key
        kept[first] += 1
        if kept[first] <= MOST:
            chosen.append(Candidate(first, second, mirrored, guess))
    return chosen


def _starts(track: Track, tempo: float, stride: int) -> np.ndarray:
    return np.arange(0, max(len(track) - int(np.ceil(window_frames(track, tempo))), 0), stride)


def _principal_axes(tracks: Tracks, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and the directions in which windows differ most, from clips spread over the store."""
    vectors: list[np.ndarray] = []
    for row in rows[np.linspace(0, len(rows) - 1, min(len(rows), 2000)).astype(int)]:
        clip = tracks[row]
        made, movement = windows(clip, _starts(clip, 1.0, 5), 1.0, tracks.planar)
        vectors.append(made[movement > 0])
        if sum(map(len, vectors)) > _FOR_AXES:
            break
    every = np.concatenate(vectors)
    mean = every.mean(axis=0) if len(every) else np.zeros(every.shape[1])
    _, _, axes = np.linalg.svd((every - mean).T @ (every - mean))
    return mean.astype(np.float32), axes[:_DIMENSIONS].T.astype(np.float32)


def _all_windows(tracks: Tracks, rows: np.ndarray, axes: tuple[np.ndarray, np.ndarray]) -> _Windows:
    mean, directions = axes
    made: list[_Windows] = []
    for row in rows:
        clip = tracks[row]
        starts = _starts(clip, 1.0, STRIDE)
        if not len(starts):
            continue
        vectors, movement = windows(clip, starts, 1.0, tracks.planar)
        kept = movement > 0
        made.append(
            _Windows(
                (vectors[kept] - mean) @ directions,
                np.full(kept.sum(), row, dtype=np.int32),
                starts[kept].astype(np.int32),
            )
        )
    return _joined(made)


def _queries(
    tracks: Tracks, rows: np.ndarray, axes: tuple[np.ndarray, np.ndarray]
) -> Iterator[_Windows]:
    """The windows of some clips to look up, by tempo, as they are and mirrored."""
    mean, directions = axes
    for tempo in TEMPOS:
        plain: list[_Windows] = []
        turned: list[_Windows] = []
        for row in rows:
            clip = tracks[row]
            starts = _starts(clip, tempo, 1)
            if not len(starts):
                continue
            vectors, movement = windows(clip, starts, tempo, tracks.planar)
            chosen = _liveliest(movement)
            chosen = chosen[movement[chosen] > 0]
            owner = np.full(len(chosen), row, dtype=np.int32)
            at = starts[chosen].astype(np.int32)
            across = mirrored_vectors(vectors[chosen], clip.points.shape[-1], tracks.mirror)
            plain.append(_Windows((vectors[chosen] - mean) @ directions, owner, at))
            turned.append(_Windows((across - mean) @ directions, owner, at))
        for mirrored, made in ((False, plain), (True, turned)):
            if made:
                yield _joined(made)._replace(mirrored=mirrored, tempo=tempo)


def _liveliest(movement: np.ndarray) -> np.ndarray:
    """Places of the windows that move most, one a piece of the clip.

    Every piece chooses among starts that lie otherwise on the stride than those of the piece
    before, so that some of them meet a kept window exactly, wherever a copy was cut.
    """
    pieces = np.array_split(np.arange(len(movement)), min(QUERIES, len(movement)))
    offered = [piece[piece % STRIDE == number % STRIDE] for number, piece in enumerate(pieces)]
    return np.array([some[np.argmax(movement[some])] for some in offered if len(some)])


def _joined(parts: list[_Windows]) -> _Windows:
    if not parts:
        nothing = np.zeros(0, dtype=np.int32)
        return _Windows(np.zeros((0, 1), dtype=np.float32), nothing, nothing)
    return _Windows(
        np.concatenate([part.vectors for part in parts]),
        np.concatenate([part.rows for part in parts]),
        np.concatenate([part.starts for part in parts]),
    )
