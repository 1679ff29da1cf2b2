"""Anybody's keypoints: a CSV manifest that names .npy or .npz files."""

import csv
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from gspmc.data.clip import Clip
from gspmc.data.importers.npz import damage
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
    sizes = [size for size in (width, height) if size is not None]
    if len(sizes) == 1 or any(size < 1 for size in sizes):
        raise GspmcError("pixels need both width and height, positive: give both, or neither")
    path = Path(path)
    for number, row in _rows(path):
        file = path.parent / row["path"]
        try:
            clip = read_clip_file(
                file, layout, to_layout, float(row.get("fps") or fps), width, height, extractor
            )
        except (GspmcError, ValueError) as error:
            raise GspmcError(f"{path}:{number}: {error}") from error
        yield replace(
            clip,
            id=row.get("id") or row["path"],
            label=row["label"],
            signer=row.get("signer") or "",
            split=row.get("split") or "train",
        )


def read_clip_file(
    file: Path,
    layout: str,
    to_layout: str | None = None,
    fps: float = 25.0,
    width: int | None = None,
    height: int | None = None,
    extractor: str = "unknown",
) -> Clip:
    """One keypoint file as a clip without label; arguments as of `import_manifest`.

    Raises:
        GspmcError: naming the file and what is wrong with it.
    """
    try:
        keypoints = _read_keypoints(file, layout)
        if height and keypoints.ndim == 3:  # any other shape is refused below
            keypoints[..., :2] /= height
        if to_layout:
            keypoints = convert(keypoints, get_layout(layout), get_layout(to_layout))
        with np.errstate(over="ignore"):  # PoseSequence names what overflows to infinity
            half = _zero_missing(keypoints).astype(np.float16)
        pose = PoseSequence(
            keypoints=half,
            layout=to_layout or layout,
            fps=fps,
            width=width,
            height=height,
            extractor=extractor,
        )
    except GspmcError as error:
        raise GspmcError(f"{file}: {error}") from error
    return Clip(id=file.stem, label="", signer="", split="", pose=pose)


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


def _read_keypoints(file: Path, layout: str) -> np.ndarray:
    """float32 (T, V, C) from a file."""
    try:
        loaded = np.load(file, allow_pickle=False)
        if isinstance(loaded, np.lib.npyio.NpzFile):
            with loaded:
                names = loaded.files
                if "keypoints" not in names and len(names) != 1:
                    raise ValueError(f"it holds {', '.join(names)}: name one of them 'keypoints'")
                loaded = loaded["keypoints" if "keypoints" in names else names[0]]
    except Exception as error:
        raise GspmcError(f"cannot read it: {damage(error)}") from error
    if not np.issubdtype(loaded.dtype, np.number) or np.iscomplexobj(loaded):
        raise GspmcError(f"it holds {loaded.dtype}, not numbers")
    points, channels = get_layout(layout).num_joints, len(get_layout(layout).channels)
    if loaded.ndim == 2 and loaded.shape[1] == points * channels:
        loaded = loaded.reshape(len(loaded), points, channels)
    with np.errstate(over="ignore"):  # PoseSequence names what overflows to infinity
        return loaded.astype(np.float32)


def _zero_missing(keypoints: np.ndarray) -> np.ndarray:
    """Points without confidence have no coordinates either, whatever the file holds there."""
    return np.where(keypoints[..., -1:] <= 0, 0, keypoints) if keypoints.ndim == 3 else keypoints
