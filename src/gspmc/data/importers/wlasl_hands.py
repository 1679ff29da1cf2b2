"""WLASL hands: MediaPipe Hands landmarks in two unordered slots, made `hands42` clips."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from gspmc.data.clip import Clip
from gspmc.data.importers.hand_tracking import drop_repeated_hands, order_hands
from gspmc.data.importers.npz import cut, open_archive
from gspmc.errors import GspmcError
from gspmc.pose import PoseSequence

_ARRAYS = ("x", "length", "label", "split", "signer", "video_id", "gloss")
_MISSING = -1
_FPS = 25.0
"""WLASL's usual rate; the archive does not store any."""


def import_wlasl_hands(path: str | Path, classes: int | None = None) -> Iterator[Clip]:
    """Yield the clips of an archive.

    The depth that MediaPipe guesses is left out: `hands42` is planar. Width and height are unknown,
    so the aspect is taken as 1.

    Args:
        path: npz with x (frames, 2, 21, 3), −1 where a hand is missing, and length, label, split,
            signer, video_id, gloss.
        classes: take the first so many classes (WLASL100 is the first 100); all if None.

    Raises:
        GspmcError: the archive is not of this form, or has fewer classes.
    """
    arrays = open_archive(path, _ARRAYS)
    if arrays["x"].shape[1:] != (2, 21, 3):
        raise GspmcError(
            f"{path}: x must be (frames, 2, 21, 3), not {arrays['x'].shape}: is it WLASL hands?"
        )
    available = arrays["gloss"].size
    if classes is not None and not 0 < classes <= available:
        raise GspmcError(f"--classes {classes}: {path} has {available}")
    for clip in cut(path, arrays):
        if classes is not None and arrays["label"][clip.row] >= classes:
            continue
        yield Clip(
            id=str(arrays["video_id"][clip.row]),
            label=clip.gloss,
            signer=str(arrays["signer"][clip.row]),
            split=str(arrays["split"][clip.row]),
            pose=PoseSequence(
                keypoints=to_hands42(clip.frames),
                layout="hands42",
                fps=_FPS,
                extractor="mediapipe-hands",
            ),
        )


def to_hands42(slots: np.ndarray) -> np.ndarray:
    """Two unordered slots (T, 2, 21, 3) as float16 (T, 42, 3): the left hand, then the right."""
    points = slots[..., :2].astype(np.float32)
    present = drop_repeated_hands(points, (slots != _MISSING).any(axis=(2, 3)))
    reverse = order_hands(points, present)
    hands = np.where(reverse[:, None, None, None], points[:, ::-1], points)
    seen = np.where(reverse[:, None], present[:, ::-1], present)[:, :, None, None]
    confidence = np.broadcast_to(seen, (*hands.shape[:3], 1))
    keypoints = np.concatenate([hands * seen, confidence], axis=-1)
    return keypoints.reshape(len(slots), 42, 3).astype(np.float16)
