"""One file of keypoints, in any named layout and form, as a clip."""

import logging
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from gspmc.data.clip import Clip
from gspmc.data.importers import mediapipe_array
from gspmc.data.importers.array_file import load_array
from gspmc.data.importers.found_files import KEYPOINTS
from gspmc.data.importers.misread import refuse_depth, refuse_pixels
from gspmc.data.importers.openpose import read_openpose
from gspmc.data.importers.points import Points, Unit, fill, to_store_form
from gspmc.data.importers.pose_file import read_pose_file
from gspmc.errors import GspmcError
from gspmc.pose import PoseSequence
from gspmc.skeleton import get_layout

_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class NumberFormat:
    """What the numbers in keypoint files are."""

    fps: float = 25.0
    """Frames a second where nothing else tells."""
    width: int | None = None
    """Of the picture in pixels, where coordinates are in pixels."""
    height: int | None = None
    """Likewise; coordinates are divided by it."""
    fractions: bool | None = None
    """Coordinates are fractions of the picture's width and height; x is multiplied by the aspect
    ratio where width and height are given. By default MediaPipe's arrays are, (T, 1662), (T, 543,
    4) and (T, 543, 3) with depth, and no others."""
    third: Literal["confidence", "depth"] | None = None
    """What the third number of a point is in planar layouts; by default depth in MediaPipe's (T,
    543, 3), else confidence. With depth, a point counts as seen where x and y are given and not
    both zero."""
    mirrored: bool = False
    """The points were found in pictures flipped left to right, as SAM-SLR's were: they are flipped
    back."""

    def __post_init__(self) -> None:
        sizes = [size for size in (self.width, self.height) if size is not None]
        if len(sizes) == 1 or any(size < 1 for size in sizes):
            raise GspmcError("pixels need both width and height, positive: give both, or neither")


@dataclass(frozen=True)
class KeypointFormat(NumberFormat):
    """How keypoint files are to be read."""

    layout: str
    """Layout of the files."""
    to_layout: str | None = None
    """Layout to convert to."""
    extractor: str = "unknown"
    """What found the points."""


def read_clip_file(file: Path, form: KeypointFormat) -> Clip:
    """One keypoint file as a clip without label; see `read_points` for the forms.

    Raises:
        GspmcError: naming the file and what is wrong with it.
    """
    try:
        points = read_points(file, form)
        pose = to_pose(points, form)
    except GspmcError as error:
        raise GspmcError(f"{file}: {error}") from error
    for note in points.notes:
        _log.info("%s: %s", file, note)
    return Clip(id=file.stem, label="", signer="", split="", pose=pose)


def read_points(file: Path, form: KeypointFormat) -> Points:
    """What a file holds.

    Args:
        file: an array (T, V, C) or (T, V·C) in .npy or .npz, there under the name `keypoints` or
            as the only one, in units of the image's height, or in pixels where `form` gives the
            picture's size; MediaPipe's (T, 1662), (T, 543, 4) or (T, 543, 3); a folder of
            OpenPose's JSON files, one a frame, in pixels; or a `.pose` file. The last two fill
            `form.layout` with what they have.
        form: how to read it.

    Raises:
        GspmcError: what is wrong with it.
    """
    if file.suffix not in KEYPOINTS and file.is_dir():
        values, names, notes = read_openpose(file)
        if not (form.height or form.fractions):
            raise GspmcError("OpenPose's points are in pixels: give --width and --height")
        unit: Unit = "fractions" if form.fractions else "pixels"
        filled = fill(values, names, form.layout)
        return Points(filled, form.layout, unit, form.width, form.height, None, notes)
    if file.suffix == ".pose":
        values, known, fps, width, height, notes = read_pose_file(file)
        size = (width, height) if width and height else (form.width, form.height)
        filled = fill(values, known, form.layout)
        return Points(filled, form.layout, "pixels", *size, fps or None, notes)
    return _read_array(file, form)


def _read_array(file: Path, form: KeypointFormat) -> Points:
    array, layout = load_array(file), get_layout(form.layout)
    shape = layout.num_joints, len(layout.channels)
    fractions = True
    if mediapipe_array.is_flat_holistic(array, layout):
        array = mediapipe_array.from_flat(array)
    elif mediapipe_array.is_holistic_with_depth(array, layout):
        array = mediapipe_array.from_depth(array)
    else:
        if array.ndim == 2 and array.shape[1] == math.prod(shape):
            array = array.reshape(len(array), *shape)
        fractions = mediapipe_array.is_holistic(layout) and form.third != "confidence"
        if array.shape[1:] == shape and shape[1] == 3:
            if fractions or form.third == "depth":
                array = mediapipe_array.seen_where_there(array)
            else:
                refuse_depth(array)
    if form.fractions is not None:
        fractions = form.fractions
    unit: Unit = "fractions" if fractions else "pixels" if form.height else "height"
    return Points(array, form.layout, unit, form.width, form.height)


def to_pose(points: Points, form: KeypointFormat) -> PoseSequence:
    """A pose sequence of what a file holds.

    Raises:
        GspmcError: the points do not fit their layout, are not finite, or are pixels of a picture
            of unknown size; or there are no frames.
    """
    layout = form.to_layout or points.layout
    pose = PoseSequence(
        keypoints=to_store_form(points, layout, form.mirrored),
        layout=layout,
        fps=points.fps or form.fps,
        width=points.width,
        height=points.height,
        extractor=form.extractor,
    )
    refuse_pixels(pose, points.unit)
    return pose
