"""Whom the model understands, and whom less."""

from matplotlib.figure import Figure

from gspmc.data.canvas import PART_COLOURS, styled
from gspmc.evaluate.metrics import Metrics, wilson_interval
from gspmc.evaluate.tables import UNKNOWN_SIGNER, percent

_BAR = "#9ecae1"
"""Light enough for the interval to be seen on it."""


@styled
def accuracy_by_signer(metrics: Metrics, most: int = 40) -> Figure:
    """A bar a signer, the weakest on top, with the number of clips and a Wilson 95 % interval.

    Args:
        metrics: of one split.
        most: with more signers, those with the most clips are drawn and the title says so.
    """
    rows = sorted(metrics.per_signer, key=lambda row: -row.clips)[:most]
    rows.sort(key=lambda row: (-row.top1, row.signer))
    names = [row.signer or UNKNOWN_SIGNER for row in rows]

    figure = Figure(figsize=(6.4, 1.3 + 0.24 * len(rows)), layout="constrained")
    axes = figure.subplots()
    axes.barh(range(len(rows)), [row.top1 for row in rows], color=_BAR)
    for position, row in enumerate(rows):
        interval = wilson_interval(round(row.top1 * row.clips), row.clips)
        axes.plot(interval, (position, position), color="black", linewidth=1)
        axes.text(1.02, position, f"n = {row.clips}", va="center", fontsize=8)
    axes.axvline(
        metrics.top1,
        color=PART_COLOURS["right_hand"],
        linestyle="--",
        label=f"all {metrics.count} clips: {percent(metrics.top1)} %",
    )
    axes.set_yticks(range(len(rows)), names)
    axes.set_ylim(-0.6, len(rows) - 0.4)
    axes.set_xlim(0, 1)
    axes.set_xlabel("top-1 accuracy, with 95 % interval")
    left_out = len(metrics.per_signer) - len(rows)
    which = f"{len(rows)} of {len(metrics.per_signer)} signers, those with most clips; "
    axes.set_title(f"Accuracy by signer ({which if left_out else ''}split {metrics.split})")
    figure.legend(loc="outside lower right", fontsize=8)
    return figure
