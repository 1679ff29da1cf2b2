"""Peak memory of a training step, in a process of its own, where nothing else was allocated."""

from __future__ import annotations

import multiprocessing
import resource
import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path

import torch

from gspmc.bench.models import Case, training_step


def peak_bytes(case: Case) -> int:
    """Bytes that a training step holds at most, above those of the model and a step of one clip."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as process:
        return process.submit(_measure, case).result()


def _measure(case: Case) -> int:
    training_step(replace(case, batch=1))()
    step = training_step(case)
    if case.device == "cuda":
        before = torch.cuda.memory_allocated()
        torch.cuda.reset_peak_memory_stats()
        step()
        return torch.cuda.max_memory_allocated() - before
    before = resident_peak()
    step()
    return resident_peak() - before


def resident_peak() -> int:
    """The most memory that this process has held so far.

    Linux tells the resource usage of a new process from its parent's peak on, so ask otherwise.
    """
    if sys.platform == "darwin":
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    status = Path("/proc/self/status").read_text()
    (line,) = (line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024
