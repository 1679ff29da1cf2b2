"""Anybody's keypoints: a CSV manifest that names their files."""

import csv
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from gspmc.data.clip import Clip
from gspmc.data.importers.gaps import Gap
from gspmc.data.importers.keypoint_file import KeypointFormat, read_clip_file
from gspmc.data.importers.plan import Plan, Row
from gspmc.data.importers.published import FileReader
from gspmc.errors import GspmcError

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
    """Line number and row; a row without path or label is an error, or one of the gaps."""
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(file)
            absent = [name for name in _REQUIRED if name not in (reader.fieldnames or ())]
            if absent:
                raise GspmcError(f"{path} lacks the column {absent[0]!r}: it needs path and label")
            for row in reader:
                empty = next((name for name in _REQUIRED if not row[name]), None)
                if empty is None:
                    yield reader.line_num, row
                elif gaps is None:
                    raise GspmcError(f"{path}:{reader.line_num}: {empty} is empty")
                else:
                    gaps.append(
                        Gap("bad_row", f"{path.name}:{reader.line_num}", f"{empty} is empty")
                    )
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise GspmcError(f"cannot read {path}: {error}") from error
