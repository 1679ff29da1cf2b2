"""Accuracies as tables for the terminal."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from gspmc.evaluate.metrics import Metrics, SignerRow

UNKNOWN_SIGNER = "(unknown)"


def percent(share: float) -> str:
    """0.745 → "74.5"."""
    return f"{100 * share:.1f}"


def metrics_table(named: Sequence[tuple[str, Metrics]]) -> Table:
    """One row a model or split, under its name: clips, top-1 with its interval, top-5, class mean.

    Where the rows differ in what top-5 means (fewer than five classes), the cell says so.
    """
    table = Table(title="Accuracy (%)", title_justify="left")
    table.add_column("")
    for column in ("clips", "top-1", "95 % interval", "top-5", "class mean", "left out"):
        table.add_column(column, justify="right")
    for name, metrics in named:
        low, high = metrics.top1_interval
        top5 = percent(metrics.top5) + (f" (top-{metrics.k})" if metrics.k < 5 else "")
        table.add_row(
            Text(name),  # a name may hold brackets, which a plain string would take for markup
            str(metrics.count),
            percent(metrics.top1),
            f"{percent(low)}–{percent(high)}",
            top5,
            percent(metrics.class_mean),
            str(metrics.excluded),
        )
    return table


def signer_table(rows: Sequence[SignerRow]) -> Table:
    """One row a signer, the weakest first."""
    table = Table(title="Top-1 by signer (%)", title_justify="left")
    table.add_column("signer")
    table.add_column("clips", justify="right")
    table.add_column("top-1", justify="right")
    for row in sorted(rows, key=lambda row: (row.top1, row.signer)):
        table.add_row(Text(row.signer or UNKNOWN_SIGNER), str(row.clips), percent(row.top1))
    return table


def print_metrics(metrics: Metrics, console: Console | None = None) -> None:
    """Print both tables, and what was left out and why."""
    console = console or Console()
    console.print(metrics_table([(metrics.split, metrics)]))
    console.print(signer_table(metrics.per_signer))
    if metrics.excluded:
        console.print(
            f"{metrics.excluded} clips were left out: the model does not know their class."
        )
