"""Copies of a clip, of every kind and several strengths. Written from what people do to videos.

Each maker takes keypoints (T, V, C), frames a second and a generator, and gives keypoints and
frames a second. Missing points (confidence 0) stay missing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np

from gspmc.data.audit.tracks import sample
from gspmc.data.clip import Clip
from gspmc.skeleton import Layout, get_layout

Keypoints = np.ndarray
Maker = Callable[[Clip, np.random.Generator], tuple[Keypoints, float]]


def _keypoints(clip: Clip) -> Keypoints:
    return clip.pose.keypoints.astype(np.float32)


def unit_of(keypoints: Keypoints) -> float:
    """Median over frames of the spread (RMS) of a frame's seen points about their mean."""
    spreads = [
        float(np.sqrt(frame[seen, :-1].var(axis=0).sum()))
        for frame in keypoints
        if (seen := frame[:, -1] > 0).any()
    ]
    return float(np.median(spreads)) if spreads else 1.0


def exact(clip: Clip, rng: np.random.Generator) -> tuple[Keypoints, float]:
    return _keypoints(clip), clip.pose.fps


def shifted(share: float, clip: Clip, rng: np.random.Generator) -> tuple[Keypoints, float]:
    """Both ends moved later: the beginning is cut off, the last frame stands at the end."""
    points = _keypoints(clip)
    cut = max(int(share * len(points)), 1)
    return np.concatenate([points[cut:], np.repeat(points[-1:], cut, axis=0)]), clip.pose.fps


def cropped(share: float, clip: Clip, rng: np.random.Generator) -> tuple[Keypoints, float]:
    """A stretch of the clip, anywhere in it."""
    points = _keypoints(clip)
    length = max(int(share * len(points)), 1)
    start = int(rng.integers(0, len(points) - length + 1))
    return points[start : start + length], clip.pose.fps


def mirrored(clip: Clip, rng: np.random.Generator) -> tuple[Keypoints, float]:
    layout = get_layout(clip.pose.layout)
    points = _keypoints(clip)[:, list(layout.mirror)]
    middle = 0.0 if "z" in layout.channels else 1.0
    points[..., 0] = np.where(points[..., -1] > 0, middle - points[..., 0], 0)
    return points, clip.pose.fps


def noisy(share: float, clip: Clip, rng: np.random.Generator) -> tuple[Keypoints, float]:
    """Every point of every frame by itself, standard deviation in units of `unit_of`."""
    points = _keypoints(clip)
    noise = rng.normal(scale=share * unit_of(points), size=points[..., :-1].shape)
    points[..., :-1] += noise * (points[..., -1:] > 0)
    return points, clip.pose.fps


def dropped(share: float, clip: Clip, rng: np.random.Generator) -> tuple[Keypoints, float]:
    """A hand is lost in some frames, each hand by itself."""
    points = _keypoints(clip)
    layout = get_layout(clip.pose.layout)
    for side in ("left_hand", "right_hand"):
        lost = np.flatnonzero(rng.random(len(points)) < share)
        points[np.ix_(lost, list(layout.parts[side]))] = 0
    return points, clip.pose.fps


def resampled(
    rate: float, told: bool, clip: Clip, rng: np.random.Generator
) -> tuple[Keypoints, float]:
    """Another frame rate, `rate` times the first; told, or the first rate kept by mistake."""
    points = _keypoints(clip)
    times = np.arange(0, len(points) - 1 + 1e-6, 1 / rate)
    moved, seen = sample(points[..., :-1], points[..., -1] > 0, times)
    confidence = seen[..., None].astype(np.float32)
    return (
        np.concatenate([moved, confidence], axis=-1),
        clip.pose.fps * (rate if told else 1.0),
    )


def scaled(
    factor: float, squeeze: float, clip: Clip, rng: np.random.Generator
) -> tuple[Keypoints, float]:
    """Another resolution, crop or aspect: coordinates times a factor, x squeezed, and shifted."""
    points = _keypoints(clip)
    factors = np.full(points.shape[-1] - 1, factor, dtype=np.float32)
    factors[0] *= squeeze
    shift = rng.uniform(-0.2, 0.2, size=len(factors))
    points[..., :-1] = (points[..., :-1] * factors + shift) * (points[..., -1:] > 0)
    return points, clip.pose.fps


def several(strong: bool, clip: Clip, rng: np.random.Generator) -> tuple[Keypoints, float]:
    """What a re-upload goes through: another rate, cut, size, noise; when strong, mirrored too."""
    steps: list[Maker] = [
        partial(cropped, 0.7 if strong else 0.85),
        partial(resampled, 1.2, not strong),
        partial(scaled, 0.7, 1.0),
        partial(noisy, 0.04 if strong else 0.02),
        partial(dropped, 0.1 if strong else 0.05),
    ]
    for step in [mirrored, *steps] if strong else steps:
        keypoints, fps = step(clip, rng)
        clip = replace(clip, pose=replace(clip.pose, keypoints=keypoints, fps=fps))
    return _keypoints(clip), clip.pose.fps


def makers(layout: Layout) -> dict[str, Maker]:
    """Name of a kind with its strength -> how such a copy is made."""
    made: dict[str, Maker] = {
        "exact": exact,
        **{f"shifted by {share:.0%}": partial(shifted, share) for share in (0.1, 0.3)},
        **{f"cropped to {share:.0%}": partial(cropped, share) for share in (0.8, 0.6, 0.4)},
        "mirrored": mirrored,
        **{f"noise {share:.0%}": partial(noisy, share) for share in (0.01, 0.03, 0.06, 0.12)},
        **{f"hand lost in {share:.0%}": partial(dropped, share) for share in (0.1, 0.3)},
        "30 for 25 fps, told": partial(resampled, 1.2, True),
        "30 for 25 fps, not told": partial(resampled, 1.2, False),
        "half the frames, told": partial(resampled, 0.5, True),
        "half the frames, not told": partial(resampled, 0.5, False),
        "half the size, shifted": partial(scaled, 0.5, 1.0),
        "several, mild": partial(several, False),
        "several, strong": partial(several, True),
    }
    if "z" not in layout.channels:
        made["squeezed from 16:9 to 4:3"] = partial(scaled, 1.0, 0.75)
    return made


def plant(clip: Clip, kind: str, rng: np.random.Generator, **changes: str) -> Clip:
    """A copy of a clip, its id ending in the kind; `changes` are other label, signer, split."""
    keypoints, fps = makers(get_layout(clip.pose.layout))[kind](clip, rng)
    pose = replace(clip.pose, keypoints=keypoints.astype(np.float16), fps=fps)
    return replace(clip, id=f"{clip.id} {kind}", pose=pose, **changes)
