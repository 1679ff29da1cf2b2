"""Accuracies as bars with their intervals and numbers of clips."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.figure import Figure

from gspmc.data.canvas import PART_COLOURS, styled
from gspmc.evaluate.grouped import GroupRow
from gspmc.evaluate.tables import percent

_BAR = "#9ecae1"
"""Light enough for the interval to be seen on it."""


@styled
def accuracy_bars(rows: Sequence[GroupRow], total: GroupRow, title: str) -> Figure:
    """A bar a group, first row on top, with the number of clips and a Wilson 95 % interval.

    Args:
        rows: at least one.
        total: all clips, a dashed line.
        title: stands above.
    """
    figure = Figure(figsize=(6.4, 1.3 + 0.24 * len(rows)), layout="constrained")
    axes = figure.subplots()
    axes.barh(range(len(rows)), [row.top1 for row in rows], color=_BAR)
    for position, row in enumerate(rows):
        axes.plot(row.interval, (position, position), color="black", linewidth=1)
        axes.text(1.02, position, f"n = {row.clips}", va="center", fontsize=8)
    axes.axvline(
        total.top1,
        color=PART_COLOURS["right_hand"],
        linestyle="--",
        label=f"all {total.clips} clips: {percent(total.top1)} %",
    )
    axes.set_yticks(range(len(rows)), [row.name for row in rows])
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_xlim(0, 1)
    axes.set_xlabel("top-1 accuracy, with 95 % interval")
    axes.set_title(title)
    figure.legend(loc="outside lower right", fontsize=8)
    return figure
