"""Two clips that may be one, one above the other."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from gspmc.data.audit.duplicates import Pair
from gspmc.data.canvas import styled
from gspmc.data.clip import Clip
from gspmc.data.plot.strip import STRIP_WIDTH, draw_strip, heading, strip_height

MOMENTS = 8


@styled
def pair_strips(first: Clip, second: Clip, pair: Pair) -> Figure:
    """Both clips at the same moments of the recording they seem to share.

    Args:
        first, second: the clips of the pair.
        pair: how they lie in time; a mirrored copy is drawn as it is.
    """
    seconds = np.arange(len(second.pose.keypoints)) / second.pose.fps
    there = np.round((pair.offset + pair.tempo * seconds) * first.pose.fps).astype(int)
    common = np.flatnonzero((there >= 0) & (there < len(first.pose.keypoints)))
    shown = common[
        first.pose.visible[there[common]].any(axis=1) & second.pose.visible[common].any(axis=1)
    ]
    shown = shown if len(shown) else common
    moments = shown[np.unique(np.linspace(0, len(shown) - 1, MOMENTS).round().astype(int))]
    rows = [(first, there[moments]), (second, moments)]
    heights = [strip_height(clip, chosen) + 0.3 for clip, chosen in rows]
    figure = Figure(figsize=(STRIP_WIDTH, sum(heights) + 0.4), layout="constrained")
    panels = figure.subfigures(2, 1, height_ratios=heights, squeeze=False)[:, 0]
    for panel, (clip, chosen) in zip(panels, rows, strict=True):
        panel.suptitle(heading(clip), x=0.01, ha="left", fontsize=10)
        draw_strip(panel.subplots(1, len(chosen), squeeze=False)[0], clip, chosen)
    return figure
