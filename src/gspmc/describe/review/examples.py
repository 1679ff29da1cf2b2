"""Example clips of a sign, as the page draws them."""

from __future__ import annotations

from math import isnan
from typing import Any

from gspmc.data.clip import Clip
from gspmc.data.store import ClipStore
from gspmc.data.view import PARTS_WITHOUT_BONES, limits, part_name, plane_positions
from gspmc.skeleton import PARTS, Layout, get_layout

MOST_EXAMPLES = 24
"""Of a class; more would make the list of them long, and show nothing new."""


def examples_of(store: ClipStore, label: str) -> list[dict[str, Any]]:
    """Clips of a class: those first in whose frames a hand is seen most often."""
    columns = store.index.select(["id", "label", "signer", "split", "frames", "hand_frames"])
    rows = [row for row in columns.to_pylist() if row["label"] == label]
    rows.sort(key=lambda row: -row["hand_frames"] / row["frames"])
    return [
        {name: row[name] for name in ("id", "signer", "split", "frames")}
        for row in rows[:MOST_EXAMPLES]
    ]


def layout_json(layout: Layout) -> dict[str, Any]:
    """Points and bones of every part, as indices into the points of a frame."""
    parts = []
    for name in PARTS:
        joints = layout.parts.get(name, ())
        bones = [] if name in PARTS_WITHOUT_BONES else [(j, layout.parents[j]) for j in joints]
        parts.append(
            {"name": name, "points": list(joints), "bones": [b for b in bones if b[0] != b[1]]}
        )
    return {"name": layout.name, "parts": [part for part in parts if part["points"]]}


def read_example(store: ClipStore, clip_id: str) -> Clip | None:
    """The clip of that id."""
    ids = store.index["id"].to_pylist()
    return next(store.read([ids.index(clip_id)])) if clip_id in ids else None


def clip_json(clip: Clip) -> dict[str, Any]:
    """Frames of points [x, y], null where one is missing; the box that holds them; in words.

    Of layouts with depth it is the view from the front.
    """
    layout = get_layout(clip.pose.layout)
    positions = plane_positions(clip)  # (T, V, 2)
    frames = [
        [None if isnan(x) else [round(x, 4), round(y, 4)] for x, y in points]
        for points in positions.tolist()
    ]
    low, high = limits(positions)
    return {
        "id": clip.id,
        "label": clip.label,
        "fps": float(clip.pose.fps),
        "frames": frames,
        "box": [round(float(edge), 4) for edge in (*low, *high)],
        "words": _in_words(clip, layout),
    }


def _in_words(clip: Clip, layout: Layout) -> str:
    """For those who do not see the drawing: how long, by whom, and what of it is to be seen."""
    seconds = len(clip.pose.keypoints) / clip.pose.fps
    shares = []
    for part in PARTS:
        if part in layout.parts:
            seen = clip.pose.visible[:, list(layout.parts[part])].any(axis=1).mean()
            shares.append(f"{part_name(part)} in {seen:.0%}")
    signer = f", signer {clip.signer}" if clip.signer else ""
    return (
        f"Moving skeleton of {clip.label}: {seconds:.1f} seconds, {len(clip.pose.keypoints)} frames"
        f"{signer}. Seen of the frames: {', '.join(shares)}."
    )
