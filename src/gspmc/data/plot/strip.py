"""A strip of skeletons over time."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from gspmc.data.canvas import PART_COLOURS, styled
from gspmc.data.clip import Clip
from gspmc.data.view import PARTS_WITHOUT_BONES, limits, part_name, plane_positions
from gspmc.skeleton import PARTS, Layout, get_layout

STRIP_WIDTH = 11.0  # inches


def chosen_frames(visible: np.ndarray, frames: int) -> np.ndarray:
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
        if part not in PARTS_WITHOUT_BONES:
            parents = np.array(layout.parents)[joints]
            bones = np.stack([positions[joints], positions[parents]], axis=1)  # (J, 2, 2)
            drawn = np.isfinite(bones).all(axis=(1, 2)) & (joints != parents)
            width = 1.0 if part == "body" else 1.5
            axes.add_collection(LineCollection(list(bones[drawn]), colors=colour, linewidths=width))
        seen = positions[joints][np.isfinite(positions[joints]).all(axis=1)]
        size = 2.6 if part in PARTS_WITHOUT_BONES else 3.0
        axes.scatter(seen[:, 0], seen[:, 1], s=size, color=colour, linewidths=0, zorder=3)


def draw_strip(row: Sequence[Axes], clip: Clip, chosen: np.ndarray) -> None:
    """The chosen frames, one an axes, on one scale."""
    layout = get_layout(clip.pose.layout)
    positions = plane_positions(clip)
    low, high = limits(positions[chosen])
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


def strip_height(clip: Clip, chosen: np.ndarray) -> float:
    """Inches that a row of these frames takes at full width."""
    low, high = limits(plane_positions(clip)[chosen])
    width, height = high - low
    return float(np.clip(STRIP_WIDTH / len(chosen) * height / width, 0.8, 4.0)) + 0.3


def _part_handles(layout: Layout) -> list[Line2D]:
    return [
        Line2D([], [], color=PART_COLOURS[part], linewidth=3, label=part_name(part))
        for part in PARTS
        if part in layout.parts
    ]


def heading(clip: Clip) -> str:
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
    chosen = chosen_frames(clip.pose.visible, frames)
    figure = Figure(figsize=(STRIP_WIDTH, strip_height(clip, chosen) + 0.5), layout="constrained")
    figure.suptitle(heading(clip), x=0.01, ha="left", fontsize=10)
    row = figure.subplots(1, len(chosen), squeeze=False)[0]
    draw_strip(row, clip, chosen)
    handles = _part_handles(get_layout(clip.pose.layout))
    figure.legend(handles=handles, loc="outside lower left", ncols=len(handles), fontsize=8)
    return figure
