"""What the terminal shows of the metrics."""

from io import StringIO

import numpy as np
import pytest
from rich.console import Console

from gspmc.evaluate import Metrics, Scores, compute_metrics, metrics_table, print_metrics


@pytest.fixture
def metrics() -> Metrics:
    return compute_metrics(
        Scores(
            ids=np.array(list("abcdef")),
            labels=np.array([0, 0, 1, 2, 2, -1]),
            logits=np.array([[3, 0, 1], [0, 3, 1], [0, 3, 1], [0, 1, 3], [0, 1, 3], [1, 0, 0]]),
            classes=("book", "[bold]", "who"),
            signers=np.array(["[red]x", "y", "y", "y", "", "y"]),
            split="val",
        )
    )


def printed(metrics: Metrics) -> str:
    stream = StringIO()
    print_metrics(metrics, Console(file=stream, width=100))
    return stream.getvalue()


def test_print_shows_figures_in_percent_and_what_was_left_out(metrics: Metrics) -> None:
    shown = printed(metrics)
    assert "80.0" in shown  # 4 of 5
    assert "83.3" in shown  # class mean of 1/2, 1 and 1
    assert "100.0 (top-3)" in shown
    assert "1 clips were left out" in shown


def test_signers_stand_weakest_first_and_brackets_are_no_markup(metrics: Metrics) -> None:
    shown = printed(metrics)
    order = [shown.index(signer) for signer in ("y  ", "(unknown)", "[red]x")]
    assert order == sorted(order)


def test_one_row_a_named_result(metrics: Metrics) -> None:
    assert metrics_table([("joint", metrics), ("bone", metrics)]).row_count == 2
