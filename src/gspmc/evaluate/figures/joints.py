"""Which joints a model relies on, over a mean skeleton (arXiv 2505.02304, fig. 5)."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.figure import Figure

from gspmc.data.canvas import styled
from gspmc.evaluate.mean_skeleton import Panel
from gspmc.skeleton import Layout

_COLOURS = "RdBu_r"
"""Red where a joint helps, blue where hiding it does good, near white where it does nothing."""
_WIDTHS = {"body": 1.2}


@styled
def joint_importance(
    importance: Mapping[str, np.ndarray], panels: Sequence[Panel], layout: Layout
) -> Figure:
    """A row a model, all on one colour scale; the area of a point grows with its importance too.

    Args:
        importance: model's name -> float (V,), signed.
        panels: of `mean_panels`; joints that were never seen are left out.
        layout: whose bones are drawn.
    """
    limit = max(float(np.abs(values).max()) for values in importance.values()) or 1.0
    figure = Figure(figsize=(2.9 * len(panels) + 1.2, 3.4 * len(importance)), layout="constrained")
    grid = figure.subplots(
        len(importance),
        len(panels),
        squeeze=False,
        width_ratios=[_WIDTHS.get(panel.name, 1.0) for panel in panels],
    )
    for row, (name, values) in zip(grid, importance.items(), strict=True):
        for axes, panel in zip(row, panels, strict=True):
            drawn = _draw(axes, panel, values, layout, limit)
            axes.set_title(f"{name}: {panel.name}" if axes is row[0] else panel.name)
    figure.colorbar(drawn, ax=grid, label="fall of log p of the right sign (nats)", shrink=0.8)
    return figure


def _draw(
    axes: Axes, panel: Panel, values: np.ndarray, layout: Layout, limit: float
) -> PathCollection:
    place = {joint: position for position, joint in enumerate(panel.joints)}
    bones = [
        panel.positions[[place[joint], place[layout.parents[joint]]]]
        for joint in panel.joints
        if layout.parents[joint] in place and layout.parents[joint] != joint
    ]
    seen = np.isfinite(panel.positions).all(axis=1)
    if not panel.name.startswith("face"):  # whose bones all spring from the nose, a star
        whole = [bone for bone in bones if np.isfinite(bone).all()]
        axes.add_collection(LineCollection(whole, colors="#bbbbbb", linewidths=1, zorder=1))
    own = values[list(panel.joints)][seen]
    order = np.argsort(np.abs(own))  # the important ones on top
    x, y = panel.positions[seen].T
    points = axes.scatter(
        x[order],
        y[order],
        c=own[order],
        s=18 + 150 * np.abs(own[order]) / limit,
        cmap=_COLOURS,
        vmin=-limit,
        vmax=limit,
        edgecolors="#777777",
        linewidths=0.5,
        zorder=2,
    )
    axes.set_aspect("equal", adjustable="datalim")
    axes.margins(0.15)
    axes.invert_yaxis()  # y points down
    axes.set_xticks([])
    axes.set_yticks([])
    for spine in axes.spines.values():
        spine.set_visible(False)
    return points
