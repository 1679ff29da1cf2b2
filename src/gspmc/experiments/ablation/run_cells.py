"""The cells of a matrix as trainings of their own, several at a time."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from queue import SimpleQueue
from threading import Event, Lock

import torch
import yaml

from gspmc.errors import GspmcError
from gspmc.experiments.ablation.matrix import Cell
from gspmc.files import atomic_path
from gspmc.train.run import contents_of, inputs_of
from gspmc.train.run_directory import RunDirectory


def default_jobs() -> int:
    """One training a GPU, or one."""
    return max(1, torch.cuda.device_count())


class CellRunner:
    """Trains cells into `folder`/NAME by `gspmc train --resume`, and keeps what that prints.

    Args:
        folder: for the runs, their configs (NAME.yaml) and their logs (NAME.log).
        split: to be scored; `val` is scored by the training itself.
        jobs: trainings at a time. They share the GPUs, or the CPU's cores.
    """

    def __init__(self, folder: Path, split: str, jobs: int) -> None:
        self.folder, self.split, self.jobs = folder, split, jobs
        self._slots: SimpleQueue[int] = SimpleQueue()
        for slot in range(jobs):
            self._slots.put(slot)
        self._children: set[subprocess.Popen[bytes]] = set()
        self._guard, self._stopped = Lock(), Event()

    def run(self, cells: Sequence[Cell]) -> Iterator[tuple[Cell, RunDirectory | GspmcError]]:
        """Each cell as it ends, with its run or with what went wrong.

        When the caller stops, the trainings at work are stopped too; they can be resumed.
        """
        with ThreadPoolExecutor(self.jobs) as pool:
            waiting = {pool.submit(self._run_cell, cell): cell for cell in cells}
            try:
                for future in as_completed(waiting):
                    cell = waiting.pop(future)
                    try:
                        yield cell, future.result()
                    except GspmcError as error:
                        yield cell, error
            finally:
                self._stopped.set()
                for future in waiting:
                    future.cancel()
                with self._guard:
                    for child in self._children:
                        child.terminate()

    def run_directory(self, cell: Cell) -> RunDirectory:
        return RunDirectory(self.folder / cell.name)

    def _run_cell(self, cell: Cell) -> RunDirectory:
        run = self.run_directory(cell)
        config = self.folder / f"{cell.name}.yaml"
        inputs = inputs_of(cell.recipe, cell.clips, cell.descriptions)
        with atomic_path(config) as temporary:
            temporary.write_text(yaml.safe_dump(inputs, sort_keys=False, allow_unicode=True))
        if run.finished:  # of the same inputs, or it is refused
            contents = contents_of(cell.clips, cell.descriptions)
            run.begin(inputs, contents, resume=True)
        slot = self._slots.get()
        try:
            if not run.finished:
                self._gspmc(cell, slot, "train", "--config", config, "--out", run.path, "--resume")
            if not run.scores(self.split).exists():
                self._gspmc(cell, slot, "evaluate", run.path, "--split", self.split)
        finally:
            self._slots.put(slot)
        return run

    def _gspmc(self, cell: Cell, slot: int, *words: str | Path) -> None:
        """Raises:
        GspmcError: the command failed; its last line is told.
        """
        log = self.folder / f"{cell.name}.log"
        with log.open("ab") as file:
            with self._guard:
                if self._stopped.is_set():
                    raise GspmcError("stopped")
                child = subprocess.Popen(
                    [sys.executable, "-m", "gspmc.cli", *map(str, words)],
                    stdout=file,
                    stderr=subprocess.STDOUT,
                    stdin=subprocess.DEVNULL,
                    env=self._environment(slot),
                )
                self._children.add(child)
            status = child.wait()
            with self._guard:
                self._children.discard(child)
        if status:
            lines = log.read_text(encoding="utf-8", errors="replace").split("\n")
            last = next((line for line in reversed(lines) if line.strip()), f"status {status}")
            raise GspmcError(f"{last.removeprefix('gspmc: ').strip()} (all of it in {log})")

    def _environment(self, slot: int) -> dict[str, str]:
        environment = dict(os.environ)
        if gpus := torch.cuda.device_count():
            given = environment.get("CUDA_VISIBLE_DEVICES", "")
            names = given.split(",") if given else [str(number) for number in range(gpus)]
            environment["CUDA_VISIBLE_DEVICES"] = names[slot % gpus].strip()
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
        environment.setdefault("OMP_NUM_THREADS", str(max(1, (cores or 1) // self.jobs)))
        return environment
