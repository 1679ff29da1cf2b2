"""Which joints and parts a run relies on, beside its baseline."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

import numpy as np

from gspmc.data.windows import ClipWindows, load_windows
from gspmc.evaluate.figures.joints import joint_importance
from gspmc.evaluate.mean_skeleton import mean_panels
from gspmc.evaluate.occlusion import occlusion_drops, spread_over_classes
from gspmc.evaluate.report import Cell, ReportFigure, ReportTable, Section
from gspmc.experiments.ablation.statistics import mean_over_signers
from gspmc.experiments.run_report.subject import LeftOutError, ScoredRun, Subject
from gspmc.models.snapshot import load_model
from gspmc.skeleton import Layout

_LISTED = 10
_METHOD = (
    "Occlusion: one joint at a time is hidden (coordinates and confidence zero in every frame, "
    "after preprocessing), and the fall of the log-probability of the right sign is averaged over "
    "{clips} clips of split {split}, as many of every class as can be. A joint whose neighbours "
    "tell the same can be hidden at little cost, so the table hides whole parts too. A model that "
    "never saw such gaps in training may fall for the gap, not for want of the joint. Intervals "
    "(95 %): bootstrap over signers."
)
_HANDS = " Hands are turned upright, thumbs inwards, the subject's right hand on the left."


class _Hidden(NamedTuple):
    """Drops of one model."""

    windows: ClipWindows
    by_joint: np.ndarray
    """(n, V)."""
    by_part: np.ndarray
    """(n, P) over the layout's parts."""


def joints(subject: Subject) -> Section:
    """Importance over the skeleton, of the run and its baseline on one scale."""
    if not subject.joint_clips:
        raise LeftOutError("it was not asked for (--joint-clips 0)")
    stored = subject.stored
    known = np.flatnonzero(subject.run.scores.known)
    chosen = known[spread_over_classes(subject.run.scores.labels[known], subject.joint_clips)]
    hide = partial(_hide, rows=stored.rows[chosen], subject=subject)
    found = {run.name: hide(run) for run in (subject.run, subject.baseline) if run is not None}
    own = found[subject.run.name]
    layout = own.windows.layout
    means = {name: hidden.by_joint.mean(axis=0) for name, hidden in found.items()}
    strongest = np.argsort(-means[subject.run.name])[:_LISTED]
    panels = mean_panels(own.windows)
    figure = joint_importance(means, panels, layout)
    signers = subject.run.scores.signers[chosen]
    return Section(
        "Joints it relies on",
        [_METHOD.format(clips=len(chosen), split=subject.run.scores.split)],
        _table(found, layout, strongest, signers),
        [
            ReportFigure(
                figure,
                f"Importance of {layout.num_joints} joints on a mean skeleton; the greatest is "
                f"{layout.joints[strongest[0]]}",
                "The mean skeleton of these clips. Red: hiding the joint costs; blue: it helps. "
                "One scale for all."
                + (_HANDS if any(panel.name.endswith("hand") for panel in panels) else ""),
            )
        ],
    )


def _hide(run: ScoredRun, rows: np.ndarray, subject: Subject) -> _Hidden:
    if run.is_fusion:
        raise LeftOutError(f"{run.name} is a fusion: compare with one of its runs")
    config, model = load_model(run.directory.path)
    store = subject.stored.store
    if store.layout.name != config.layout:
        raise LeftOutError(f"{run.name} takes {config.layout}, the store holds {store.layout.name}")
    windows = load_windows(store, rows, config.labels, config.preprocessing, progress=False)
    layout = store.layout
    groups: Sequence[Sequence[int]] = [
        *([joint] for joint in range(layout.num_joints)),
        *layout.parts.values(),
    ]
    drops = occlusion_drops(model, config, windows, groups, progress=not subject.quiet)
    return _Hidden(windows, drops[:, : layout.num_joints], drops[:, layout.num_joints :])


def _table(
    found: dict[str, _Hidden], layout: Layout, strongest: np.ndarray, signers: np.ndarray
) -> ReportTable:
    """The whole parts, then the joints that cost the run most."""

    def cells(column: str, place: int) -> list[Cell]:
        return [_estimate(getattr(hidden, column)[:, place], signers) for hidden in found.values()]

    rows: list[list[Cell]] = [
        [f"{part.replace('_', ' ')} (whole)", *cells("by_part", place)]
        for place, part in enumerate(layout.parts)
    ]
    rows += [[layout.joints[joint], *cells("by_joint", joint)] for joint in strongest]
    return ReportTable(["hidden", *(f"{name}, nats" for name in found)], rows)


def _estimate(drops: np.ndarray, signers: np.ndarray) -> str:
    mean, low, high = mean_over_signers(drops, signers)
    return f"{mean:.2f}" + ("" if low is None else f" ({low:.2f} to {high:.2f})")
