"""A matrix file in; its runs, a table, and the file behind the table out."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn

from gspmc.data.store import ClipStore
from gspmc.errors import GspmcError
from gspmc.evaluate.scores import Scores
from gspmc.experiments.ablation.comparison import TableRow
from gspmc.experiments.ablation.ledger import Ledger
from gspmc.experiments.ablation.matrix import Cell, Matrix, cells, read_matrix
from gspmc.experiments.ablation.outcomes import cell_key, outcome_of, read_outcomes
from gspmc.experiments.ablation.run_cells import CellRunner
from gspmc.files import locked
from gspmc.progress import progress_bar
from gspmc.train.run import contents_of, plan_run

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
        GspmcError: an impossible matrix or cell, before anything is trained; another ablation
            writes `out`; or cells that failed, after all others were trained.
    """
    matrix, out = read_matrix(path), Path(out)
    if out.suffix != ".json":
        raise GspmcError(f"--out {out} must end in .json: table and figure stand beside it")
    busy = f"another ablation is writing {out}: wait for it, or choose another --out"
    with locked(out.with_name(f".{out.name}.lock"), busy):
        rows = _complete(matrix, path, CellRunner(Path(runs), matrix.split, jobs), out, quiet)
    return matrix, rows


def _complete(
    matrix: Matrix, path: str | Path, runner: CellRunner, out: Path, quiet: bool
) -> list[TableRow]:
    wanted = cells(matrix, path)
    fingerprints = cache(contents_of)
    contents = {cell.name: fingerprints(cell.clips, cell.descriptions) for cell in wanted}
    keys = {cell.name: cell_key(cell, contents[cell.name], matrix.split) for cell in wanted}
    ledger = Ledger(matrix, wanted, keys, read_outcomes(out), out, f"gspmc ablate {path}")
    todo = ledger.missing()
    _refuse_impossible(todo, runner, path)
    rows = ledger.write()
    failed: list[str] = []
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with progress_bar(*columns, quiet=quiet) as progress:
        task = progress.add_task("cells", total=len(todo))
        for cell, run in runner.run(todo):
            try:
                if isinstance(run, GspmcError):
                    raise run
                if run.read_contents() != contents[cell.name]:
                    raise GspmcError("its clips or descriptions have changed meanwhile")
                scores = Scores.load(run.scores(matrix.split))
                seconds, environment = run.read_circumstances()
            except GspmcError as error:
                failed.append(f"{cell.name}: {error}")
                _LOG.warning("%s", failed[-1])
                continue
            ledger.outcomes.add(*outcome_of(cell, keys[cell.name], scores, seconds, environment))
            rows = ledger.write()
            progress.update(task, advance=1)
    if failed:
        raise GspmcError(
            f"{len(failed)} of {len(todo)} cells failed, the first one {failed[0]}; mend it, and "
            "the same command goes on"
        )
    return rows


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
            cell.recipe.splits.rows(ClipStore.open(cell.clips), runner.split)
            plan_run(cell.recipe, cell.clips, run, cell.descriptions)
        except GspmcError as error:
            raise GspmcError(f"{path}, cell {cell.name}: {error}") from error
