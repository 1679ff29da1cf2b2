"""Peak memory of a training step, in a process of its own, where nothing else was allocated."""

from __future__ import annotations

import multiprocessing
import resource
import sys
from concurrent.futures import ProcessPoolExecutor

import torch

from gspmc.bench.models import Case, training_step


def peak_bytes(case: Case) -> int:
    """Bytes that a training step holds at most, above those of the model and a step of one clip."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as process:
        return process.submit(_measure, case).result()


def _measure(case: Case) -> int:
    step = training_step(case)
    if case.device == "cuda":
        before = torch.cuda.memory_allocated()
        torch.cuda.reset_peak_memory_stats()
        step()
        return torch.cuda.max_memory_allocated() - before
    before = _resident()
    step()
    return _resident() - before


def _resident() -> int:
    """The most memory that this process has held so far."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
