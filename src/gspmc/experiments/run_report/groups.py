"""Accuracy by signer, by length and by how often the hands are lost."""

from collections.abc import Callable

import numpy as np

from gspmc.evaluate.figures.bars import accuracy_bars
from gspmc.evaluate.figures.by_signer import accuracy_by_signer
from gspmc.evaluate.grouped import accuracy_by_quantile, together
from gspmc.evaluate.report import ReportFigure, Section
from gspmc.experiments.run_report.subject import LeftOutError, Subject


def by_signer(subject: Subject) -> Section:
    """One bar a signer."""
    metrics = subject.run.metrics
    if all(not row.signer for row in metrics.per_signer):
        raise LeftOutError("the signer of no clip is known")
    return Section(
        "Accuracy by signer",
        figures=[ReportFigure(accuracy_by_signer(metrics), "Top-1 accuracy of each signer")],
    )


def by_length(subject: Subject) -> Section:
    """Quarters by number of frames."""
    frames = subject.stored.column("frames").astype(float)
    return _by_number(subject, "Accuracy by clip length in frames", frames, "{:.0f}".format)


def by_missing_hands(subject: Subject) -> Section:
    """Groups by the share of frames that show no hand, those before and after the sign included."""
    layout = subject.stored.store.layout
    if {"left_hand", "right_hand"}.isdisjoint(layout.parts):
        raise LeftOutError(f"layout {layout.name} has no hands")
    frames, with_hand = (subject.stored.column(name) for name in ("frames", "hand_frames"))
    heading = "Accuracy by share of frames without a hand"
    return _by_number(subject, heading, 1 - with_hand / frames, _percent)


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _by_number(
    subject: Subject, heading: str, values: np.ndarray, show: Callable[[float], str]
) -> Section:
    known = subject.run.scores.known
    rows = accuracy_by_quantile(values[known], subject.run.scores.hits[known], show)
    if len(rows) == 1:
        raise LeftOutError(f"it is {rows[0].name} in all clips")
    title = f"{heading} (split {subject.run.scores.split})"
    figure = accuracy_bars(rows, together(rows), title)
    told = ", ".join(f"{row.name}: {row.top1:.0%} of {row.clips}" for row in rows)
    return Section(
        heading,
        [
            "Clips sorted and cut at the quartiles, never between clips of equal value. Groups "
            "differ in their signs and signers too: this shows where errors are, not why."
        ],
        figures=[ReportFigure(figure, f"{heading}: {told}")],
    )
