"""The differences of a matrix as a forest plot: arm by arm, block by block."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from gspmc.data.canvas import PART_COLOURS, styled
from gspmc.experiments.ablation.comparison import Difference, TableRow
from gspmc.experiments.ablation.matrix import Matrix

_OFFSET = 0.17
_STYLES: dict[str, dict[str, Any]] = {
    "over_baseline": {"marker": "o", "color": PART_COLOURS["left_hand"]},
    "over_control": {"marker": "s", "color": PART_COLOURS["right_hand"]},
}


def has_differences(rows: Sequence[TableRow]) -> bool:
    """Whether there is anything to draw."""
    return any(row.over_baseline or row.over_control for row in rows)


@styled
def forest(matrix: Matrix, rows: Sequence[TableRow]) -> Figure:
    """A line an arm: its difference to the baseline and to its control, with 95 % intervals.

    Beside a line stand the number of seeds and the p values of the table. An arm that is not
    finished keeps its line and says so; the baseline itself has none. A difference without an
    interval (a single signer) is a hollow mark.

    Args:
        rows: of `compare`; at least one with a difference.
    """
    shown = [row for row in rows if row.arm != matrix.baseline]
    figure = Figure(figsize=(8.4, 1.7 + 0.42 * len(shown)), layout="constrained")
    axes = figure.subplots()
    axes.axvline(0, color="#666666", linewidth=1)
    for place, row in enumerate(shown):
        both = row.over_baseline is not None and row.over_control is not None
        for name, style in _STYLES.items():
            shift = _OFFSET * ((name == "over_control") - (name == "over_baseline")) * both
            difference: Difference | None = getattr(row, name)
            if difference is not None:
                _draw(axes, place + shift, difference, style)
        axes.text(
            1.02, place, _told(row), transform=axes.get_yaxis_transform(), va="center", fontsize=8
        )
        if place and row.block != shown[place - 1].block:
            axes.axhline(place - 0.5, color="#cccccc", linewidth=0.8)
    for name, label in (
        ("over_baseline", f"minus {matrix.baseline}"),
        ("over_control", "minus its control"),
    ):
        if any(getattr(row, name) for row in shown):
            axes.plot([], [], linestyle="-", label=label, **_STYLES[name])
    axes.set_yticks(range(len(shown)), [_name(row) for row in shown])
    axes.set_ylim(len(shown) - 0.5, -0.5)
    axes.set_xlabel("difference of top-1 accuracy in points, with 95 % interval over signers")
    axes.set_title(f"{matrix.title} (split {matrix.split})")
    axes.grid(axis="x", color="#eeeeee")
    axes.set_axisbelow(True)
    figure.legend(loc="outside lower center", ncols=2, fontsize=8)
    return figure


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
    for name, difference in (("baseline", row.over_baseline), ("control", row.over_control)):
        if difference is not None and difference.p is not None:
            fewer = f", {difference.seeds} of them" if difference.seeds < seeds else ""
            told.append(f"p {difference.p:.2g} ({name}{fewer})")
    return ", ".join(told)
