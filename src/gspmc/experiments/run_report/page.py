"""The page: an overview of all runs, then the sections of each, then what is left out and why."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from gspmc.evaluate.report import Cell, ReportTable, Section, write_report
from gspmc.evaluate.tables import percent
from gspmc.experiments.run_report.confidence import reliability
from gspmc.experiments.run_report.gains import gains_by_class
from gspmc.experiments.run_report.groups import by_length, by_missing_hands, by_signer
from gspmc.experiments.run_report.joints import joints
from gspmc.experiments.run_report.learning import learning
from gspmc.experiments.run_report.mistakes import hardest
from gspmc.experiments.run_report.subject import LeftOutError, ScoredRun, Subject

SECTIONS: dict[str, Callable[[Subject], Section]] = {
    "gain over the baseline": gains_by_class,
    "joints": joints,
    "signs taken for each other": hardest,
    "accuracy by signer": by_signer,
    "accuracy by clip length": by_length,
    "accuracy by frames without a hand": by_missing_hands,
    "reliability": reliability,
    "training curves": learning,
}
"""What a page tells of every run, by the name under which it is reported as left out."""


def write_run_report(path: str | Path, subjects: Sequence[Subject]) -> None:
    """Write one self-contained HTML file.

    Args:
        path: the file.
        subjects: of `read_subjects`, at least one.

    Raises:
        GspmcError: a run's files are damaged, or the page cannot be written.
    """
    split = subjects[0].run.scores.split
    sections = [_overview(subjects)]
    left_out: list[str] = []
    for subject in subjects:
        prefix = f"{subject.run.name}: " if len(subjects) > 1 else ""
        for name, make in SECTIONS.items():
            try:
                section = make(subject)
            except LeftOutError as reason:
                left_out.append(f"{prefix}{name}: {reason}.")
                continue
            sections.append(replace(section, heading=prefix + section.heading))
    if left_out:
        sections.append(Section("What is left out", left_out))
    named = ", ".join(subject.run.name for subject in subjects)
    write_report(path, f"gspmc report: {named} (split {split})", sections)


def _overview(subjects: Sequence[Subject]) -> Section:
    roles = [(subject.run, "") for subject in subjects]
    if (baseline := subjects[0].baseline) is not None:
        roles.append((baseline, " (baseline)"))
    roles += [(control, " (control)") for control in subjects[0].controls]
    excluded = sum(run.metrics.excluded for run, _ in roles)
    told = [
        "Accuracies in percent. Intervals (95 %) are Wilson's, which take clips for independent: "
        "across signers the true uncertainty is larger."
    ]
    if excluded:
        told.append("Clips of classes that a model does not know are left out of its numbers.")
    header = ["run", "clips", "left out", "top-1", "95 %", "top-5", "class mean", "texts", "seed"]
    return Section(
        "The runs", told, ReportTable([*header, "commit"], [_row(*each) for each in roles])
    )


def _row(run: ScoredRun, role: str) -> list[Cell]:
    metrics = run.metrics
    low, high = metrics.top1_interval
    return [
        run.name + role,
        metrics.count,
        metrics.excluded,
        percent(metrics.top1),
        f"{percent(low)} to {percent(high)}",
        percent(metrics.top5) + (f" (top-{metrics.k})" if metrics.k < 5 else ""),
        percent(metrics.class_mean),
        run.texts,
        str(run.config["seed"]),
        str(run.environment.get("commit") or "unknown"),
    ]
