"""The cells of a matrix beside those that its file holds, and the files that show them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from gspmc.data.canvas import save_figure
from gspmc.experiments.ablation.comparison import TableRow, compare
from gspmc.experiments.ablation.forest import forest, has_differences
from gspmc.experiments.ablation.matrix import Cell, Matrix
from gspmc.experiments.ablation.outcomes import Outcomes, write_outcomes
from gspmc.experiments.ablation.table import markdown, numbers
from gspmc.files import atomic_path


@dataclass
class Ledger:
    """What is wanted and what is finished."""

    matrix: Matrix
    wanted: Sequence[Cell]
    keys: Mapping[str, str]
    """Key of every wanted cell by its name."""
    outcomes: Outcomes
    """Finished cells, those of earlier settings too."""
    out: Path
    command: str
    """That made them, as the Markdown names it."""

    def missing(self) -> list[Cell]:
        """Cells to be trained; of those that come to the same, one."""
        done = {outcome.key for outcome in self.outcomes.cells}
        todo: dict[str, Cell] = {}
        for cell in self.wanted:
            if self.keys[cell.name] not in done:
                todo.setdefault(self.keys[cell.name], cell)
        return [*todo.values()]

    def write(self) -> list[TableRow]:
        """Write the file, and its table and figure beside it; the table of all finished cells."""
        finished = {outcome.key: outcome for outcome in self.outcomes.cells}
        placed = [(cell, finished.get(self.keys[cell.name])) for cell in self.wanted]
        rows = compare(self.matrix, placed, self.outcomes.clips)
        self.outcomes.matrix = self.matrix.model_dump(exclude_defaults=True)
        self.outcomes.table = numbers(rows)
        write_outcomes(self.out, self.outcomes)
        drawn = self.out.with_suffix(".png") if has_differences(rows) else None
        if drawn is not None:
            save_figure(forest(self.matrix, rows), drawn)
        command = f"{self.command} --out {self.out}"
        text = markdown(self.matrix, rows, placed, command, None if drawn is None else drawn.name)
        with atomic_path(self.out.with_suffix(".md")) as temporary:
            temporary.write_text(text, encoding="utf-8")
        return rows
