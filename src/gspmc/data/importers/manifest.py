"""Anybody's keypoints: a CSV manifest that names their files."""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from gspmc.data.clip import Clip
from gspmc.data.importers.gaps import Gap
from gspmc.data.importers.keypoint_file import KeypointFormat, read_clip_file
from gspmc.data.importers.plan import Plan, Row
from gspmc.data.importers.published import FileReader
from gspmc.errors import GspmcError
from gspmc.files import read_utf8

_REQUIRED = ("path", "label")


def import_manifest(path: str | Path, form: KeypointFormat) -> Iterator[Clip]:
    """Yield the clips of a manifest.

    Args:
        path: CSV with the columns path, label, and optionally id, signer, split, fps. Paths are
            relative to the manifest.
        form: how to read the files; a manifest's own fps comes first.

    Raises:
        GspmcError: naming the line of the manifest and what is wrong with it.
    """
    path = Path(path)
    for number, row in _rows(path):
        try:
            clip = read_clip_file(path.parent / row["path"], form)
            if row.get("fps"):
                clip = replace(clip, pose=replace(clip.pose, fps=float(row["fps"])))
        except (GspmcError, ValueError) as error:
            raise GspmcError(f"{path}:{number}: {error}") from error
        yield replace(
            clip,
            id=row.get("id") or row["path"],
            label=row["label"],
            signer=row.get("signer") or "",
            split=row.get("split") or "train",
        )


def plan_manifest(path: str | Path, form: KeypointFormat) -> Plan:
    """The clips of a manifest, to be imported as far as they can be read.

    Args:
        path: as for `import_manifest`.
        form: likewise.

    Raises:
        GspmcError: the manifest itself cannot be read.
    """
    path = Path(path)
    rows: list[Row] = []
    gaps: list[Gap] = []
    for number, row in _rows(path, gaps):
        try:
            fps = float(row.get("fps") or 0)
        except ValueError as error:
            gaps.append(Gap("bad_row", f"{path.name}:{number}", str(error)))
            continue
        file, name = path.parent / row["path"], row.get("id") or row["path"]
        if not file.exists():
            gaps.append(Gap("no_keypoints", name))
            continue
        signer, split = row.get("signer") or "", row.get("split") or "train"
        rows.append(Row(name, row["label"], signer, split, str(file), fps))
    layout = form.to_layout or form.layout
    return Plan(str(path), rows, FileReader(form), layout, repr(form), True, gaps)


def _rows(path: Path, gaps: list[Gap] | None = None) -> Iterator[tuple[int, dict[str, str]]]:
    """Line number and row; a row that cannot be one is an error, or one of the gaps."""
    reader = csv.DictReader(io.StringIO(read_utf8(path, "manifest"), newline=""), strict=True)
    try:
        names = reader.fieldnames or ()
        absent = [name for name in _REQUIRED if name not in names]
        if absent:
            raise GspmcError(
                f"{path} lacks the column {absent[0]!r}: its first line names "
                f"{', '.join(map(repr, names)) or 'none'}, and path and label are needed, "
                "separated by commas"
            )
        if len(set(names)) < len(names):
            raise GspmcError(f"{path} names a column twice: leave each once")
        for row in reader:
            wrong = _wrong_with(row, len(names))
            if wrong is None:
                yield reader.line_num, row
            elif gaps is None:
                raise GspmcError(f"{path}:{reader.line_num}: {wrong}")
            else:
                gaps.append(Gap("bad_row", f"{path.name}:{reader.line_num}", wrong))
    except csv.Error as error:
        raise GspmcError(f"{path}:{reader.line_num} is broken as a table: {error}") from error


def _wrong_with(row: Mapping[str | None, Any], columns: int) -> str | None:
    if any(row.get(None) or ()):
        return (
            f"{columns + len(row[None])} cells, the first line names {columns}: put cells with a "
            "comma in quotation marks"
        )
    for name in _REQUIRED:
        if not (row[name] or "").strip():
            return f"{name} is empty"
    if not row["label"].isprintable():
        return "label holds a line end or another unprintable character"
    return None
