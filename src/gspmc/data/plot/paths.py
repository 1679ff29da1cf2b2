"""The paths of both hands: over the image and over time."""

from typing import Any

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure

from gspmc.data.canvas import PART_COLOURS, TIME_COLOURS, styled
from gspmc.data.clip import Clip
from gspmc.data.plot.strip import STRIP_WIDTH, heading
from gspmc.data.view import part_name, plane_positions
from gspmc.errors import GspmcError
from gspmc.skeleton import Layout, get_layout

_SIDES = ("left", "right")
_MARKERS = {"left_hand": "o", "right_hand": "s"}


def _unit(layout: Layout) -> str:
    return "m" if "z" in layout.channels else "image heights"


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
    positions = plane_positions(clip)
    seconds = np.arange(len(positions)) / clip.pose.fps  # (T,)
    figure = Figure(figsize=(STRIP_WIDTH, 4.0), layout="constrained")
    figure.suptitle(heading(clip), x=0.01, ha="left", fontsize=10)
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
