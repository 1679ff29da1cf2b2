"""Clips that are one recording: exact copies, and copies shifted, cut, mirrored or re-encoded."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from gspmc.data.audit.alignment import align
from gspmc.data.audit.neighbours import candidates
from gspmc.data.audit.tracks import Tracks
from gspmc.pose import PoseSequence
from gspmc.skeleton import Layout

THRESHOLD = 0.08
"""Largest distance of a copy: two thirds of the smallest between real repetitions of a sign by one
person, in half of ISL-30 (docs/auditing.md)."""


@dataclass(frozen=True)
class Pair:
    """Two clips that look like one recording, `first` < `second` in the store's order."""

    first: int
    second: int
    kind: str
    """`exact`: every number is the same; else `near`."""
    distance: float
    """0 for the same points; see `Alignment.distance`."""
    mirrored: bool = False
    tempo: float = 1.0
    """Seconds of the first clip for a second of the second one, by the rates in the store."""
    offset: float = 0.0
    """Second of the first clip at which the second one begins."""
    overlap: float = 1.0
    """Common time as a share of what the shorter one shows."""


def find_pairs(
    poses: Iterable[PoseSequence],
    layout: Layout,
    threshold: float = THRESHOLD,
    progress: bool = False,
) -> list[Pair]:
    """Every pair of clips that are exact or near copies, the nearest first.

    Clips in which nothing is seen are left out. Of clips that are exact copies of each other, the
    first stands for all when near copies are looked for, and all get its pairs.

    Args:
        poses: read once.
        layout: theirs.
        threshold: largest distance of a near copy.
        progress: show a bar on the terminal.
    """
    digests: list[str] = []

    def noted() -> Iterator[PoseSequence]:
        for pose in poses:
            points = np.ascontiguousarray(pose.keypoints.astype(np.float16))
            shown = bool(pose.visible.any())
            digests.append(hashlib.sha256(points.tobytes()).hexdigest() if shown else "")
            yield pose

    tracks = Tracks(noted(), layout)
    groups: dict[str, list[int]] = defaultdict(list)
    for row, digest in enumerate(digests):
        if digest:
            groups[digest].append(row)
    exact = [
        Pair(first, second, "exact", 0.0)
        for rows in groups.values()
        for first, second in combinations(rows, 2)
    ]
    repeated = {row for rows in groups.values() for row in rows[1:]}
    alone = np.array([row for row in range(len(tracks)) if row not in repeated])
    near = [
        replace(pair, first=first, second=second)
        if first < second
        else _turned(pair, first, second)
        for pair in _near_pairs(tracks, alone, threshold, progress)
        for first in groups[digests[pair.first]]
        for second in groups[digests[pair.second]]
    ]
    return sorted([*exact, *near], key=lambda pair: (pair.distance, pair.first, pair.second))


def _turned(pair: Pair, first: int, second: int) -> Pair:
    """The pair seen from its other clip."""
    return replace(
        pair,
        first=second,
        second=first,
        tempo=round(1 / pair.tempo, 3),
        offset=round(-pair.offset / pair.tempo, 2),
    )


def _near_pairs(tracks: Tracks, rows: np.ndarray, threshold: float, progress: bool) -> list[Pair]:
    best: dict[tuple[int, int], Pair] = {}
    for some in candidates(tracks, rows, progress):
        for candidate in some:
            asked, found = candidate.first, candidate.second
            key = (min(asked, found), max(asked, found))
            if key in best and best[key].distance == 0:
                continue
            clip = tracks[asked]
            if candidate.mirrored:
                clip = tracks.mirrored(clip)
            lies = align(clip, tracks[found], candidate.guess, tracks.planar)
            if lies.distance > threshold or (key in best and best[key].distance <= lies.distance):
                continue
            tempo, offset = lies.tempo, lies.offset
            if asked > found:  # frame u of the asked one is frame (u - offset) / tempo of the other
                tempo, offset = 1 / tempo, -offset / tempo
            rates = tracks.fps[key[1]] / tracks.fps[key[0]]
            best[key] = Pair(
                *key,
                "near",
                round(lies.distance, 4),
                candidate.mirrored,
                round(float(tempo * rates), 3),
                round(float(offset / tracks.fps[key[0]]), 2),
                round(lies.overlap, 2),
            )
    return list(best.values())
