"""Anybody's keypoints: a CSV manifest that names their files."""

import csv
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from gspmc.data.clip import Clip
from gspmc.data.importers.keypoint_file import KeypointFormat, read_clip_file
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


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(file)
            absent = [name for name in _REQUIRED if name not in (reader.fieldnames or ())]
            if absent:
                raise GspmcError(f"{path} lacks the column {absent[0]!r}: it needs path and label")
            for row in reader:
                for name in _REQUIRED:
                    if not row[name]:
                        raise GspmcError(f"{path}:{reader.line_num}: {name} is empty")
                yield reader.line_num, row
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise GspmcError(f"cannot read {path}: {error}") from error
