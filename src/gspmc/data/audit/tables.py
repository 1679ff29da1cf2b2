"""The audit as tables for the terminal."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from gspmc.data.audit.duplicates import Pair
from gspmc.data.audit.report import AuditReport

_COLOURS = {"ok": "green", "warning": "yellow", "leak": "bold red"}
PRINTED = 15
"""Pairs that are printed, those across splits and then the nearest first."""


def print_audit(report: AuditReport, console: Console | None = None) -> None:
    """Print a line for each question, then the suspicious pairs, some of them where there are many.

    Args:
        report: of `audit`.
        console: where to; by default the terminal.
    """
    console = console or Console()
    table = Table(title=f"Audit of {len(report.store):,} clips", title_justify="left")
    for column in ("question", "verdict", "answer"):
        table.add_column(column)
    for check in report.checks:
        verdict = Text(check.verdict, style=_COLOURS[check.verdict])
        table.add_row(check.name, verdict, Text(check.text))
    console.print(table)
    if report.pairs:
        console.print(_pair_table(report))


def worst_first(report: AuditReport) -> list[Pair]:
    """Pairs across splits before others, then under two labels, then the nearest."""
    split, label = report.column("split"), report.column("label")
    return sorted(
        report.pairs,
        key=lambda pair: (
            split[pair.first] == split[pair.second],
            label[pair.first] == label[pair.second],
            pair.distance,
        ),
    )


def how(pair: Pair) -> str:
    """What was done to the second clip, in words."""
    if pair.kind == "exact":
        return "exact"
    said = ["mirrored"] if pair.mirrored else []
    if abs(pair.tempo - 1) > 0.03:
        said.append(f"{pair.tempo:.2f} times as fast")
    if abs(pair.offset) >= 0.04:
        said.append(f"{pair.offset:+.2f} s")
    if pair.overlap < 0.95:
        said.append(f"{100 * pair.overlap:.0f} % common")
    return ", ".join(said) or "same time"


def _pair_table(report: AuditReport) -> Table:
    columns = {name: report.column(name) for name in ("id", "label", "signer", "split")}
    table = Table(title="Copies, those across splits first", title_justify="left")
    for column in ("distance", "how", "clip", "label", "signer", "split"):
        table.add_column(column, justify="right" if column == "distance" else "left")
    for pair in worst_first(report)[:PRINTED]:
        cells = [
            Text("\n".join(values[row] or "(unknown)" for row in (pair.first, pair.second)))
            for values in columns.values()
        ]
        table.add_row(f"{pair.distance:.3f}", how(pair), *cells)
    if len(report.pairs) > PRINTED:
        table.caption = f"{len(report.pairs) - PRINTED:,} more: --out writes them all"
    return table
