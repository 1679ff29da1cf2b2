"""Whether a recogniser is right as often as it says, bin by bin."""

from collections.abc import Sequence

from matplotlib.figure import Figure

from gspmc.data.canvas import PART_COLOURS, styled
from gspmc.evaluate.metrics import wilson_interval
from gspmc.evaluate.reliability import Bin, calibration_error
from gspmc.evaluate.tables import percent

_BAR = "#9ecae1"


@styled
def reliability_diagram(named: Sequence[tuple[str, Sequence[Bin]]], title: str = "") -> Figure:
    """A panel for each: accuracy over confidence, and below it how many clips each bin holds.

    Bars are the bins' accuracies with a Wilson 95 % interval, dots stand at their mean confidence;
    dots on the diagonal are well calibrated, below it too sure, above it too modest. The panels'
    titles give the expected calibration error over these bins.

    Args:
        named: name -> bins, at least one.
        title: stands above the figure.
    """
    figure = Figure(figsize=(3.6 * len(named), 4.4), layout="constrained")
    if title:
        figure.suptitle(title, x=0.01, ha="left")
    panels = figure.subplots(
        2, len(named), squeeze=False, sharex=True, sharey="row", height_ratios=(3, 1)
    )
    for column, (name, bins) in enumerate(named):
        upper, lower = panels[:, column]
        filled = [each for each in bins if each.clips]
        left = [each.low for each in filled]
        width = [each.high - each.low for each in filled]
        accuracy = [each.accuracy for each in filled]
        upper.bar(left, accuracy, width, align="edge", color=_BAR, edgecolor="white")
        for each in filled:
            interval = wilson_interval(round(each.accuracy * each.clips), each.clips)
            upper.plot((each.confidence, each.confidence), interval, color="black", linewidth=1)
        upper.plot([each.confidence for each in filled], accuracy, "o", color="black", markersize=4)
        upper.plot((0, 1), (0, 1), linestyle="--", color=PART_COLOURS["right_hand"])
        upper.set_title(f"{name}: ECE {percent(calibration_error(bins))} %")
        upper.set_xlim(0, 1)
        upper.set_ylim(0, 1.02)
        lower.bar(left, [each.clips for each in filled], width, align="edge", color="#666666")
        lower.set_xlabel(f"confidence ({len(bins)} bins)")
    panels[0, 0].set_ylabel("accuracy")
    panels[1, 0].set_ylabel("clips")
    return figure
