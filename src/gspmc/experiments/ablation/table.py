"""The table of a matrix: on the terminal, as Markdown and as numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from rich.table import Table
from rich.text import Text

from gspmc.evaluate.tables import percent
from gspmc.experiments.ablation.comparison import Difference, TableRow
from gspmc.experiments.ablation.matrix import Cell, Matrix
from gspmc.experiments.ablation.outcomes import Outcome
from gspmc.experiments.ablation.statistics import FEWEST_SIGNERS, Estimate

_HOW_TO_READ = (
    "Accuracies: mean ± standard deviation over seeds, each over the clips of all folds together. "
    "Intervals (95 %): bootstrap over signers. Differences: in points, paired by clip, folds and "
    "seeds, with their interval; p of a paired permutation test over signers, adjusted for all "
    "comparisons of the table, finished or not (Holm). A gain is claimed for the texts' content "
    "only where the arm is above the baseline and above each of its controls, by the interval and "
    "by p ≤ 0.05."
)

Columns = Mapping[str, Callable[[TableRow], str]]


def columns(matrix: Matrix) -> Columns:
    """The columns that this matrix fills, by their headings."""
    found: dict[str, Callable[[TableRow], str]] = {}
    if len(matrix.blocks) > 1:
        found["block"] = lambda row: row.block
    found["arm"] = lambda row: row.arm
    found["seeds"] = _seeds
    found["clips"] = lambda row: "–" if row.pooled is None else str(len(row.pooled.labels))
    found["signers"] = _signers
    found["top-1"] = lambda row: _spread(row, 1)
    found["95 %"] = lambda row: "–" if row.pooled is None else _interval(row.pooled.top1)
    found["top-5"] = lambda row: _spread(row, 5)
    if matrix.baseline is not None:
        found[f"minus {matrix.baseline}"] = lambda row: _points(row, row.over_baseline)
    if any(arm.control for arm in matrix.arms):
        found["minus its controls"] = lambda row: "; ".join(
            f"{_points(row, each)} {each.other}" for each in row.over_controls
        )
    if matrix.baseline is not None:
        found["verdict"] = lambda row: row.verdict
    return found


def terminal_table(matrix: Matrix, rows: Sequence[TableRow]) -> Table:
    """For the terminal, in percent and points."""
    title = Text(f"{matrix.title} (split {matrix.split}, %)")
    table = Table(title=title, title_justify="left")
    found = columns(matrix)
    for name in found:
        table.add_column(name)
    for row in rows:
        table.add_row(*(Text(cell(row)) for cell in found.values()))
    return table


def markdown(
    matrix: Matrix,
    rows: Sequence[TableRow],
    cells: Sequence[tuple[Cell, Outcome | None]],
    command: str,
    figure: str | None = None,
) -> str:
    """The table with what it was made by and how to read it.

    Args:
        cells: every cell with what became of it.
        figure: file name of the forest plot beside the Markdown file; None where there is none.
    """
    found = columns(matrix)
    lines = [
        f"# {matrix.title}",
        "",
        f"`{command}`, split {matrix.split}, in percent.",
        "",
        "| " + " | ".join(found) + " |",
        "|" + "---|" * len(found),
        *("| " + " | ".join(cell(row) for cell in found.values()) + " |" for row in rows),
        "",
        *([f"![Differences with their 95 % intervals]({quote(figure)})", ""] if figure else []),
        _HOW_TO_READ,
        "",
        *_not_scored(cells),
        *_made_by(cells),
    ]
    return "\n".join(lines) + "\n"


def numbers(rows: Sequence[TableRow]) -> list[dict[str, Any]]:
    """The table as plain values, fractions of one."""
    return [
        {
            "block": row.block,
            "arm": row.arm,
            "missing_cells": row.missing,
            **(
                {}
                if row.pooled is None
                else {
                    "seeds": [*row.pooled.ranks],
                    "clips": len(row.pooled.labels),
                    "top1": row.pooled.mean_and_deviation(1),
                    "top1_interval": row.pooled.top1[1:],
                    "top5": row.pooled.mean_and_deviation(5),
                    "seconds_a_cell": round(row.pooled.seconds, 1),
                }
            ),
            "over_baseline": None if row.over_baseline is None else _plain(row.over_baseline),
            "over_controls": [_plain(each) for each in row.over_controls],
            "verdict": row.verdict,
        }
        for row in rows
    ]


def _seeds(row: TableRow) -> str:
    done = 0 if row.pooled is None else len(row.pooled.ranks)
    return str(done) + (f" ({row.missing} cells missing)" if row.missing else "")


def _signers(row: TableRow) -> str:
    if row.pooled is None:
        return "–"
    named = row.pooled.signers[row.pooled.signers != ""]
    nameless = len(row.pooled.signers) - len(named)
    return str(len(set(named))) + (f" and {nameless} clips of unknown ones" if nameless else "")


def _spread(row: TableRow, k: int) -> str:
    if row.pooled is None:
        return "–"
    mean, deviation = row.pooled.mean_and_deviation(k)
    return percent(mean) + ("" if deviation is None else f" ± {percent(deviation)}")


def _interval(estimate: Estimate) -> str:
    if estimate.low is None or estimate.high is None:
        return f"fewer than {FEWEST_SIGNERS} signers"
    return f"{percent(estimate.low)} to {percent(estimate.high)}"


def _points(row: TableRow, difference: Difference | None) -> str:
    if difference is None or row.pooled is None:
        return ""
    sure = "" if difference.p is None else f", p {difference.p:.2g}"
    if difference.seeds < len(row.pooled.ranks):
        sure += f", {difference.seeds} seed{'s' * (difference.seeds != 1)}"
    return f"{100 * difference.top1.value:+.1f} ({_interval(difference.top1)}{sure})"


def _plain(difference: Difference) -> dict[str, Any]:
    return {
        "other": difference.other,
        "top1": [*difference.top1],
        "p": difference.p,
        "seeds": difference.seeds,
    }


def _not_scored(cells: Sequence[tuple[Cell, Outcome | None]]) -> list[str]:
    """How many clips an accuracy leaves out, which its models could only get wrong."""
    out = {
        (cell.block, cell.fold, outcome.excluded): None
        for cell, outcome in cells
        if outcome is not None and outcome.excluded
    }
    if not out:
        return []
    told = ", ".join(
        f"{clips}" + (f" ({place})" if (place := _place(block, fold)) else "")
        for block, fold, clips in out
    )
    return [f"Clips of classes without a training clip are not scored: {told}.", ""]


def _place(block: str, fold: int | None) -> str:
    return ", ".join([block] * bool(block) + [f"fold {fold}"] * (fold is not None))


def _made_by(cells: Sequence[tuple[Cell, Outcome | None]]) -> list[str]:
    """What the cells cost and where they were trained, arm by arm if not all in one way."""
    finished = {outcome.key: outcome for _, outcome in cells if outcome is not None}
    if not finished:
        return ["No cell is finished."]
    hours = sum(outcome.seconds for outcome in finished.values()) / 3600
    arms: dict[str, dict[str, None]] = {}
    for cell, outcome in cells:
        if outcome is not None:
            arms.setdefault(_trained_on(outcome), {})[cell.arm] = None
    cost = f"{len(finished)} cells, {hours:.1f} hours of training in all"
    if len(arms) == 1:
        return [f"{cost}; {next(iter(arms))}."]
    return [
        f"{cost}. Not all in one way, so look whether an arm and what it is compared with were:",
        "",
        *(f"- {way}: {', '.join(names)}" for way, names in arms.items()),
    ]


def _trained_on(outcome: Outcome) -> str:
    told = {"gpu": "GPU", "torch": "PyTorch"}
    names = ["commit", "processor", "threads", "gpu", "torch"]
    if "precision" in outcome.environment:  # not in the first files
        names.append("precision")
    return ", ".join(f"{told.get(n, n)} {outcome.environment.get(n)}" for n in names)
