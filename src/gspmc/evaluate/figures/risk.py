"""What rejecting doubtful answers buys."""

from collections.abc import Sequence

from matplotlib.figure import Figure

from gspmc.data.canvas import PART_COLOURS, styled
from gspmc.evaluate.selective import RiskCoverage
from gspmc.evaluate.tables import percent

_COLOURS = ("black", PART_COLOURS["left_hand"], PART_COLOURS["mouth"], PART_COLOURS["face"])


@styled
def risk_coverage_curves(
    named: Sequence[tuple[str, RiskCoverage]],
    error: float | None = None,
    accepted: float | None = None,
) -> Figure:
    """Share of wrong answers among those given, over the share of clips that get one.

    Args:
        named: name -> curve.
        error: share of wrong answers that was asked for, drawn as a level.
        accepted: share of clips that the chosen threshold accepts, drawn as an upright line.
    """
    figure = Figure(figsize=(5.2, 3.8), layout="constrained")
    axes = figure.subplots()
    for number, (name, curve) in enumerate(named):
        axes.plot(
            curve.coverage,
            curve.risk,
            color=_COLOURS[number % len(_COLOURS)],
            label=f"{name} (area {curve.area:.3f})",
        )
    if error is not None:
        axes.axhline(
            error,
            color=PART_COLOURS["right_hand"],
            linestyle="--",
            label=f"asked for: {percent(error)} % wrong",
        )
    if accepted is not None:
        axes.axvline(
            accepted,
            color=PART_COLOURS["body"],
            linestyle=":",
            label=f"threshold: {percent(accepted)} % answered",
        )
    axes.set_xlim(0, 1.01)
    axes.set_ylim(bottom=0)
    axes.set_xlabel("share of clips that get an answer, the surest first")
    axes.set_ylabel("share of wrong answers")
    axes.set_title("Risk and coverage")
    axes.legend(fontsize=7, loc="upper left")
    return figure
