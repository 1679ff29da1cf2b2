"""Where clips to recognise come from: a clip store, or keypoint files."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from gspmc.data.clip import Clip
from gspmc.data.importers.manifest import read_clip_file
from gspmc.data.store import ClipStore
from gspmc.errors import GspmcError

_KEYPOINT_FILES = (".npy", ".npz")


def open_clips(
    source: str, layout: str, to_layout: str, fps: float, split: str | None, limit: int | None
) -> Iterator[Clip]:
    """Clips of a store, of one keypoint file, or of all keypoint files in a folder.

    Args:
        source: what to read.
        layout: layout of keypoint files.
        to_layout: layout to convert them to.
        fps: frames a second of keypoint files.
        split: of a store, this split alone.
        limit: at most so many clips.

    Raises:
        GspmcError: nothing is there to read, or a file does not fit.
    """
    path = Path(source)
    if path.is_file():
        return iter([read_clip_file(path, layout, to_layout, fps)])
    files = sorted(file for file in path.glob("*") if file.suffix in _KEYPOINT_FILES)
    if files:
        return (read_clip_file(file, layout, to_layout, fps) for file in islice(files, limit))
    store = ClipStore.open(source)
    if store.layout.name != to_layout:
        raise GspmcError(f"{source} holds {store.layout.name}, the bundle takes {to_layout}")
    rows = range(len(store))
    if split is not None:
        names = store.index["split"].to_pylist()
        rows = [row for row in rows if names[row] == split]  # type: ignore[assignment]
        if not rows:
            raise GspmcError(f"{source} has no clips of split {split!r}")
    return store.read(list(islice(rows, limit)))
