"""Points as files hold them, on their way to a pose sequence."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np

from gspmc.errors import GspmcError
from gspmc.skeleton import Layout, convert, get_layout

Unit = Literal["height", "pixels", "fractions"]


@dataclass(frozen=True)
class Points:
    """What a file says.

    Attributes:
        values: (T, V, C) with the channels of the layout, in `unit`.
        layout: name of the layout.
        unit: `height`: of the picture's height; `pixels`; `fractions` of its width and height.
        width, height: pixels, where known.
        fps: frames a second, where known.
        notes: what is to be known about them.
    """

    values: np.ndarray
    layout: str
    unit: Unit = "height"
    width: int | None = None
    height: int | None = None
    fps: float | None = None
    notes: tuple[str, ...] = ()


def to_store_form(points: Points, to_layout: str, mirrored: bool) -> np.ndarray:
    """Points as stores have them: float16 in units of the picture's height, missing ones zero.

    Args:
        points: what a file says.
        to_layout: layout wanted.
        mirrored: they were found in pictures that were flipped left to right.

    Raises:
        GspmcError: the array does not fit its layout, or the layout cannot be converted.
    """
    values = points.values
    source = get_layout(points.layout)
    if values.ndim != 3 or values.shape[1:] != (source.num_joints, len(source.channels)):
        raise GspmcError(
            f"{source.name} keypoints must be (frames, {source.num_joints}, "
            f"{len(source.channels)}), not {values.shape}: name the layout they are in"
        )
    values = np.take(values, _places(points.layout, to_layout), axis=1)
    if values.dtype != np.float32:
        with np.errstate(over="ignore"):  # PoseSequence names what overflows to infinity
            values = values.astype(np.float32)
    if points.unit == "pixels" and points.height:
        values /= np.array([points.height] * 2 + [1] * (values.shape[2] - 2), np.float32)
    elif points.unit == "fractions" and points.height and points.width:
        values[..., 0] *= points.width / points.height
    if mirrored:
        values = _flip_back(values, get_layout(to_layout), points)
    missing = values[..., -1] <= 0
    if missing.any():
        values[missing] = 0
    with np.errstate(over="ignore"):
        return values.astype(np.float16)


def _flip_back(values: np.ndarray, layout: Layout, points: Points) -> np.ndarray:
    aspect = points.width / points.height if points.width and points.height else 1.0
    values = values[:, list(layout.mirror)]
    values[..., 0] = aspect - values[..., 0]
    return values


@lru_cache(maxsize=64)
def _places(source: str, target: str) -> np.ndarray:
    """Where the target's points stand among the source's."""
    layout = get_layout(source)
    numbers = np.arange(layout.num_joints)[:, None].repeat(len(layout.channels), axis=1)
    return convert(numbers, layout, get_layout(target))[:, 0]


def default_target(layout: str) -> str:
    """`gsp87` where the layout has all of its points, else the layout itself."""
    source, paper = get_layout(layout), get_layout("gsp87")
    has_all = source.channels == paper.channels and set(paper.joints) <= set(source.joints)
    return paper.name if has_all else layout


def fill(values: np.ndarray, names: Sequence[str | None], layout: str) -> np.ndarray:
    """Put named points into a planar layout; those that the file lacks are missing (zero).

    Args:
        values: (T, P, 3): x, y, confidence.
        names: of the P points; None for those that no layout has.

    Returns:
        float32 (T, V, 3).

    Raises:
        GspmcError: the layout is not planar, or not one of its points is among them.
    """
    target = get_layout(layout)
    place = {name: index for index, name in enumerate(names) if name is not None}
    pairs = [(v, place[joint]) for v, joint in enumerate(target.joints) if joint in place]
    if not pairs or len(target.channels) != 3:
        raise GspmcError(f"it has no points of {layout}: name another layout")
    filled = np.zeros((len(values), target.num_joints, 3), np.float32)
    into, out_of = zip(*pairs, strict=True)
    filled[:, list(into)] = values[:, list(out_of)]
    return filled


def one_person(people: np.ndarray) -> tuple[np.ndarray, tuple[str, ...]]:
    """Of several people the one with the highest confidence, frame by frame.

    Args:
        people: (M, T, P, C), the confidence last.

    Returns:
        (T, P, C), and a note where any frame shows several.

    Raises:
        GspmcError: there is nobody.
    """
    if not len(people):
        raise GspmcError(f"it has room for no person: an array of {people.shape}")
    score = np.nan_to_num(people[..., -1]).sum(axis=2)  # (M, T)
    several = int(((score > 0).sum(axis=0) > 1).sum())
    chosen = people[score.argmax(axis=0), np.arange(people.shape[1])]
    if not several:
        return chosen, ()
    return chosen, (
        f"{several} of {people.shape[1]} frames show several people: the surest is taken",
    )
