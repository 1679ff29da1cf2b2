"""Timings of several ways to do one thing, in turns, so that a noisy moment meets them all."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

import torch


@dataclass(frozen=True)
class Spread:
    """The middle of several measurements, and their ends."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, values: list[float]) -> Spread:
        return cls(median(values), min(values), max(values))

    def to_dict(self) -> dict[str, float]:
        return {name: float(f"{value:.4g}") for name, value in asdict(self).items()}


def alternate(ways: Mapping[str, Callable[[], Any]], rounds: int) -> dict[str, list[float]]:
    """Seconds of every way in every round, one after the other; a first round is not counted.

    Args:
        ways: name -> what to time; it leaves nothing behind that makes the next call cheaper.
        rounds: how often.
    """
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for turn in range(rounds + 1):
        for name, way in ways.items():
            _wait_for_device()
            began = time.perf_counter()
            way()
            _wait_for_device()
            if turn > 0:
                seconds[name].append(time.perf_counter() - began)
    return seconds


def speed_ratio(seconds: list[float], reference: list[float]) -> Spread:
    """How many times as fast as the reference, round by round."""
    return Spread.of([slow / fast for slow, fast in zip(reference, seconds, strict=True)])


def repeated(call: Callable[[], Any], times: int) -> Callable[[], None]:
    """For what is too short for a clock."""

    def run() -> None:
        for _ in range(times):
            call()

    return run


def _wait_for_device() -> None:
    if torch.cuda.is_available():
        torch.cuda.synchronize()
