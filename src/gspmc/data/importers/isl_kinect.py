"""ISL on Kinect: 20 joints in three dimensions, made `kinect20` clips."""

from collections.abc import Collection, Iterator
from pathlib import Path

import numpy as np

from gspmc.data.clip import Clip
from gspmc.data.importers.npz import cut, open_archive
from gspmc.data.importers.published import by_signer, refuse_strange_signers
from gspmc.errors import GspmcError
from gspmc.pose import PoseSequence

_ARRAYS = ("x", "length", "label", "signer", "repetition", "gloss")
_FPS = 30.0
_VAL_SIGNERS = (7, 8)
_LAST_TRAINING_SIGNER = 8


def import_isl_kinect(
    path: str | Path, val_signers: Collection[int] | None = None
) -> Iterator[Clip]:
    """Yield the clips of an archive; `x` is in metres, y up, and is flipped to point down.

    The set has no splits of its own: the clips of `val_signers` become `val`, signers above 8 (the
    ones the set's publishers of numbers hold out) `test`, the rest `train`.

    Args:
        val_signers: up to 8; by default 7 and 8, as far as they are there.

    Raises:
        GspmcError: the archive is not of this form, or one of `val_signers` is absent or held out.
    """
    arrays = open_archive(path, _ARRAYS)
    if arrays["x"].shape[1:] != (20, 3):
        raise GspmcError(f"{path}: x must be (frames, 20, 3), not {arrays['x'].shape}")
    for name in ("signer", "repetition"):
        if not np.issubdtype(arrays[name].dtype, np.integer):
            raise GspmcError(f"{path}: {name} must hold whole numbers, not {arrays[name].dtype}")
    if val_signers is None:
        val_signers = _VAL_SIGNERS
    else:
        held_out = [signer for signer in val_signers if signer > _LAST_TRAINING_SIGNER]
        if held_out:
            raise GspmcError(
                f"--val-signers: signer {held_out[0]} is held out for the split test: choose up to "
                f"{_LAST_TRAINING_SIGNER}"
            )
        refuse_strange_signers(arrays["signer"].ravel().tolist(), val_signers, ())
    for clip in cut(path, arrays):
        signer = int(arrays["signer"][clip.row])
        repetition = int(arrays["repetition"][clip.row])
        split = "test" if signer > _LAST_TRAINING_SIGNER else by_signer(signer, val_signers, ())
        points = clip.frames.astype(np.float32) * np.array([1, -1, 1], dtype=np.float32)
        confidence = np.ones((*points.shape[:2], 1), dtype=np.float32)
        yield Clip(
            id=f"{clip.gloss}-s{signer:02d}-r{repetition}",
            label=clip.gloss,
            signer=str(signer),
            split=split,
            pose=PoseSequence(
                keypoints=np.concatenate([points, confidence], axis=-1).astype(np.float16),
                layout="kinect20",
                fps=_FPS,
                extractor="kinect-v1",
            ),
        )
