"""A matrix file in; its runs, a table, and the file behind the table out."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from gspmc.data.canvas import save_figure
from gspmc.errors import GspmcError
from gspmc.evaluate.scores import Scores
from gspmc.experiments.ablation.comparison import TableRow, compare
from gspmc.experiments.ablation.forest import forest, has_differences
from gspmc.experiments.ablation.matrix import Cell, Matrix, cells, read_matrix
from gspmc.experiments.ablation.outcomes import (
    Outcomes,
    cell_key,
    outcome_of,
    read_outcomes,
    write_outcomes,
)
from gspmc.experiments.ablation.run_cells import CellRunner
from gspmc.experiments.ablation.table import markdown, numbers
from gspmc.files import atomic_path
from gspmc.train.run import contents_of, plan_run
from gspmc.train.run_directory import ENVIRONMENT_FILE

_LOG = logging.getLogger(__name__)


def ablate(
    path: str | Path, runs: str | Path, out: str | Path, jobs: int, quiet: bool = False
) -> tuple[Matrix, list[TableRow]]:
    """Train the cells that `out` does not hold yet, and compare all that it holds.

    `out` is written after every cell, and so are its table as Markdown and its differences as a
    figure beside it. After an interruption the same call goes on. Cells that follow from the same
    settings and contents are trained once.

    Args:
        path: matrix file.
        runs: folder for the run directories.
        out: JSON file.
        jobs: trainings at a time.
        quiet: no progress bar.

    Returns:
        The matrix and its table.

    Raises:
        GspmcError: an impossible matrix or cell, before anything is trained; or cells that failed,
            after all others were trained.
    """
    matrix = read_matrix(path)
    wanted = cells(matrix, path)
    out = Path(out)
    outcomes = read_outcomes(out)
    fingerprints = cache(contents_of)
    keys = {
        cell.name: cell_key(
            cell, fingerprints(cell.clips, cell.descriptions, cell.recipe.codes.file)
        )
        for cell in wanted
    }
    done = {outcome.key for outcome in outcomes.cells}
    todo: dict[str, Cell] = {}
    for cell in wanted:
        if keys[cell.name] not in done:
            todo.setdefault(keys[cell.name], cell)
    runner = CellRunner(Path(runs), matrix.split, jobs)
    _refuse_impossible([*todo.values()], runner, path)
    command = f"gspmc ablate {path} --out {out}"
    rows = _write(matrix, wanted, keys, outcomes, out, command)
    failed: list[str] = []
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        disable=quiet,
    ) as progress:
        task = progress.add_task("cells", total=len(todo))
        for cell, run in runner.run([*todo.values()]):
            if isinstance(run, GspmcError):
                failed.append(f"{cell.name}: {run}")
                _LOG.warning("%s", failed[-1])
                continue
            outcomes.add(
                *outcome_of(
                    cell,
                    keys[cell.name],
                    Scores.load(run.scores(matrix.split)),
                    sum(epoch["seconds"] for epoch in run.read_curves()),
                    json.loads((run.path / ENVIRONMENT_FILE).read_text(encoding="utf-8")),
                )
            )
            rows = _write(matrix, wanted, keys, outcomes, out, command)
            progress.update(task, advance=1)
    if failed:
        raise GspmcError(
            f"{len(failed)} of {len(todo)} cells failed, the first one {failed[0]}; mend it, and "
            "the same command goes on"
        )
    return matrix, rows


def _refuse_impossible(todo: Sequence[Cell], runner: CellRunner, path: str | Path) -> None:
    """Check one cell of every arm in every block as if it were to be trained at once.

    Raises:
        GspmcError: it could not be; the cell is named.
    """
    first = {(cell.arm, cell.block): cell for cell in reversed(todo)}
    for cell in first.values():
        run = runner.run_directory(cell)
        if run.finished:
            continue
        try:
            plan_run(cell.recipe, cell.clips, run, cell.descriptions)
        except GspmcError as error:
            raise GspmcError(f"{path}, cell {cell.name}: {error}") from error


def _write(
    matrix: Matrix,
    wanted: Sequence[Cell],
    keys: Mapping[str, str],
    outcomes: Outcomes,
    out: Path,
    command: str,
) -> list[TableRow]:
    """Write all files; the table of all cells that are finished."""
    finished = {outcome.key: outcome for outcome in outcomes.cells}
    placed = [(cell, finished.get(keys[cell.name])) for cell in wanted]
    rows = compare(matrix, placed, outcomes.clips)
    outcomes.matrix = matrix.model_dump(exclude_defaults=True)
    outcomes.table = numbers(rows)
    write_outcomes(out, outcomes)
    used = {outcome.key: outcome for _, outcome in placed if outcome is not None}
    drawn = out.with_suffix(".png") if has_differences(rows) else None
    if drawn is not None:
        save_figure(forest(matrix, rows), drawn)
    with atomic_path(out.with_suffix(".md")) as temporary:
        text = markdown(
            matrix, rows, [*used.values()], command, None if drawn is None else drawn.name
        )
        temporary.write_text(text, encoding="utf-8")
    return rows
