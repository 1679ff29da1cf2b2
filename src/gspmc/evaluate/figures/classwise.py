"""Which signs a model knows better than its baseline, and which worse (2505.02304, fig. 6)."""

from collections.abc import Sequence

from matplotlib.figure import Figure

from gspmc.data.canvas import PART_COLOURS, styled
from gspmc.evaluate.paired import ClassGain

_GAIN, _LOSS, _BASELINE = PART_COLOURS["face"], PART_COLOURS["right_hand"], "#999999"
DRAWN = 15
"""Gains that are drawn, and losses."""


def most_changed(gains: Sequence[ClassGain], most: int) -> list[ClassGain]:
    """The `most` greatest gains and the `most` greatest losses, greatest gain first.

    Args:
        gains: greatest gain first; classes without a change are left out.
    """
    rising = [gain for gain in gains if gain.gain > 0][:most]
    falling = [gain for gain in gains if gain.gain < 0][-most:]
    return rising + falling


@styled
def class_gain_figure(gains: Sequence[ClassGain], own: str, baseline: str) -> Figure:
    """A line a class from the baseline's accuracy to the model's, greatest gain on top.

    Beside each stand its number of clips and how many of them were won and lost; the title counts
    all classes, those that are not drawn too.

    Args:
        gains: of `class_gains`.
        own, baseline: the models' names.
    """
    drawn = most_changed(gains, DRAWN)
    better, worse = (sum(sign * gain.gain > 0 for gain in gains) for sign in (1, -1))
    title = (
        f"{len(gains)} classes: {better} better, {worse} worse, {len(gains) - better - worse} equal"
    )
    if not drawn:
        figure = Figure(figsize=(6.4, 1.2))
        figure.text(0.5, 0.5, f"{title}.", ha="center", va="center")
        return figure
    figure = Figure(figsize=(7.2, 1.4 + 0.23 * len(drawn)), layout="constrained")
    axes = figure.subplots()
    for place, gain in enumerate(drawn):
        colour = _GAIN if gain.gain > 0 else _LOSS
        axes.plot((gain.baseline, gain.own), (place, place), color=colour, linewidth=2)
        axes.plot(gain.baseline, place, marker="o", color=_BASELINE, markersize=5)
        axes.plot(gain.own, place, marker="D", color=colour, markersize=5)
        axes.text(
            1.04, place, f"n = {gain.clips}, +{gain.won} −{gain.lost}", va="center", fontsize=8
        )
    axes.plot([], [], marker="o", color=_BASELINE, linestyle="", label=baseline)
    axes.plot([], [], marker="D", color=_GAIN, linestyle="", label=f"{own}, better")
    axes.plot([], [], marker="D", color=_LOSS, linestyle="", label=f"{own}, worse")
    axes.set_yticks(range(len(drawn)), [gain.label for gain in drawn])
    axes.set_ylim(len(drawn) - 0.4, -0.6)
    axes.set_xlim(-0.03, 1.03)
    axes.set_xlabel("top-1 accuracy of the class; beside it its clips, those won and those lost")
    axes.set_title(title)
    axes.grid(axis="y", color="#eeeeee")
    axes.set_axisbelow(True)
    figure.legend(loc="outside lower center", ncols=3, fontsize=8)
    return figure
