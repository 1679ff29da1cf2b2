"""Clips as pictures: a strip of skeletons, the paths of the hands, a card with the description."""

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any
from unicodedata import east_asian_width

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from gspmc.data.canvas import PART_COLOURS, TIME_COLOURS, styled
from gspmc.data.clip import Clip
from gspmc.errors import GspmcError
from gspmc.skeleton import PARTS, Layout, get_layout

_FACE_PARTS = ("mouth", "face")
"""Their bones all spring from the tip of the nose, a star that hides the face: points alone."""
_SIDES = ("left", "right")
_MARKERS = {"left_hand": "o", "right_hand": "s"}
_STRIP_WIDTH = 11.0  # inches
_CHARACTERS = 104
"""Latin characters a line of a card's text holds beside the part's name."""
_LINE = 0.235  # inches


def part_name(part: str) -> str:
    return part.replace("_", " ")


def _positions(clip: Clip) -> np.ndarray:
    """Float (T, V, 2): x and y, NaN where a point is missing."""
    channels = get_layout(clip.pose.layout).channels
    plane = [channels.index("x"), channels.index("y")]
    positions = clip.pose.keypoints[..., plane].astype(np.float64)
    positions[~clip.pose.visible] = np.nan
    return positions


def _unit(layout: Layout) -> str:
    return "m" if "z" in layout.channels else "image heights"


def _chosen_frames(visible: np.ndarray, frames: int) -> np.ndarray:
    """Indices of at most `frames` frames, evenly spaced over those that show anything.

    Of a clip that shows nothing, evenly spaced over all.
    """
    shown = np.flatnonzero(visible.any(axis=1))
    candidates = shown if len(shown) else np.arange(len(visible))
    steps = np.linspace(0, len(candidates) - 1, min(frames, len(candidates)))
    return candidates[np.unique(steps.round().astype(int))]


def _draw_skeleton(axes: Axes, positions: np.ndarray, layout: Layout) -> None:
    """One frame (V, 2): bones whose two ends are seen, and every point that is seen."""
    for part in PARTS:
        joints = np.array(layout.parts.get(part, ()), dtype=int)
        if not len(joints):
            continue
        colour = PART_COLOURS[part]
        if part not in _FACE_PARTS:
            parents = np.array(layout.parents)[joints]
            bones = np.stack([positions[joints], positions[parents]], axis=1)  # (J, 2, 2)
            drawn = np.isfinite(bones).all(axis=(1, 2)) & (joints != parents)
            width = 1.0 if part == "body" else 1.5
            axes.add_collection(LineCollection(list(bones[drawn]), colors=colour, linewidths=width))
        seen = positions[joints][np.isfinite(positions[joints]).all(axis=1)]
        size = 2.6 if part in _FACE_PARTS else 3.0
        axes.scatter(seen[:, 0], seen[:, 1], s=size, color=colour, linewidths=0, zorder=3)


def _limits(positions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Lower and upper corner (2,) of all that the clip shows, stray detections aside."""
    seen = positions[np.isfinite(positions).all(axis=-1)]  # (n, 2)
    if not len(seen):
        return np.zeros(2), np.ones(2)
    low, high = np.percentile(seen, [0.5, 99.5], axis=0)
    margin = 0.06 * max(float((high - low).max()), 1e-3)
    return low - margin, high + margin


def _draw_strip(row: Sequence[Axes], clip: Clip, chosen: np.ndarray) -> None:
    layout = get_layout(clip.pose.layout)
    positions = _positions(clip)
    low, high = _limits(positions[chosen])
    for axes, frame in zip(row, chosen, strict=True):
        _draw_skeleton(axes, positions[frame], layout)
        if not np.isfinite(positions[frame]).any():
            axes.text(0.5, 0.5, "nothing seen", transform=axes.transAxes, ha="center")
        axes.set_xlim(low[0], high[0])
        axes.set_ylim(high[1], low[1])  # y points down
        axes.set_aspect("equal")
        axes.set_xticks([])
        axes.set_yticks([])
        for spine in axes.spines.values():
            spine.set_visible(True)
            spine.set_color("#dddddd")
        axes.set_xlabel(f"{frame / clip.pose.fps:.2f} s", fontsize=8, color="#595959")


def _strip_height(clip: Clip, chosen: np.ndarray) -> float:
    """Inches that a row of these frames takes at full width."""
    low, high = _limits(_positions(clip)[chosen])
    width, height = high - low
    return float(np.clip(_STRIP_WIDTH / len(chosen) * height / width, 0.8, 4.0)) + 0.3


def _part_handles(layout: Layout) -> list[Line2D]:
    return [
        Line2D([], [], color=PART_COLOURS[part], linewidth=3, label=part_name(part))
        for part in PARTS
        if layout.has_part(part)
    ]


def _heading(clip: Clip) -> str:
    return f"{clip.label}  ({clip.id}, signer {clip.signer or 'unknown'}, {clip.split})"


@styled
def skeleton_strip(clip: Clip, frames: int = 8) -> Figure:
    """Skeletons at evenly spaced times, left to right, parts in colours.

    Frames that show nothing are not chosen; missing points and bones that end in one are left
    out; y points down and both axes have one scale. Three-dimensional layouts are seen from the
    front (x, y).

    Args:
        clip: keypoints (T, V, C) of any layout.
        frames: how many skeletons; fewer if fewer frames show anything.
    """
    chosen = _chosen_frames(clip.pose.visible, frames)
    figure = Figure(figsize=(_STRIP_WIDTH, _strip_height(clip, chosen) + 0.5), layout="constrained")
    figure.suptitle(_heading(clip), x=0.01, ha="left", fontsize=10)
    row = figure.subplots(1, len(chosen), squeeze=False)[0]
    _draw_strip(row, clip, chosen)
    handles = _part_handles(get_layout(clip.pose.layout))
    figure.legend(handles=handles, loc="outside lower left", ncols=len(handles), fontsize=8)
    return figure


def _hand_joint(layout: Layout, side: str) -> int:
    for name in (f"{side}_hand.root", f"{side}_wrist"):
        if name in layout.joints:
            return layout.index(name)
    raise GspmcError(f"layout {layout.name} has no {side} wrist: trajectories need both")


@styled
def trajectories(clip: Clip) -> Figure:
    """Where both hands' roots (else wrists) go: in the image plane, and x and y over time.

    The left panel colours the path by time and marks where it starts; a gap in a line is a time
    in which the hand was not seen.

    Raises:
        GspmcError: the layout has no wrists.
    """
    layout = get_layout(clip.pose.layout)
    positions = _positions(clip)
    seconds = np.arange(len(positions)) / clip.pose.fps  # (T,)
    figure = Figure(figsize=(_STRIP_WIDTH, 4.0), layout="constrained")
    figure.suptitle(_heading(clip), x=0.01, ha="left", fontsize=10)
    panels = figure.subplot_mosaic([["plane", "x"], ["plane", "y"]], width_ratios=[1.1, 1.6])
    plane = panels["plane"]

    for side in _SIDES:
        part = f"{side}_hand"
        path = positions[:, _hand_joint(layout, side)]  # (T, 2)
        steps = np.stack([path[:-1], path[1:]], axis=1)  # (T - 1, 2, 2)
        joined = np.isfinite(steps).all(axis=(1, 2))
        lines = LineCollection(
            list(steps[joined]), array=seconds[1:][joined], cmap=TIME_COLOURS, linewidths=2
        )
        lines.set_clim(0, max(float(seconds[-1]), 1 / clip.pose.fps))
        plane.add_collection(lines)
        seen = path[np.isfinite(path).all(axis=1)]
        marker: dict[str, Any] = {"marker": _MARKERS[part], "color": PART_COLOURS[part]}
        label = f"{part_name(part)}{'' if len(seen) else ' (never seen)'}"
        plane.plot(seen[:1, 0], seen[:1, 1], linestyle="", label=f"{label}, start", **marker)
        for axis, panel in enumerate((panels["x"], panels["y"])):
            panel.plot(seconds, path[:, axis], markersize=2.5, linewidth=1.2, label=label, **marker)

    plane.autoscale_view()
    plane.invert_yaxis()  # y points down
    plane.set_aspect("equal", adjustable="datalim")
    unit = _unit(layout)
    plane.set_xlabel(f"x ({unit})")
    plane.set_ylabel(f"y ({unit}), down")
    plane.legend(fontsize=7, loc="best")
    figure.colorbar(lines, ax=plane, label="time (s)")
    for name in ("x", "y"):
        panels[name].set_ylabel(f"{name} ({unit}){', down' * (name == 'y')}")
        panels[name].set_xlim(0, max(float(seconds[-1]), 1 / clip.pose.fps))
    panels["y"].invert_yaxis()
    panels["y"].set_xlabel("time (s)")
    panels["x"].legend(fontsize=7, loc="best")
    return figure


def _wrapped(text: str) -> list[str]:
    """Lines of a text; characters of double width (Chinese, Korean) count twice."""
    wide = any(east_asian_width(character) in "WF" for character in text)
    return textwrap.wrap(text, _CHARACTERS // 2 if wide else _CHARACTERS)


@styled
def sign_card(
    clip: Clip, part_texts: Mapping[str, Sequence[str]], refined: str, frames: int = 6
) -> Figure:
    """A sign as a skeleton strip, and beneath it what its description says, part by part.

    Args:
        clip: keypoints (T, V, C) of any layout.
        part_texts: part -> its texts. A text given for several parts is shown once, under the
            names of all of them.
        refined: the text of the whole sign.
        frames: how many skeletons.
    """
    parts_of_text: dict[str, list[str]] = {}
    for part in PARTS:
        for text in part_texts.get(part, ()):
            parts_of_text.setdefault(text, []).append(part)
    entries = [(["whole sign"], _wrapped(refined))] + [
        (parts, _wrapped(text)) for text, parts in parts_of_text.items()
    ]
    lines = [max(len(names), len(wrapped)) + 0.5 for names, wrapped in entries]

    chosen = _chosen_frames(clip.pose.visible, frames)
    heights = [_strip_height(clip, chosen), sum(lines) * _LINE]
    figure = Figure(figsize=(_STRIP_WIDTH, sum(heights) + 0.5), layout="constrained")
    figure.suptitle(clip.label, x=0.01, ha="left", fontsize=15, fontweight="bold")
    above, below = figure.subfigures(2, 1, height_ratios=heights, squeeze=False)[:, 0]
    _draw_strip(above.subplots(1, len(chosen), squeeze=False)[0], clip, chosen)

    top, line = 1.0, 1 / sum(lines)
    for (names, wrapped), height in zip(entries, lines, strict=True):
        for row, name in enumerate(names):
            colour = PART_COLOURS.get(name, "black")
            below.text(
                0.012,
                top - row * line,
                part_name(name),
                color=colour,
                fontweight="bold",
                fontsize=11,
                va="top",
            )
        for row, text in enumerate(wrapped):
            below.text(0.13, top - row * line, text, fontsize=11, va="top")
        top -= height * line
    return figure
