"""The differences of a matrix as a forest plot: arm by arm, block by block."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from gspmc.data.canvas import PART_COLOURS, styled
from gspmc.experiments.ablation.comparison import Difference, TableRow
from gspmc.experiments.ablation.matrix import Matrix

_APART = 0.34
"""From the first to the last difference of an arm, in lines."""
_BASELINE: dict[str, Any] = {"marker": "o", "color": PART_COLOURS["left_hand"]}
_CONTROL: dict[str, Any] = {"marker": "s", "color": PART_COLOURS["right_hand"]}


def has_differences(rows: Sequence[TableRow]) -> bool:
    """Whether there is anything to draw."""
    return any(row.over_baseline or row.over_controls for row in rows)


@styled
def forest(matrix: Matrix, rows: Sequence[TableRow]) -> Figure:
    """A line an arm: its difference to the baseline and to its controls, with 95 % intervals.

    Beside a line stand the number of seeds and the p values of the table. An arm that is not
    finished keeps its line and says so; the baseline itself has none. A difference without an
    interval (too few signers) is a hollow mark.

    Args:
        rows: of `compare`; at least one with a difference.
    """
    shown = [row for row in rows if row.arm != matrix.baseline]
    figure = Figure(figsize=(8.4, 1.7 + 0.42 * len(shown)), layout="constrained")
    axes = figure.subplots()
    axes.axvline(0, color="#666666", linewidth=1)
    for place, row in enumerate(shown):
        drawn = [] if row.over_baseline is None else [(row.over_baseline, _BASELINE)]
        drawn += [(difference, _CONTROL) for difference in row.over_controls]
        for shift, (difference, style) in zip(_shifts(len(drawn)), drawn, strict=True):
            _draw(axes, place + shift, difference, style)
        axes.text(
            1.02, place, _told(row), transform=axes.get_yaxis_transform(), va="center", fontsize=8
        )
        if place and row.block != shown[place - 1].block:
            axes.axhline(place - 0.5, color="#cccccc", linewidth=0.8)
    for label, style, there in (
        (f"minus {matrix.baseline}", _BASELINE, any(row.over_baseline for row in shown)),
        ("minus its controls", _CONTROL, any(row.over_controls for row in shown)),
    ):
        if there:
            axes.plot([], [], linestyle="-", label=label, **style)
    axes.set_yticks(range(len(shown)), [_name(row) for row in shown])
    axes.set_ylim(len(shown) - 0.5, -0.5)
    axes.set_xlabel("difference of top-1 accuracy in points, with 95 % interval over signers")
    axes.set_title(f"{matrix.title} (split {matrix.split})")
    axes.grid(axis="x", color="#eeeeee")
    axes.set_axisbelow(True)
    figure.legend(loc="outside lower center", ncols=2, fontsize=8)
    return figure


def _shifts(count: int) -> list[float]:
    """Where an arm's differences stand about its line."""
    return [_APART * (number / (count - 1) - 0.5) if count > 1 else 0.0 for number in range(count)]


def _draw(axes: Axes, place: float, difference: Difference, style: dict[str, Any]) -> None:
    value, low, high = difference.top1
    sure = low is not None and high is not None
    if low is not None and high is not None:
        axes.plot((100 * low, 100 * high), (place, place), color=style["color"], linewidth=1.5)
    face = style["color"] if sure else "white"
    axes.plot(100 * value, place, markersize=5, markerfacecolor=face, linestyle="", **style)


def _name(row: TableRow) -> str:
    return f"{row.block}: {row.arm}" if row.block else row.arm


def _told(row: TableRow) -> str:
    if row.pooled is None:
        return "not finished"
    seeds = len(row.pooled.ranks)
    told = [f"{seeds} seed{'s' * (seeds != 1)}"]
    named = [("baseline", row.over_baseline)] if row.over_baseline else []
    named += [(difference.other, difference) for difference in row.over_controls]
    for name, difference in named:
        if difference.p is not None:
            fewer = f", {difference.seeds} of them" if difference.seeds < seeds else ""
            told.append(f"p {difference.p:.2g} ({name}{fewer})")
    return ", ".join(told)
