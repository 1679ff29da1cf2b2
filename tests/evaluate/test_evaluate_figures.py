"""Figures hold what they should, and can be saved."""

from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from gspmc.errors import GspmcError
from gspmc.evaluate import Scores, compute_metrics
from gspmc.evaluate.figures import (
    accuracy_by_signer,
    confusion_of_hardest,
    hardest_pairs,
    save_figure,
    training_curves,
)

HISTORY: list[dict[str, float]] = [
    {
        "epoch": epoch,
        "total": 2.0 / epoch,
        "ce": 1.0 / epoch,
        "refined": 1.0,
        "part/left_hand": 1.5,
        "other": 0.3,
        "lr": 0.1,
        "seconds": 3.0,
    }
    | ({"val/top1": 0.5, "val/class_mean": 0.4} if epoch == 4 else {})
    for epoch in range(1, 5)
]


def confused(wrong: dict[tuple[int, int], int], right: int = 3, classes: int = 5) -> Scores:
    """Scores in which so many clips of one class were taken for another, `right` a class not."""
    counts = {(index, index): right for index in range(classes)} | wrong
    pairs = [pair for pair, count in counts.items() for _ in range(count)]
    logits = np.zeros((len(pairs), classes), dtype=np.float32)
    logits[np.arange(len(pairs)), [answer for _, answer in pairs]] = 1
    return Scores(
        ids=np.array([str(index) for index in range(len(pairs))]),
        labels=np.array([truth for truth, _ in pairs]),
        logits=logits,
        classes=("book", "drink", "cost $5 or $6", "who", "where")[:classes],
        signers=np.array([f"s{index % 4}" for index in range(len(pairs))]),
        split="val",
    )


def assert_png(figure: Figure, path: Path) -> None:
    save_figure(figure, path, dpi=40)
    assert path.read_bytes().startswith(b"\x89PNG")


def legend_texts(figure: Figure, panel: int) -> list[str]:
    legend = figure.axes[panel].get_legend()
    assert legend is not None
    return [text.get_text() for text in legend.get_texts()]


def test_curves_have_a_line_a_term_and_a_panel_a_kind(tmp_path: Path) -> None:
    figure = training_curves(HISTORY, "joint")
    assert len(figure.axes) == 3
    assert legend_texts(figure, 0) == ["total", "ce", "refined", "left hand", "other"]
    assert legend_texts(figure, 1) == ["val top-1 (last 50.0 %)", "val class mean (last 40.0 %)"]
    total = np.asarray(figure.axes[0].lines[0].get_xydata())
    assert total.tolist() == [[1, 2], [2, 1], [3, 2 / 3], [4, 0.5]]
    accuracy = figure.axes[1].lines[0]
    assert np.asarray(accuracy.get_xdata()).tolist() == [4]
    assert accuracy.get_marker() == "o"  # one point alone would draw no line
    assert_png(figure, tmp_path / "curves.png")


def test_curves_of_losses_alone_are_one_panel() -> None:
    assert len(training_curves([{"epoch": 1, "total": 1.0}]).axes) == 1


@pytest.mark.parametrize("history", [[], [{"total": 1.0}]])
def test_curves_of_no_epochs_are_refused(history: list[dict[str, float]]) -> None:
    with pytest.raises(GspmcError, match="no training curves"):
        training_curves(history)


def test_signers_have_a_bar_each_with_their_number_of_clips(tmp_path: Path) -> None:
    metrics = compute_metrics(confused({(0, 1): 2}))
    figure = accuracy_by_signer(metrics)
    (axes,) = figure.axes
    assert len(axes.patches) == 4
    assert [text.get_text() for text in axes.texts] == [
        f"n = {row.clips}"
        for row in sorted(metrics.per_signer, key=lambda row: (row.top1, row.signer))
    ]
    assert [bar.get_width() for bar in axes.patches if isinstance(bar, Rectangle)] == sorted(
        row.top1 for row in metrics.per_signer
    )
    assert_png(figure, tmp_path / "signers.png")


def test_of_many_signers_those_with_most_clips_are_drawn_and_it_says_so() -> None:
    metrics = compute_metrics(confused({(0, 1): 2}))  # 17 clips: s0 has five, the others four
    (axes,) = accuracy_by_signer(metrics, most=1).axes
    assert [label.get_text() for label in axes.get_yticklabels()] == ["s0"]
    assert "1 of 4 signers" in axes.get_title(loc="left")


def test_hardest_pairs_count_both_directions() -> None:
    pairs = hardest_pairs(confused({(0, 1): 2, (1, 0): 1, (3, 2): 2, (4, 3): 1}), most=2)
    assert [tuple(pair) for pair in pairs] == [
        ("book", "drink", 2, 1, 5, 4),
        ("cost $5 or $6", "who", 0, 2, 3, 5),
    ]
    assert pairs[0].errors == 3


def test_of_equally_wrong_pairs_the_rarer_stands_first() -> None:
    scores = confused({(0, 1): 1, (2, 3): 1, (0, 0): 9})
    assert [pair.first for pair in hardest_pairs(scores)] == ["cost $5 or $6", "book"]


def test_unknown_classes_are_no_confusion() -> None:
    scores = confused({(-1, 1): 4})
    assert hardest_pairs(scores) == []


def test_heat_map_holds_the_counts_of_the_hardest_and_the_rest(tmp_path: Path) -> None:
    figure = confusion_of_hardest(confused({(0, 1): 2, (0, 4): 1, (1, 0): 1}), pairs=1)
    shares = np.asarray(figure.axes[0].images[0].get_array())
    np.testing.assert_allclose(shares, [[3 / 6, 2 / 6, 1 / 6], [1 / 4, 3 / 4, 0]])
    assert [text.get_text() for text in figure.axes[0].texts] == ["3", "2", "1", "1", "3"]
    rows = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert rows == ["book  (n = 6)", "drink  (n = 4)"]
    assert_png(figure, tmp_path / "confusion.png")


def test_a_label_with_dollar_signs_is_drawn_as_it_stands(tmp_path: Path) -> None:
    assert_png(confusion_of_hardest(confused({(2, 3): 1})), tmp_path / "confusion.png")


def test_without_errors_the_figure_says_so(tmp_path: Path) -> None:
    figure = confusion_of_hardest(confused({}))
    assert figure.axes == []
    assert "No clip" in figure.texts[0].get_text()
    assert_png(figure, tmp_path / "confusion.png")
