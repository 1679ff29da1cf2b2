"""What a run gains over its baseline, sign by sign."""

from collections.abc import Mapping, Sequence
from typing import Any

from gspmc.evaluate.figures.classwise import class_gain_figure
from gspmc.evaluate.paired import ClassGain, class_gains, pair
from gspmc.evaluate.report import ReportFigure, Section
from gspmc.evaluate.tables import percent
from gspmc.experiments.ablation.statistics import holm, mean_over_signers, p_value
from gspmc.experiments.run_report.subject import LeftOutError, Subject

_LEVEL = 0.05


def gains_by_class(subject: Subject) -> Section:
    """Greatest gains and losses, with the counts that tell them from noise."""
    if subject.baseline is None:
        raise LeftOutError("no baseline was named (--baseline RUN)")
    own, baseline = subject.run.name, subject.baseline.name
    hits = pair(subject.run.scores, subject.baseline.scores)
    gains = class_gains(hits)
    by_clip = hits.own.astype(float) - hits.baseline
    difference, p = mean_over_signers(by_clip, hits.signers), p_value(by_clip, hits.signers)
    told = f"{own} minus {baseline} over {len(by_clip)} clips: {100 * difference.value:+.1f} points"
    if difference.low is not None and difference.high is not None and p is not None:
        told += (
            f" (95 % {percent(difference.low)} to {percent(difference.high)}, bootstrap over "
            f"signers; p {p:.2g}, paired permutation test over signers)"
        )
    told += ". One pair of runs: another seed can give another sign."
    if _may_be_regularisation(subject.run.config, subject.baseline.config):
        told += (
            " No control stands beside it: texts shuffled across signs, or random vectors, may gain"
            " as much (name such a run as the baseline, or use `gspmc ablate`)."
        )
    figure = class_gain_figure(gains, own, baseline)
    first = gains[0]
    return Section(
        f"Gain over {baseline}, class by class",
        [told, _significance(gains)],
        figures=[
            ReportFigure(
                figure,
                f"Accuracy of {len(gains)} classes with both models; the greatest change upwards "
                f"is {first.label}, {first.won} clips won and {first.lost} lost",
                "n: clips of the class; + clips won, − clips lost against the baseline.",
            )
        ],
    )


def _may_be_regularisation(own: Mapping[str, Any], baseline: Mapping[str, Any]) -> bool:
    """The run has texts and the baseline nothing in their place."""
    with_texts, without = ((config.get("text") or {}).get("alpha") for config in (own, baseline))
    return bool(with_texts) and not without


def _significance(gains: Sequence[ClassGain]) -> str:
    """How many classes a sign test tells from chance, and what that would take."""
    raw = [gain.p for gain in gains]
    sure = [
        f"{gain.label} (p {p:.2g})"
        for gain, p in zip(gains, holm(raw, len(raw)), strict=True)
        if p < _LEVEL
    ]
    single = sum(p < _LEVEL for p in raw)
    clips = sorted(gain.clips for gain in gains)
    return (
        f"Classes have {clips[0]} to {clips[-1]} clips, {clips[len(clips) // 2]} in the middle. A "
        "sign test on the clips won and lost needs six of one kind and none of the other for "
        f"p < {_LEVEL}. {single} of {len(gains)} classes reach that taken one by one (by chance "
        f"alone, up to one in twenty would), and adjusted for their number (Holm): "
        f"{', '.join(sure) or 'none'}. Take no other single class for a finding."
    )
