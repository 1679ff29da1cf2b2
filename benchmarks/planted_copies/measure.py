"""Measure `data audit` on planted copies, and on real stores as they are.

    python -m benchmarks.planted_copies.measure NAME=STORE ... [--each 40] [--seed 0]
        [--out results/data-audit.json]

Each store is cut into a half on which the threshold is chosen and a half on which it is
reported: by signer where there are at most 20, else by class. Copies of every kind are planted in
each half; one is found if its pair with the clip it was made of is listed. What is listed without
planted copies is what the store holds as it is.
"""

from __future__ import annotations

import argparse
import platform
import time
from collections.abc import Sequence
from typing import Any
from zlib import crc32

import numpy as np
from benchmarks.figures import commit, publish
from benchmarks.planted_copies.plant import makers, plant

from gspmc.data.audit import Pair, find_pairs
from gspmc.data.audit.duplicates import THRESHOLD
from gspmc.data.audit.tables import how
from gspmc.data.clip import Clip
from gspmc.data.store import ClipStore

WIDEST = 0.3
"""Pairs up to this distance are kept, so that other thresholds can be judged."""
THRESHOLDS = (0.02, 0.04, 0.06, 0.08, 0.1, 0.12, 0.15, 0.2)


def parts_of(store: ClipStore) -> dict[str, np.ndarray]:
    """Rows on which the threshold is chosen, and rows on which it is reported.

    Few signers with many repetitions: by signer. Else by class.
    """
    signers, labels = (np.array(store.index[name].to_pylist()) for name in ("signer", "label"))
    few = len(set(signers)) <= 20
    values = signers if few else labels
    names = sorted(set(values)) if few else sorted(set(values), key=_lot)
    chosen = np.isin(values, names[: len(names) // 2])
    return {"chosen on": np.flatnonzero(chosen), "reported on": np.flatnonzero(~chosen)}


def _lot(name: str) -> int:
    return crc32(name.encode())


def planted(
    clips: Sequence[Clip], each: int, seed: int
) -> tuple[list[Clip], list[tuple[int, int, str]]]:
    """Copies, and (row of the original, row of the copy, kind), rows among originals and copies.

    Originals are drawn without repetition as long as they last; only clips in which a hand is seen
    for half a second.
    """
    from gspmc.skeleton import get_layout

    rng = np.random.default_rng(seed)
    layout = get_layout(clips[0].pose.layout)
    hands = [joint for side in ("left_hand", "right_hand") for joint in layout.parts[side]]
    fit = [
        row
        for row, clip in enumerate(clips)
        if clip.pose.visible[:, hands].any(axis=1).sum() >= 0.5 * clip.pose.fps
    ]
    copies: list[Clip] = []
    truth: list[tuple[int, int, str]] = []
    waiting: list[int] = []
    for kind in makers(layout):
        for _ in range(each):
            if not waiting:
                waiting = list(rng.permutation(fit))
            row = int(waiting.pop())
            truth.append((row, len(clips) + len(copies), kind))
            copies.append(plant(clips[row], kind, rng))
    return copies, truth


def measure(clips: list[Clip], each: int, seed: int) -> dict[str, Any]:
    """Figures of one part of a store."""
    from gspmc.skeleton import get_layout

    layout = get_layout(clips[0].pose.layout)
    start = time.perf_counter()
    alone = find_pairs((clip.pose for clip in clips), layout, WIDEST)
    seconds = time.perf_counter() - start
    copies, truth = planted(clips, each, seed)
    both = find_pairs((clip.pose for clip in [*clips, *copies]), layout, WIDEST)
    distance = {(pair.first, pair.second): pair.distance for pair in both}
    kinds = list(dict.fromkeys(kind for _, _, kind in truth))
    return {
        "clips": len(clips),
        "seconds": round(seconds, 1),
        "planted_each": each,
        "recall": {
            kind: {
                f"{threshold:g}": round(
                    float(
                        np.mean(
                            [
                                distance.get((first, second), np.inf) <= threshold
                                for first, second, named in truth
                                if named == kind
                            ]
                        )
                    ),
                    3,
                )
                for threshold in THRESHOLDS
            }
            for kind in kinds
        },
        "listed_as_it_is": {
            f"{threshold:g}": sum(pair.distance <= threshold for pair in alone)
            for threshold in THRESHOLDS
        },
        "pairs_as_it_is": [_told(pair, clips) for pair in alone if pair.distance <= 0.13],
    }


def _told(pair: Pair, clips: Sequence[Clip]) -> dict[str, Any]:
    first, second = clips[pair.first], clips[pair.second]
    return {
        "distance": pair.distance,
        "how": how(pair),
        "ids": [first.id, second.id],
        "labels": [first.label, second.label],
        "signers": [first.signer, second.signer],
        "splits": [first.split, second.split],
    }


def main() -> None:
    """Measure and write the figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("stores", nargs="+", help="NAME=STORE")
    parser.add_argument("--each", type=int, default=40)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out")
    given = parser.parse_args()
    named = [store.partition("=")[::2] for store in given.stores]
    figures: dict[str, Any] = {
        "command": "python -m benchmarks.planted_copies.measure "
        f"{' '.join(f'{name}=STORE' for name, _ in named)} "
        f"--each {given.each} --seed {given.seed}",
        "commit": commit(),
        "seed": given.seed,
        "machine": f"{platform.machine()}, {platform.system()}, one thread",
        "threshold": THRESHOLD,
        "stores": {},
    }
    for name, path in named:
        store = ClipStore.open(path)
        figures["stores"][name] = {
            part: measure(list(store.read(rows)), given.each, given.seed)
            for part, rows in parts_of(store).items()
        }
    publish(figures, given.out)


if __name__ == "__main__":
    main()
