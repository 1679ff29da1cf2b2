"""Anybody's keypoints: a CSV manifest that names .npy or .npz files."""

import csv
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from gspmc.data.clip import Clip
from gspmc.errors import GspmcError
from gspmc.pose import PoseSequence
from gspmc.skeleton import convert, get_layout

_REQUIRED = ("path", "label")


def import_manifest(
    path: str | Path,
    layout: str,
    to_layout: str | None = None,
    fps: float = 25.0,
    width: int | None = None,
    height: int | None = None,
    extractor: str = "unknown",
) -> Iterator[Clip]:
    """Yield the clips of a manifest.

    Args:
        path: CSV with the columns path, label, and optionally id, signer, split, fps. Paths are
            relative to the manifest. A file holds (T, V, C), or (T, V·C), in an .npz under the name
            `keypoints`, or as its only array. Coordinates are in units of image height, or in
            pixels where `width` and `height` are given (they are then divided by the height).
        layout: layout of the files.
        to_layout: convert to this layout.
        fps: frames a second where the manifest has no such column.

    Raises:
        GspmcError: naming the line of the manifest and what is wrong with it.
    """
    path = Path(path)
    for number, row in _rows(path):
        file = path.parent / row["path"]
        try:
            keypoints = _read_keypoints(file, layout)
            if height:
                keypoints = keypoints.copy()
                keypoints[..., :2] /= height
            if to_layout:
                keypoints = convert(keypoints, get_layout(layout), get_layout(to_layout))
            yield Clip(
                id=row.get("id") or row["path"],
                label=row["label"],
                signer=row.get("signer") or "",
                split=row.get("split") or "train",
                pose=PoseSequence(
                    keypoints=_zero_missing(keypoints).astype(np.float16),
                    layout=to_layout or layout,
                    fps=float(row.get("fps") or fps),
                    width=width,
                    height=height,
                    extractor=extractor,
                ),
            )
        except (GspmcError, ValueError) as error:
            raise GspmcError(f"{path}:{number}: {file.name}: {error}") from error


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
    except (OSError, UnicodeDecodeError) as error:
        raise GspmcError(f"cannot read {path}: {error}") from error


def _read_keypoints(file: Path, layout: str) -> np.ndarray:
    """float32 (T, V, C) from a file."""
    try:
        loaded = np.load(file, allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise GspmcError(f"cannot read it: {error}") from error
    if isinstance(loaded, np.lib.npyio.NpzFile):
        with loaded:
            names = loaded.files
            if "keypoints" not in names and len(names) != 1:
                raise GspmcError(f"it holds {', '.join(names)}: name one of them 'keypoints'")
            loaded = loaded["keypoints" if "keypoints" in names else names[0]]
    points, channels = get_layout(layout).num_joints, len(get_layout(layout).channels)
    if loaded.ndim == 2 and loaded.shape[1] == points * channels:
        loaded = loaded.reshape(len(loaded), points, channels)
    return loaded.astype(np.float32)


def _zero_missing(keypoints: np.ndarray) -> np.ndarray:
    """Points without confidence have no coordinates either, whatever the file holds there."""
    return np.where(keypoints[..., -1:] > 0, keypoints, 0) if keypoints.ndim == 3 else keypoints
