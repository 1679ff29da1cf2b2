"""One .npy or .npz file of keypoints, in any named layout, as a clip."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from gspmc.data.clip import Clip
from gspmc.data.importers.npz import damage
from gspmc.errors import GspmcError
from gspmc.pose import PoseSequence
from gspmc.skeleton import convert, get_layout


@dataclass(frozen=True)
class KeypointFormat:
    """How keypoint files are to be read."""

    layout: str
    """Layout of the files."""
    to_layout: str | None = None
    """Layout to convert to."""
    fps: float = 25.0
    """Frames a second where nothing else tells."""
    width: int | None = None
    """Of the picture in pixels, where coordinates are in pixels."""
    height: int | None = None
    """Likewise; coordinates are divided by it."""
    extractor: str = "unknown"
    """What found the points."""

    def __post_init__(self) -> None:
        sizes = [size for size in (self.width, self.height) if size is not None]
        if len(sizes) == 1 or any(size < 1 for size in sizes):
            raise GspmcError("pixels need both width and height, positive: give both, or neither")


def read_clip_file(file: Path, form: KeypointFormat) -> Clip:
    """One keypoint file as a clip without label.

    Args:
        file: holds (T, V, C), or (T, V·C); an .npz under the name `keypoints`, or as its only
            array. Coordinates are in units of image height, or in pixels where `form` gives the
            picture's size.
        form: how to read it.

    Raises:
        GspmcError: naming the file and what is wrong with it.
    """
    try:
        keypoints = _read_keypoints(file, form.layout)
        if form.height and keypoints.ndim == 3:  # any other shape is refused below
            keypoints[..., :2] /= form.height
        if form.to_layout:
            keypoints = convert(keypoints, get_layout(form.layout), get_layout(form.to_layout))
        with np.errstate(over="ignore"):  # PoseSequence names what overflows to infinity
            half = _zero_missing(keypoints).astype(np.float16)
        pose = PoseSequence(
            keypoints=half,
            layout=form.to_layout or form.layout,
            fps=form.fps,
            width=form.width,
            height=form.height,
            extractor=form.extractor,
        )
    except GspmcError as error:
        raise GspmcError(f"{file}: {error}") from error
    return Clip(id=file.stem, label="", signer="", split="", pose=pose)


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
