"""Training steps and inference of the encoders."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, replace
from statistics import linear_regression
from typing import Any

from gspmc.bench.counting import count_work
from gspmc.bench.memory import peak_bytes
from gspmc.bench.models import REFERENCE, Case, inference, training_step
from gspmc.bench.timing import Spread, alternate, repeated, speed_ratio
from gspmc.skeleton import get_layout

Row = dict[str, Any]
"""One line of the results."""


def compare_training(cases: Sequence[Case], rounds: int, memory: bool = True) -> list[Row]:
    """A training step of each case; the first is what the others are compared with."""
    works = {case: count_work(training_step(replace(case, graph=False))) for case in cases}
    steps = {case: training_step(case) for case in cases}
    seconds = alternate({case.name: step for case, step in steps.items()}, rounds)
    del steps
    rows = []
    for case in cases:
        row = _row("training step", case, seconds, cases[0])
        # The reference's arithmetic is what has to be done; others may do parts of it twice.
        row["flops_per_second"] = works[cases[0]].flops / row["seconds"]["median"]
        row["bytes_per_second"] = works[case].bytes / row["seconds"]["median"]
        if memory and not case.graph:
            row["peak_bytes"] = peak_bytes(case)
        rows.append(row)
    for row in rows:
        if "peak_bytes" in row:
            row["peak_ratio"] = row["peak_bytes"] / rows[0]["peak_bytes"]
    return rows


def compare_inference(cases: Sequence[Case], rounds: int, times: int = 1) -> list[Row]:
    """Logits of one batch; the first case is what the others are compared with."""
    ways = {case.name: repeated(inference(case), times) for case in cases}
    seconds = {name: [s / times for s in taken] for name, taken in alternate(ways, rounds).items()}
    return [_row("inference", case, seconds, cases[0]) for case in cases]


def cost_of_joints(case: Case, layouts: Sequence[str], rounds: int) -> Row:
    """How the time of a training step grows with the number of joints V: as V to the exponent."""
    cases = {layout: replace(case, layout=layout) for layout in layouts}
    seconds = alternate({name: training_step(c) for name, c in cases.items()}, rounds)
    joints = [get_layout(layout).num_joints for layout in layouts]
    medians = [Spread.of(seconds[layout]).median for layout in layouts]
    logarithms = [[math.log(value) for value in values] for values in (joints, medians)]
    return {
        "what": "cost in joints",
        **asdict(case),
        "layout": ", ".join(layouts),
        "joints": joints,
        "seconds_by_joints": [float(f"{value:.4g}") for value in medians],
        "exponent": round(linear_regression(*logarithms).slope, 2),
    }


def _row(what: str, case: Case, seconds: dict[str, list[float]], first: Case) -> Row:
    taken = Spread.of(seconds[case.name])
    row: Row = {
        "what": what,
        **asdict(case),
        "seconds": taken.to_dict(),
        "clips_per_second": float(f"{case.batch / taken.median:.4g}"),
    }
    if first.encoder == REFERENCE:
        row["times_reference"] = speed_ratio(seconds[case.name], seconds[first.name]).to_dict()
    return row
