"""The forest plot holds the differences of the table."""

import numpy as np
import pytest
from matplotlib.axes import Axes

from gspmc.experiments.ablation.comparison import Difference, Pooled, TableRow
from gspmc.experiments.ablation.forest import forest, has_differences
from gspmc.experiments.ablation.matrix import Arm, Matrix, Settings
from gspmc.experiments.ablation.statistics import Estimate
from gspmc.experiments.ablation.table import markdown

MATRIX = Matrix(
    title="Texts",
    recipe="r.yaml",
    clips="store",
    seeds=[0, 1],
    arms=[Arm(name="plain"), Arm(name="texts", control="shuffled"), Arm(name="shuffled")],
    blocks=[Settings(name="few"), Settings(name="all")],
    baseline="plain",
)
POOLED = Pooled(
    {0: np.array([0, 1]), 1: np.array([0, 0])}, ("f",), np.array(["a", "b"]), np.array(["", ""]), 9
)
ROWS = [
    TableRow("few", "plain", 0, POOLED),
    TableRow(
        "few",
        "texts",
        0,
        POOLED,
        Difference("plain", Estimate(0.05, 0.01, 0.08), 0.02, 2, 9),
        (Difference("shuffled", Estimate(0.03, -0.01, 0.06), 0.3, 1, 9),),
    ),
    TableRow(
        "all", "texts", 0, POOLED, Difference("plain", Estimate(-0.02, None, None), None, 2, 1)
    ),
    TableRow("all", "shuffled", 2, None),
]


def marks(axes: Axes) -> dict[tuple[str, float], tuple[float, str]]:
    """(marker, line) -> value and how it is filled."""
    return {
        (str(line.get_marker()), float(np.asarray(line.get_ydata())[0])): (
            float(np.asarray(line.get_xdata())[0]),
            str(line.get_markerfacecolor()),
        )
        for line in axes.lines
        if line.get_linestyle() == "None"
    }


def test_every_difference_with_its_interval() -> None:
    (axes,) = forest(MATRIX, ROWS).axes
    names = [" ".join(label.get_text().split()) for label in axes.get_yticklabels()]
    assert names == [  # the baseline has no line
        "few: texts (2 seeds)",
        "all: texts (2 seeds)",
        "all: shuffled",
    ]
    told = [text.get_text() for text in axes.texts]
    assert told == [
        "minus plain, p 0.02",
        "minus shuffled, p 0.3, 1 seed",
        "minus plain",
        "not finished",
    ]
    found = marks(axes)
    assert found[("o", 0)][0] == pytest.approx(5)
    assert found[("s", 1)][0] == pytest.approx(3)
    assert found[("o", 2.5)] == (pytest.approx(-2), "white")  # no interval: hollow
    assert len(found) == 3
    intervals = [
        tuple(np.asarray(line.get_xdata()))
        for line in axes.lines
        if line.get_linewidth() == 1.5 and len(np.asarray(line.get_xdata())) == 2
    ]
    assert [interval for interval in intervals if interval[0] != 0] == [
        pytest.approx((1, 8)),
        pytest.approx((-1, 6)),
    ]


def test_a_matrix_without_baseline_has_nothing_to_draw() -> None:
    assert has_differences(ROWS)
    assert not has_differences([ROWS[0], ROWS[3]])


def test_the_markdown_shows_the_figure_beside_it() -> None:
    assert "![Differences" not in markdown(MATRIX, ROWS, [], "gspmc ablate")
    assert "](my%20matrix.png)" in markdown(MATRIX, ROWS, [], "gspmc ablate", "my matrix.png")
