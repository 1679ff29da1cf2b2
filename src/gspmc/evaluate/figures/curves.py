"""How every term of the loss and the accuracy went, epoch by epoch."""

from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from gspmc.data.canvas import PART_COLOURS, styled
from gspmc.errors import GspmcError
from gspmc.evaluate.tables import percent

_PART = "part/"
_ACCURACIES = {"top1": "top-1", "top5": "top-5", "class_mean": "class mean"}
_LOSS_STYLES: dict[str, dict[str, Any]] = {
    "total": {"color": "black", "linewidth": 2.0},
    "ce": {"color": "black", "linestyle": "--"},
    "text": {"color": "#7a5195", "linewidth": 2.0},
    "refined": {"color": "#7a5195", "linestyle": "--"},
    "synonym": {"color": "#7a5195", "linestyle": ":"},
    **{f"{_PART}{part}": {"color": colour} for part, colour in PART_COLOURS.items()},
}
_NOT_LOSSES = {"epoch", "step", "lr", "seconds", "clips_per_second"}


@styled
def training_curves(history: Sequence[Mapping[str, float]], title: str = "") -> Figure:
    """Losses by term, accuracies and learning rate over the epochs.

    Args:
        history: one mapping an epoch. "epoch" is the axis; "<split>/top1", "<split>/top5" and
            "<split>/class_mean" are accuracies as fractions of one; "lr" is the learning rate;
            "step", "seconds" and "clips_per_second" are passed over; every other name without a
            slash, and "part/<name>", is a loss term. A name may be absent from some epochs.
        title: stands above the figure.

    Returns:
        a panel each for losses, accuracies and learning rate, as far as the history has them.

    Raises:
        GspmcError: the history is empty or an epoch has no "epoch".
    """
    if not history or any("epoch" not in row for row in history):
        raise GspmcError("no training curves without epochs: the log is empty or not a training's")
    names = list(dict.fromkeys(name for row in history for name in row))
    losses = [
        name
        for name in names
        if name not in _NOT_LOSSES and ("/" not in name or name.startswith(_PART))
    ]
    accuracies = [name for name in names if name.rpartition("/")[2] in _ACCURACIES and "/" in name]
    rates = [name for name in names if name == "lr"]
    panels = [panel for panel in (losses, accuracies, rates) if panel]

    figure = Figure(figsize=(4.6 * max(1, len(panels)), 3.6), layout="constrained")
    if title:
        figure.suptitle(title, x=0.01, ha="left")
    for axes, panel in zip(
        figure.subplots(1, len(panels), squeeze=False)[0], panels, strict=True
    ):  # one row of axes
        if panel is losses:
            _draw_losses(axes, history, losses)
        elif panel is accuracies:
            _draw_accuracies(axes, history, accuracies)
        else:
            _draw(axes, history, "lr", color="black")
            axes.set_title("Learning rate")
        axes.set_xlabel("epoch")
        axes.xaxis.set_major_locator(MaxNLocator(integer=True, steps=[1, 2, 5, 10]))
    return figure


def _draw(axes: Axes, history: Sequence[Mapping[str, float]], name: str, **style: Any) -> None:
    rows = [row for row in history if name in row]
    marker = "o" if len(rows) == 1 else ""  # a single epoch makes no line
    axes.plot([row["epoch"] for row in rows], [row[name] for row in rows], marker=marker, **style)


def _draw_losses(axes: Axes, history: Sequence[Mapping[str, float]], names: list[str]) -> None:
    known = [name for name in _LOSS_STYLES if name in names]
    for name in known + [name for name in names if name not in _LOSS_STYLES]:
        label = name.removeprefix(_PART).replace("_", " ")
        _draw(axes, history, name, label=label, **_LOSS_STYLES.get(name, {}))
    axes.set_title("Loss by term")
    axes.set_ylim(bottom=0)
    axes.legend(fontsize=7, ncols=2)


def _draw_accuracies(axes: Axes, history: Sequence[Mapping[str, float]], names: list[str]) -> None:
    styles = {"top1": "-", "top5": "--", "class_mean": ":"}
    splits = list(dict.fromkeys(name.rpartition("/")[0] for name in names))
    for name in names:
        split, _, kind = name.rpartition("/")
        colour = ("black", "#0072b2", "#d55e00")[splits.index(split) % 3]
        last = next(row[name] for row in reversed(history) if name in row)
        _draw(
            axes,
            history,
            name,
            label=f"{split} {_ACCURACIES[kind]} (last {percent(last)} %)",
            color=colour,
            linestyle=styles[kind],
        )
    axes.set_title("Accuracy")
    axes.set_ylim(0, 1.02)
    axes.legend(fontsize=7, loc="lower right")
