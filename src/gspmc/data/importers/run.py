"""From a plan to a store: read clip by clip, leave out what cannot be read, and say so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from gspmc.data.clip import Clip
from gspmc.data.importers.gaps import Gap
from gspmc.data.importers.plan import Plan, Reader, Row, classes_without_clips, keep_first
from gspmc.data.importers.workers import in_processes
from gspmc.data.partial_store import PartialStore, importing
from gspmc.data.store import ClipStore, store_schema
from gspmc.errors import GspmcError
from gspmc.progress import progress_bar

CLIPS_PER_PIECE = 2048
_PAYS = 2
"""Pieces a worker that make up for its start."""


@dataclass(frozen=True)
class Imported:
    """What an import made.

    Attributes:
        store: the store.
        gaps: everything that is missing or strange.
        resumed: clips that an earlier import had read.
    """

    store: ClipStore
    gaps: list[Gap]
    resumed: int


def import_plan(
    plan: Plan,
    uri: str | Path,
    resume: bool = False,
    per_piece: int = CLIPS_PER_PIECE,
    workers: int = 1,
) -> Imported:
    """Read the clips of a plan into a store, which appears when it is complete.

    An import that is broken off leaves its finished pieces beside the store; with `resume` it goes
    on there, and the store is the same as an unbroken import makes.

    Args:
        plan: what to import.
        uri: folder of the store.
        resume: go on with an import that broke off.
        per_piece: clips that a worker loses at most when an import breaks off.
        workers: processes that read and write, if the plan's clips are files of their own and many
            enough to make up for the processes' start.

    Raises:
        GspmcError: not one clip can be read, the options differ from those of the import that is to
            be resumed, another import is at work there, or the disk is full.
    """
    gaps = list(plan.gaps)
    rows = list(keep_first(plan.rows, gaps))
    if not rows:
        raise GspmcError(f"{plan.source} has no clip to import{_reason(gaps)}")
    schema = store_schema(plan.layout, plan.source, plan.classes)
    with importing(uri):
        partial = PartialStore(uri, f"{plan.fingerprint} {per_piece}", resume)
        resumed = _write_missing(partial, plan, rows, schema, per_piece, workers)
        gaps += [Gap(*gap) for remarks in partial.remarks() for gap in remarks]
        try:
            store = partial.finish(schema)
        except GspmcError as error:
            raise GspmcError(f"{error}{_reason(gaps)}") from error
    gaps += classes_without_clips(plan.classes.values(), store.index["label"].to_pylist())
    return Imported(store, gaps, resumed)


def _write_missing(
    partial: PartialStore,
    plan: Plan,
    rows: list[Row],
    schema: pa.Schema,
    per_piece: int,
    workers: int,
) -> int:
    """Write the pieces that are not there yet; how many rows were."""
    pieces = [rows[start : start + per_piece] for start in range(0, len(rows), per_piece)]
    tasks = [
        (partial, number, plan.read, piece, schema)
        for number, piece in enumerate(pieces)
        if not partial.has(number)
    ]
    resumed = len(rows) - sum(len(piece) for _, _, _, piece, _ in tasks)
    if not plan.separate or len(tasks) < _PAYS * workers:
        workers = 1
    with progress_bar() as progress:
        task = progress.add_task("import", total=len(rows), completed=resumed)
        try:
            for done in in_processes(write_piece, tasks, workers):
                progress.advance(task, done)
        except GspmcError as error:  # a full disk, mostly
            raise GspmcError(f"{error}; what was finished is kept, --resume goes on") from error
    return resumed


def write_piece(
    partial: PartialStore, number: int, read: Reader, rows: list[Row], schema: pa.Schema
) -> int:
    """Read clips and write them as a piece of the store, with the gaps beside it.

    Returns:
        How many rows are done with.
    """
    gaps: list[Gap] = []
    partial.write(
        number,
        _read(read, rows, gaps),
        schema,
        lambda: [[gap.kind, gap.name, gap.detail] for gap in gaps],
    )
    return len(rows)


def _read(read: Reader, rows: list[Row], gaps: list[Gap]) -> Iterator[Clip]:
    """The clips that can be read; gaps gets the others."""
    for row in rows:
        try:
            pose, notes = read(row)
        except GspmcError as error:
            gaps.append(Gap("unreadable", row.id, str(error)))
            continue
        if not (pose.keypoints[..., -1] > 0).any():
            gaps.append(Gap("no_points", row.id))
            continue
        gaps += [Gap("note", row.id, note) for note in notes]
        yield Clip(row.id, row.label, row.signer, row.split, pose)


def _reason(gaps: list[Gap]) -> str:
    """Why there is nothing: a clip that cannot be read tells most."""
    first = min(gaps, key=lambda gap: gap.kind != "unreadable", default=None)
    return f"; the first gap: {first.kind.replace('_', ' ')}: {first}" if first else ""
