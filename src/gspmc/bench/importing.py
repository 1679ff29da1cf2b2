"""Importing as many clips as SLR-500 has: how fast, and in how much memory."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from gspmc.bench.encoders import Row
from gspmc.bench.memory import resident_peak
from gspmc.data.importers.plan import Reader, Reading
from gspmc.data.importers.plan import Row as ClipRow
from gspmc.data.importers.run import import_plan
from gspmc.data.importers.slr500 import CLASS_LIST, Slr500Format, plan_slr500

SIGNERS, SIGNS, REPETITIONS = 50, 500, 5
SHORTEST, LONGEST, POINTS, HEIGHT = 20, 60, 133, 720
PROCESSES = (1, 2)
_POOL = 4000
"""Generated frames; every clip is a stretch of them."""


class WatchedReader:
    """Reads as another does, and looks at this process's memory after a tenth of the clips."""

    def __init__(self, read: Reader, clips: int) -> None:
        self._read, self._until = read, clips // 10
        self.early_peak = 0

    def __call__(self, row: ClipRow) -> Reading:
        self._until -= 1
        if self._until == 0:
            self.early_peak = resident_peak()
        return self._read(row)


def write_clips(folder: Path, signers: int = SIGNERS) -> None:
    """Files of SLR-500's names, float32 pixels (20 to 60 frames, 133, 3), and its class list."""
    random = np.random.default_rng(0)
    frames = random.uniform(0, HEIGHT, (_POOL, POINTS, 3)).astype(np.float32)
    frames[..., 2] /= HEIGHT
    folder.mkdir()
    (folder / CLASS_LIST).write_text("".join(f"sign {number}\n" for number in range(SIGNS)))
    for signer in range(signers):
        for sign in range(SIGNS):
            group, place = divmod(sign, 20)
            for repetition in range(REPETITIONS):
                length = random.integers(SHORTEST, LONGEST + 1)
                start = random.integers(0, _POOL - length)
                name = f"P{signer:02}_{group + 1:02}_{place:02}_{repetition}._color.npy"
                np.save(folder / name, frames[start : start + length])


def measure_apart() -> Iterator[Row]:
    """A row for every number of processes, each measured in a process of its own."""
    with TemporaryDirectory() as temporary:
        write_clips(Path(temporary) / "clips")
        for processes in PROCESSES:
            context = multiprocessing.get_context("spawn")
            with ProcessPoolExecutor(1, mp_context=context) as process:
                yield process.submit(measure, Path(temporary), processes).result()


def measure(folder: Path, processes: int) -> Row:
    """Import the clips of `folder / "clips"`, the search for the files included.

    With one process, memory is that of all; else that of the process which hands out the work.
    """
    before = resident_peak()
    began, worked = time.perf_counter(), _processor_seconds()
    form = Slr500Format(width=1280, height=HEIGHT)
    plan = plan_slr500(folder / "clips", form, "signers-36-14")
    watched = WatchedReader(plan.read, len(plan.rows))
    if processes == 1:
        plan.read = watched
    done = import_plan(plan, folder / f"store{processes}", workers=processes)
    seconds = time.perf_counter() - began
    worked = _processor_seconds() - worked
    return {
        "what": f"clips imported by {processes} process{'es' if processes > 1 else ''}",
        "clips": len(done.store),
        "gaps": len(done.gaps),
        "build_seconds": round(seconds, 1),
        "clips_per_second": round(len(done.store) / seconds),
        "clips_per_processor_second": round(len(done.store) / worked),
        "bytes_before": before,
        **({"early_peak_bytes": watched.early_peak} if processes == 1 else {}),
        "peak_bytes": resident_peak(),
    }


def _processor_seconds() -> float:
    """Of this process and those that it has waited for: what other programs do does not count."""
    return sum(os.times()[:4])
