"""The differences of a matrix as a forest plot: arm by arm, block by block."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from textwrap import fill
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from gspmc.data.canvas import PART_COLOURS, styled
from gspmc.experiments.ablation.comparison import Difference, TableRow
from gspmc.experiments.ablation.matrix import Matrix

_LONGEST_NAME = 34
"""Characters of an arm's name in a line."""
_BASELINE: dict[str, Any] = {"marker": "o", "color": PART_COLOURS["left_hand"]}
_CONTROL: dict[str, Any] = {"marker": "s", "color": PART_COLOURS["right_hand"]}


def has_differences(rows: Sequence[TableRow]) -> bool:
    """Whether there is anything to draw."""
    return any(row.over_baseline or row.over_controls for row in rows)


@styled
def forest(matrix: Matrix, rows: Sequence[TableRow]) -> Figure:
    """A line for every difference of an arm, to baseline and controls, with its 95 % interval.

    Beside a line stand what is taken off, the p value of the table and, where they are fewer than
    the arm's, the seeds of both. An arm that is not finished keeps a line and says so; the baseline
    itself has none. A difference without an interval (too few signers) is a hollow mark.

    Args:
        rows: of `compare`; at least one with a difference.
    """
    shown = [(row, _differences(row)) for row in rows if row.arm != matrix.baseline]
    lines = sum(max(1, len(differences)) for _, differences in shown)
    figure = Figure(figsize=(8.4, 1.7 + 0.2 * lines + 0.1 * len(shown)), layout="constrained")
    axes = figure.subplots()
    axes.axvline(0, color="#666666", linewidth=1)
    ticks: list[float] = []
    first = 0.0
    for number, (row, differences) in enumerate(shown):
        told = [_told(row, each) for each in differences] or [_seeds(row)]
        for line, (difference, words) in enumerate(zip_longest(differences, told)):
            if difference is not None:
                _draw(axes, first + line, difference, _style(row, difference))
            _beside(axes, first + line, words)
        ticks.append(first + (len(told) - 1) / 2)
        if number and row.block != shown[number - 1][0].block:
            axes.axhline(first - 0.75, color="#cccccc", linewidth=0.8)
        first += len(told) + 0.5
    for label, style, there in (
        (f"minus {matrix.baseline}", _BASELINE, any(row.over_baseline for row, _ in shown)),
        ("minus its controls", _CONTROL, any(row.over_controls for row, _ in shown)),
    ):
        if there:
            axes.plot([], [], linestyle="-", label=label, **style)
    axes.set_yticks(ticks, [_name(row) for row, _ in shown], fontsize=8)
    axes.set_ylim(first - 0.75, -0.75)
    axes.set_xlabel("difference of top-1 accuracy in points, with 95 % interval over signers")
    axes.set_title(f"{matrix.title} (split {matrix.split})", fontsize=9)
    axes.grid(axis="x", color="#eeeeee")
    axes.set_axisbelow(True)
    figure.legend(loc="outside lower center", ncols=2, fontsize=8)
    return figure


def _differences(row: TableRow) -> list[Difference]:
    return [*([row.over_baseline] if row.over_baseline else []), *row.over_controls]


def _style(row: TableRow, difference: Difference) -> dict[str, Any]:
    return _BASELINE if difference is row.over_baseline else _CONTROL


def _draw(axes: Axes, place: float, difference: Difference, style: dict[str, Any]) -> None:
    value, low, high = difference.top1
    sure = low is not None and high is not None
    if low is not None and high is not None:
        axes.plot((100 * low, 100 * high), (place, place), color=style["color"], linewidth=1.5)
    face = style["color"] if sure else "white"
    axes.plot(100 * value, place, markersize=5, markerfacecolor=face, linestyle="", **style)


def _beside(axes: Axes, place: float, words: str) -> None:
    axes.text(1.02, place, words, transform=axes.get_yaxis_transform(), va="center", fontsize=7)


def _name(row: TableRow) -> str:
    name = f"{row.block}: {row.arm}" if row.block else row.arm
    seeds = "" if row.pooled is None else f" ({_seeds(row)})"
    return fill(name + seeds.replace(" s", "\N{NO-BREAK SPACE}s"), _LONGEST_NAME)


def _seeds(row: TableRow) -> str:
    if row.pooled is None:
        return "not finished"
    seeds = len(row.pooled.ranks)
    return f"{seeds} seed{'s' * (seeds != 1)}"


def _told(row: TableRow, difference: Difference) -> str:
    sure = "" if difference.p is None else f", p {difference.p:.2g}"
    if row.pooled is not None and difference.seeds < len(row.pooled.ranks):
        sure += f", {difference.seeds} seed{'s' * (difference.seeds != 1)}"
    return f"minus {difference.other}{sure}"
