"""Arrays out of .npy and .npz files."""

import io
import math
from functools import lru_cache
from pathlib import Path

import numpy as np

from gspmc.errors import GspmcError, first_line

_MAGIC_1 = np.lib.format.magic(1, 0)
_START = len(_MAGIC_1) + 2
"""Bytes before the header: magic, version, and the header's length."""


def load_array(file: str | Path) -> np.ndarray:
    """The only array of a file, or the one named `keypoints`.

    Raises:
        GspmcError: the file is missing, damaged, holds pickles, several arrays, or no numbers.
    """
    try:
        loaded = _load_plain(file)
        if loaded is None:
            with open(file, "rb") as stream:
                if not stream.read(6).startswith((np.lib.format.MAGIC_PREFIX, b"PK")):
                    raise ValueError("it is no .npy or .npz file")
            loaded = np.load(file, allow_pickle=False)
        if isinstance(loaded, np.lib.npyio.NpzFile):
            with loaded:
                names = loaded.files
                if not names:
                    raise ValueError("it holds no array")
                if "keypoints" not in names and len(names) != 1:
                    raise ValueError(f"it holds {', '.join(names)}: name one of them 'keypoints'")
                loaded = loaded["keypoints" if "keypoints" in names else names[0]]
    except Exception as error:
        raise GspmcError(f"cannot read it: {first_line(error)}") from error
    if not np.issubdtype(loaded.dtype, np.number) or np.iscomplexobj(loaded):
        raise GspmcError(f"it holds {loaded.dtype}, not numbers")
    return loaded


def _load_plain(file: str | Path) -> np.ndarray | None:
    """What np.load gives for nearly every .npy file, in half of its time; None for the others.

    np.load compiles the header of every file, though thousands of clips share one.
    """
    with open(file, "rb") as stream:
        start = stream.read(_START)
        if start[:8] != _MAGIC_1:
            return None
        shape, is_fortran, dtype = _read_header(
            start[8:] + stream.read(int.from_bytes(start[8:], "little"))
        )
        if is_fortran or dtype.hasobject:
            return None
        count = math.prod(shape)
        values = np.fromfile(stream, dtype, count)
    return values.reshape(shape)  # ValueError where the file is too short


@lru_cache(maxsize=4096)
def _read_header(header: bytes) -> tuple[tuple[int, ...], bool, np.dtype]:
    return np.lib.format.read_array_header_1_0(io.BytesIO(header))
