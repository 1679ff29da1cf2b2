"""What the two npz importers share: opening the file and cutting it into clips."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from gspmc.errors import GspmcError, first_line


@dataclass(frozen=True)
class NpzClip:
    """One clip of a concatenated archive."""

    row: int
    frames: np.ndarray
    gloss: str


def open_archive(path: str | Path, needed: tuple[str, ...]) -> dict[str, np.ndarray]:
    """Read the named arrays.

    Raises:
        GspmcError: the file is missing, damaged, holds pickles, or lacks an array.
    """
    if not Path(path).is_file():
        raise GspmcError(f"no file {path}: check the path")
    try:
        with np.load(path, allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in needed if name in archive}
    except Exception as error:
        raise GspmcError(f"cannot read {path}: {first_line(error)}; download it again") from error
    absent = [name for name in needed if name not in arrays]
    if absent:
        raise GspmcError(
            f"{path} lacks the array {absent[0]!r}: this importer needs {', '.join(needed)}"
        )
    return arrays


def cut(path: str | Path, arrays: dict[str, np.ndarray]) -> Iterator[NpzClip]:
    """Cut `x` (all clips one after the other) by `length`.

    Raises:
        GspmcError: an array has not one entry a clip, lengths do not add up, a label has no gloss,
            or a clip is empty or holds NaN, infinity or numbers beyond 65504.
    """
    x, length, label, gloss = (arrays[name] for name in ("x", "length", "label", "gloss"))
    if not np.issubdtype(x.dtype, np.floating):
        raise GspmcError(f"{path}: x must hold floating-point numbers, not {x.dtype}")
    if gloss.ndim != 1 or not all(str(name).strip() for name in gloss):
        raise GspmcError(f"{path}: gloss must hold one name a class, none of them empty")
    for name, array in arrays.items():
        if name not in ("x", "gloss") and (array.shape != (length.size,) or not array.size):
            raise GspmcError(f"{path}: {name} must hold one entry a clip, not {array.shape}")
    for name in ("length", "label"):
        if not np.issubdtype(arrays[name].dtype, np.integer):
            raise GspmcError(f"{path}: {name} must hold whole numbers, not {arrays[name].dtype}")
    if length.min() < 1:
        raise GspmcError(f"{path}: clip {int(length.argmin())} has no frames: leave it out")
    if length.sum() != len(x):
        raise GspmcError(
            f"{path}: lengths add up to {length.sum()} frames, x has {len(x)}: download it again"
        )
    if label.min() < 0 or label.max() >= len(gloss):
        raise GspmcError(f"{path}: labels must be {len(length)} numbers from 0 to {len(gloss) - 1}")
    starts = np.cumsum(length) - length
    for row, (start, frames) in enumerate(zip(starts, length, strict=True)):
        points = x[start : start + frames]
        if not np.isfinite(points).all():
            raise GspmcError(f"{path}: clip {row} holds NaN or infinity: mend it or leave it out")
        if np.abs(points).max() > np.finfo(np.float16).max:  # what a store can hold
            raise GspmcError(f"{path}: clip {row} holds numbers beyond 65504: mend it")
        yield NpzClip(row, points, str(gloss[label[row]]))
