"""Which clips a model was trained on, kept beside it, so that none is taken for a new one."""

from pathlib import Path

import numpy as np

from gspmc.data.store import ClipStore
from gspmc.files import atomic_path

TRAINED_CLIPS_FILE = "trained_clips.txt"
"""In a run and its bundle: the digest of every training clip, one a line."""


def write_trained_clips(folder: Path, store: ClipStore, rows: np.ndarray) -> None:
    """Note the clips at `rows` (N,)."""
    digests = sorted(store.index["digest"].take(rows).to_pylist())
    with atomic_path(folder / TRAINED_CLIPS_FILE) as temporary:
        temporary.write_text("".join(f"{digest}\n" for digest in digests))


def trained_on(folder: Path, store: ClipStore, rows: np.ndarray) -> np.ndarray:
    """Whether the model in `folder` was trained on each clip at `rows`, or on a copy of it.

    A clip is known by its keypoints, bit for bit, with frame rate and size of the picture, whatever
    its name, store and split; not after it was converted to another layout, nor by a model that was
    made before this was noted.

    Returns:
        bool (N,).
    """
    file = folder / TRAINED_CLIPS_FILE
    noted = file.read_text().split() if file.exists() else []
    return np.isin(store.index["digest"].take(rows).to_pylist(), noted)
