"""What a run gains over its baseline and its controls, and over the baseline sign by sign."""

from collections.abc import Sequence
from dataclasses import replace

from gspmc.evaluate.figures.classwise import class_gain_figure
from gspmc.evaluate.paired import ClassGain, class_gains, pair
from gspmc.evaluate.report import Cell, ReportFigure, ReportTable, Section
from gspmc.evaluate.tables import percent
from gspmc.experiments.ablation.comparison import LEVEL, Difference, difference_from
from gspmc.experiments.ablation.statistics import holm
from gspmc.experiments.run_report.subject import LeftOutError, ScoredRun, Subject


def gains_by_class(subject: Subject) -> Section:
    """Differences over all clips, and the classes' greatest gains and losses."""
    if subject.baseline is None:
        raise LeftOutError("no baseline was named (--baseline RUN)")
    own, baseline = subject.run.name, subject.baseline.name
    others = [subject.baseline, *subject.controls]
    differences = _differences(subject.run, others)
    hits = pair(subject.run.scores, subject.baseline.scores)
    gains = class_gains(hits)
    told = (
        f"{own} minus others over {len(hits.labels)} clips, in points. Intervals (95 %): bootstrap "
        "over signers; p: paired permutation test over signers, adjusted for the rows (Holm). One "
        "pair of runs each: another seed can give another sign."
    )
    figure = class_gain_figure(gains, own, baseline)
    first = gains[0]
    return Section(
        f"Gain over {baseline}, class by class",
        [f"{told} {_verdict(subject, differences)}", _significance(gains)],
        ReportTable(
            ["minus", "texts there", "points", "95 %", "p"],
            [_row(*each) for each in zip(others, differences, strict=True)],
        ),
        [
            ReportFigure(
                figure,
                f"Accuracy of {len(gains)} classes with both models; the greatest change upwards "
                f"is {first.label}, {first.won} clips won and {first.lost} lost",
                "n: clips of the class; + clips won, − clips lost against the baseline.",
            )
        ],
    )


def _differences(run: ScoredRun, others: Sequence[ScoredRun]) -> list[Difference]:
    """The run minus each of the others, p adjusted for their number."""
    found = []
    for other in others:
        hits = pair(run.scores, other.scores)
        by_clip = hits.own.astype(int) - hits.baseline
        found.append(difference_from(other.name, by_clip, hits.signers, seeds=1))
    raw = [each.p for each in found if each.p is not None]
    adjusted = iter(holm(raw, len(others)))
    return [each if each.p is None else replace(each, p=next(adjusted)) for each in found]


def _row(other: ScoredRun, found: Difference) -> list[Cell]:
    value, low, high = found.top1
    return [
        other.name,
        other.texts,
        f"{100 * value:+.1f}",
        "few signers" if low is None or high is None else f"{percent(low)} to {percent(high)}",
        "" if found.p is None else f"{found.p:.2g}",
    ]


def _verdict(subject: Subject, differences: Sequence[Difference]) -> str:
    """Whether a gain is shown, and whether it can be the texts'."""
    over_baseline, *over_controls = differences
    if not over_baseline.can_be_shown:
        return "With so few signers no difference can be shown."
    if not over_baseline.is_gain:
        return f"No gain over {over_baseline.other} is shown."
    shown = f"The gain over {over_baseline.other} is shown"
    near = [each.other for each in over_controls if not each.is_gain]
    if near:
        return (
            f"{shown}, that over {' and '.join(near)} is not: it need not come from what the texts "
            "say."
        )
    if over_controls:
        return f"{shown}, and that over every control."
    if subject.run.texts == "none" or subject.baseline is None or subject.baseline.texts != "none":
        return f"{shown}."  # not by texts
    return (
        f"{shown}, but no control stands beside it: texts shuffled across signs, or random "
        "vectors, may gain as much (--control RUN, or `gspmc ablate`)."
    )


def _significance(gains: Sequence[ClassGain]) -> str:
    """How many classes a sign test tells from chance, and what that would take."""
    raw = [gain.p for gain in gains]
    sure = [
        f"{gain.label} (p {p:.2g})"
        for gain, p in zip(gains, holm(raw, len(raw)), strict=True)
        if p < LEVEL
    ]
    single = sum(p < LEVEL for p in raw)
    clips = sorted(gain.clips for gain in gains)
    return (
        f"Classes have {clips[0]} to {clips[-1]} clips, {clips[len(clips) // 2]} in the middle. A "
        "sign test on the clips won and lost needs six of one kind and none of the other for "
        f"p < {LEVEL}. {single} of {len(gains)} classes reach that taken one by one (by chance "
        f"alone, up to one in twenty would), and adjusted for their number (Holm): "
        f"{', '.join(sure) or 'none'}. Take no other single class for a finding."
    )
