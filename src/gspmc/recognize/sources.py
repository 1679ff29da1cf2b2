"""Where clips to recognise come from: a clip store, or keypoint files."""

from collections.abc import Iterator
from functools import partial
from itertools import islice
from pathlib import Path

from gspmc.data.clip import Clip
from gspmc.data.importers.found_files import KEYPOINTS
from gspmc.data.importers.keypoint_file import KeypointFormat, read_clip_file
from gspmc.data.store import ClipStore
from gspmc.errors import GspmcError


def open_clips(
    source: str, form: KeypointFormat, split: str | None, limit: int | None
) -> Iterator[Clip]:
    """Clips of a store, of one keypoint file, or of all keypoint files in a folder.

    Args:
        source: what to read. A folder of OpenPose's JSON files, named
            `*_keypoints.json` as OpenPose does, is one clip, as a file is.
        form: how to read keypoint files; its `to_layout` is what the bundle takes.
        split: of a store, this split alone.
        limit: at most so many clips.

    Raises:
        GspmcError: nothing is there to read, or a file does not fit. Of a folder, the error comes
            in the file's turn, and the files after it can be read nevertheless.
    """
    path = Path(source)
    if "://" not in source and not path.exists():
        raise GspmcError(
            f"nothing is at {source}: name a clip store, a keypoint file, or a folder of such files"
        )
    if path.is_file():
        return iter([read_clip_file(path, form)])
    files = sorted(file for file in path.glob("*") if _holds_one_clip(file))
    if not files and _is_openpose(path):
        files = [path]
    if files:
        # Not a generator: after a file that cannot be read, the next one can still be asked for.
        return map(partial(read_clip_file, form=form), islice(files, limit))
    store = ClipStore.open(source)
    if store.layout.name != form.to_layout:
        raise GspmcError(f"{source} holds {store.layout.name}, the bundle takes {form.to_layout}")
    rows = range(len(store))
    if split is not None:
        names = store.index["split"].to_pylist()
        rows = [row for row in rows if names[row] == split]  # type: ignore[assignment]
        if not rows:
            raise GspmcError(f"{source} has no clips of split {split!r}")
    return store.read(list(islice(rows, limit)))


def _holds_one_clip(path: Path) -> bool:
    return path.suffix in KEYPOINTS or _is_openpose(path)


def _is_openpose(path: Path) -> bool:
    return any(path.glob("*_keypoints.json"))
