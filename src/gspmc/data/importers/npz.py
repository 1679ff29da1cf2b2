"""What the two npz importers share: opening the file and cutting it into clips."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from gspmc.errors import GspmcError


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
    try:
        with np.load(path, allow_pickle=False) as archive:
            absent = [name for name in needed if name not in archive]
            if absent:
                raise GspmcError(
                    f"{path} lacks the array {absent[0]!r}: this importer needs {', '.join(needed)}"
                )
            return {name: archive[name] for name in needed}
    except FileNotFoundError as error:
        raise GspmcError(f"no file {path}: check the path") from error
    except (OSError, ValueError, EOFError, KeyError) as error:
        raise GspmcError(f"cannot read {path}: {error}; download it again") from error


def cut(path: str | Path, arrays: dict[str, np.ndarray]) -> Iterator[NpzClip]:
    """Cut `x` (all clips one after the other) by `length`.

    Raises:
        GspmcError: lengths do not add up, or a label has no gloss.
    """
    x, length, label, gloss = (arrays[name] for name in ("x", "length", "label", "gloss"))
    if length.sum() != len(x):
        raise GspmcError(
            f"{path}: lengths add up to {length.sum()} frames, x has {len(x)}: download it again"
        )
    if len(label) != len(length) or label.min() < 0 or label.max() >= len(gloss):
        raise GspmcError(f"{path}: labels must be {len(length)} numbers from 0 to {len(gloss) - 1}")
    starts = np.cumsum(length) - length
    for row, (start, frames) in enumerate(zip(starts, length, strict=True)):
        yield NpzClip(row, x[start : start + frames], str(gloss[label[row]]))
