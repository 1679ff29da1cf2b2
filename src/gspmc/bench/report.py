"""The results as a file and as lines to read."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gspmc.bench.encoders import Row
from gspmc.files import atomic_path
from gspmc.train.run_directory import environment

BENCH_VERSION = 1
_RECIPES = {"SLR-500": (110, 87_500), "AUTSL": (110, 28_142)}
"""Name -> epochs and training clips of one stream (arXiv 2505.02304)."""


def write_results(
    path: str | Path, ceilings: dict[str, float], rows: Sequence[Row], rounds: int
) -> None:
    """A JSON file with the machine, its ceilings and every row."""
    results = {
        "version": BENCH_VERSION,
        "environment": {**environment(), "allocator": allocator()},
        "rounds": rounds,
        "ceilings": {name: float(f"{value:.4g}") for name, value in ceilings.items()},
        "rows": [{**row, **_projections(row)} for row in rows],
    }
    with atomic_path(path) as temporary:
        temporary.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n")


def line(row: Row) -> str:
    """What matters most of a row, in one line."""
    told = [
        " ".join(str(row[key]) for key in ("what", "encoder", "precision") if key in row)
        + " by CUDA graphs" * row.get("graph", False),
        " ".join(str(row[key]) for key in ("layout",) if key in row),
        " ".join(f"{key} {row[key]}" for key in ("frames", "batch") if key in row),
    ]
    for key, factor, form in (
        ("seconds", 1e3, "{} ms"),
        ("clips_per_second", 1, "{} clips/s"),
        ("times_reference", 1, "{} times as fast as the reference"),
        ("times_eager", 1, "{} times as fast as PyTorch"),
        ("flops_per_second", 1e-9, "{} GFLOP/s"),
        ("bytes_per_second", 1e-9, "{} GB/s"),
        ("megabytes_per_second", 1, "{} MB/s"),
        ("p95_seconds", 1e3, "p95 {} ms"),
        ("recall", 1, "recall {}"),
        ("build_seconds", 1, "{} s"),
        ("times_ideal", 1, "{} times the ideal"),
        ("peak_bytes", 1e-6, "peak {} MB"),
        ("exponent", 1, "grows with the joints to the power of {}"),
        ("loader_share", 100, "batches take {} % of it"),
        ("texts_per_second", 1, "{} texts/s"),
    ):
        if key in row:
            told.append(form.format(_number(row[key], factor)))
    return ", ".join(text for text in told if text)


def allocator() -> str:
    """The allocator that this process was started with; those that are known to matter."""
    try:
        loaded = Path("/proc/self/maps").read_text()
    except OSError:  # not Linux
        return "unknown"
    return next((name for name in ("tcmalloc", "jemalloc", "mimalloc") if name in loaded), "system")


def _projections(row: Row) -> dict[str, Any]:
    """Hours that recipes would take at the rate of a training step, for the paper's layout."""
    if row["what"] != "training step" or row["layout"] != "gsp87":
        return {}
    rate = row["clips_per_second"]
    return {
        "projected_hours": {
            name: float(f"{epochs * clips / rate / 3600:.3g}")
            for name, (epochs, clips) in _RECIPES.items()
        }
    }


def _number(value: Any, factor: float) -> str:
    if not isinstance(value, dict):
        return _short(value * factor)
    middle, low, high = (value[key] * factor for key in ("median", "low", "high"))
    return f"{_short(middle)} ({_short(low)} to {_short(high)})"


def _short(value: float) -> str:
    """Three figures, never with an exponent."""
    return f"{float(f'{value:.3g}'):,.10g}"
