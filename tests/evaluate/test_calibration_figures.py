"""Figures of a calibration hold its numbers, and can be saved."""

from pathlib import Path

import numpy as np
import pytest
from tests.scored import drawn_scores

from gspmc.evaluate.calibrate import Judged
from gspmc.evaluate.figures import reliability_diagram, risk_coverage_curves, save_figure
from gspmc.evaluate.reliability import calibration_error

SURE = Judged(drawn_scores(200, scale=3.0))
MENDED = Judged(drawn_scores(200, scale=3.0), 3.0)


def test_a_panel_for_each_with_its_error(tmp_path: Path) -> None:
    figure = reliability_diagram([("as it is", SURE.bins), ("$mended$", MENDED.bins)], "val")
    assert len(figure.axes) == 4
    for axes, name, bins in (
        (figure.axes[0], "as it is", SURE.bins),
        (figure.axes[1], "$mended$", MENDED.bins),
    ):
        filled = [each for each in bins if each.clips]
        assert axes.get_title(loc="left") == f"{name}: ECE {100 * calibration_error(bins):.1f} %"
        assert [bar.get_height() for bar in axes.patches] == [each.accuracy for each in filled]  # type: ignore[attr-defined]
        dots = np.asarray(axes.lines[len(filled)].get_xydata())
        assert dots == pytest.approx(np.array([(e.confidence, e.accuracy) for e in filled]))
    counts = [bar.get_height() for bar in figure.axes[2].patches]  # type: ignore[attr-defined]
    assert sum(counts) == 200
    save_figure(figure, tmp_path / "reliability.png", dpi=40)
    assert (tmp_path / "reliability.png").read_bytes().startswith(b"\x89PNG")


def test_curves_with_wish_and_threshold(tmp_path: Path) -> None:
    figure = risk_coverage_curves([("val", SURE.curve), ("test", MENDED.curve)], 0.05, 0.4)
    (axes,) = figure.axes
    first, second, wish, threshold = axes.lines
    assert np.asarray(first.get_ydata()).tolist() == SURE.curve.risk.tolist()
    assert np.asarray(second.get_xdata()).tolist() == MENDED.curve.coverage.tolist()
    assert set(np.asarray(wish.get_ydata()).tolist()) == {0.05}
    assert set(np.asarray(threshold.get_xdata()).tolist()) == {0.4}
    assert f"val (area {SURE.curve.area:.3f})" in [
        t.get_text() for t in axes.get_legend().get_texts()
    ]
    save_figure(figure, tmp_path / "risk.png", dpi=40)
    assert len(risk_coverage_curves([("val", SURE.curve)]).axes[0].lines) == 1
