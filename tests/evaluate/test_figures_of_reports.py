"""What figures of a report draw, told from their data."""

import numpy as np
import pytest
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure

from gspmc.data.windows import ClipWindows
from gspmc.evaluate.figures.bars import accuracy_bars
from gspmc.evaluate.figures.classwise import class_gain_figure, most_changed
from gspmc.evaluate.figures.joints import joint_importance
from gspmc.evaluate.grouped import GroupRow, together
from gspmc.evaluate.mean_skeleton import mean_panels
from gspmc.evaluate.metrics import wilson_interval
from gspmc.evaluate.paired import ClassGain
from gspmc.skeleton import get_layout

GAINS = [
    ClassGain("book", 4, 1.0, 0.25, 3, 0),
    ClassGain("cost $5", 2, 1.0, 0.5, 1, 0),
    ClassGain("who", 9, 0.5, 0.5, 1, 1),
    ClassGain("dog", 5, 0.2, 0.4, 0, 1),
]


def ticks(figure: Figure) -> list[str]:
    return [label.get_text() for label in figure.axes[0].get_yticklabels()]


def test_bars_have_interval_and_count() -> None:
    rows = [GroupRow("short", 8, 6), GroupRow("long", 4, 0)]
    (axes,) = accuracy_bars(rows, together(rows), "By length").axes
    assert [bar.get_width() for bar in axes.patches] == [0.75, 0.0]  # type: ignore[attr-defined]
    assert [text.get_text() for text in axes.texts] == ["n = 8", "n = 4"]
    drawn = [tuple(line.get_xdata()) for line in axes.lines[:2]]
    assert drawn == [wilson_interval(6, 8), wilson_interval(0, 4)]
    assert axes.lines[2].get_label() == "all 12 clips: 50.0 %"
    assert axes.get_ylim()[0] > axes.get_ylim()[1]  # the first row is on top


def test_gains_run_from_the_baseline_to_the_run() -> None:
    figure = class_gain_figure(GAINS, "texts", "plain")
    (axes,) = figure.axes
    assert ticks(figure) == ["book", "cost $5", "dog"]
    assert [text.get_text() for text in axes.texts] == [
        "n = 4, +3 −0",
        "n = 2, +1 −0",
        "n = 5, +0 −1",
    ]
    assert axes.get_title(loc="left") == "4 classes: 2 better, 1 worse, 1 equal"
    lines = [tuple(line.get_xdata()) for line in axes.lines if len(line.get_xdata()) == 2]
    assert lines == [(0.25, 1.0), (0.5, 1.0), (0.4, 0.2)]


def test_of_many_the_greatest_gains_and_losses_are_drawn() -> None:
    assert most_changed(GAINS, 1) == [GAINS[0], GAINS[3]]


def test_without_a_change_the_figure_says_so() -> None:
    figure = class_gain_figure([GAINS[2]], "texts", "plain")
    assert figure.axes == []
    assert figure.texts[0].get_text() == "1 classes: 0 better, 0 worse, 1 equal."


def points_of(figure: Figure) -> list[PathCollection]:
    return [
        collection
        for axes in figure.axes
        for collection in axes.collections
        if isinstance(collection, PathCollection)
    ]


@pytest.mark.parametrize(("name", "panels"), [("hands42", 2), ("kinect20", 1), ("gsp87", 4)])
def test_run_and_baseline_are_drawn_on_one_scale(name: str, panels: int) -> None:
    layout = get_layout(name)
    clip = (
        np.random.default_rng(0)
        .normal(size=(2, layout.num_joints, len(layout.channels)))
        .astype("f4")
    )
    own = np.linspace(-0.5, 2, layout.num_joints)
    found = {"run": own, "base": own / 4}
    windows = ClipWindows([clip], [0], layout, 4)
    figure = joint_importance(found, mean_panels(windows), layout)
    drawn = points_of(figure)
    assert len(drawn) == 2 * panels
    assert all(points.get_clim() == (-2, 2) for points in drawn)
    for half, values in ((drawn[:panels], own), (drawn[panels:], own / 4)):
        shown = np.concatenate([np.asarray(points.get_array()) for points in half])
        np.testing.assert_allclose(np.sort(shown), np.sort(values))


def test_joints_that_were_never_seen_are_left_out() -> None:
    layout = get_layout("kinect20")
    clip = np.ones((2, 20, 4), dtype=np.float32)
    clip[:, 3] = 0
    windows = ClipWindows([clip], [0], layout, 4)
    figure = joint_importance({"run": np.zeros(20)}, mean_panels(windows), layout)
    assert [len(np.asarray(points.get_array())) for points in points_of(figure)] == [19]
