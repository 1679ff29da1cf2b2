"""What a model card says of the data, of who is under-represented in it, and of the training."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePath
from statistics import median, quantiles
from typing import Any

from gspmc.data.handedness import CLEARLY, Handedness
from gspmc.data.holdings import Holdings, SplitHoldings, with_few
from gspmc.data.splits import Splits
from gspmc.evaluate.metrics import wilson_interval
from gspmc.export.facts import RunFacts

_NAMED = 10
"""Classes or signers that a line names before it only counts."""
_ENOUGH = 5
"""Clips that a signer needs to be named the weakest or the strongest; signers, for quartiles."""


def data_section(facts: RunFacts, data_licence: str | None) -> list[str]:
    """Source, licence, how the splits were made, and what each holds."""
    lines = ["## Data", "", f"Licence of the data: {data_licence or 'not stated'}.", ""]
    holdings = facts.holdings
    if holdings is None:
        return [*lines, f"Not known: {_why(facts)}.", ""]
    lines += [
        f"Source: {_plain_source(holdings.source)}. Keypoints from {holdings.extractor}, layout "
        f"`{holdings.layout}`. {_how_split(facts.splits)}",
        "",
        "| split | clips | classes | signers | clips of unknown signers | clips without a hand |",
        "|---|---|---|---|---|---|",
    ]
    for name, split in holdings.splits.items():
        lines.append(
            f"| {name} | {split.clips} | {len(split.classes)} | {len(_known(split.signers))} "
            f"| {split.signers.get('', 0)} | {split.without_hands} |"
        )
    lines += ["", *_shared_signers(holdings)]
    if "train" in holdings.splits and holdings.splits["train"].without_hands:
        lines += ["Training clips without a hand were left out of training.", ""]
    return lines


def representation_section(facts: RunFacts) -> list[str]:
    """Signers and classes with few training clips, and handedness."""
    train = None if facts.holdings is None else facts.holdings.splits.get("train")
    lines = ["## Who is under-represented", ""]
    if train is None:
        return [*lines, f"Not known: {_why(facts)}.", ""]
    return [
        *lines,
        "Few means fewer than half as many training clips as the median.",
        "",
        f"- Signers: {_signers(train)}",
        f"- Classes: {_few(train.classes, 'classes')}",
        f"- Handedness: {_handedness(facts.handedness, facts.no_store)}",
        "",
    ]


def training_section(facts: RunFacts) -> list[str]:
    """Seed, commit, versions and machine."""
    config, environment = facts.config, facts.environment
    told = {
        "seed": config.get("seed"),
        "epochs": config.get("epochs"),
        "batch": config.get("batch_size"),
        "commit": environment.get("commit"),
        "gspmc": environment.get("gspmc"),
        "PyTorch": environment.get("torch"),
        "processor": environment.get("processor"),
        "GPU": environment.get("gpu"),
    }
    known = [f"{name} {value}" for name, value in told.items() if value is not None]
    return ["## Training", "", f"{', '.join(known) or 'Not recorded'}. One run of one seed.", ""]


def signer_spread(metrics: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """How far accuracy differs between known signers, split by split."""
    lines = []
    for split, values in metrics.items():
        rows = [row for row in values["per_signer"] if row["signer"]]
        if not rows:
            lines.append(f"- {split}: the signers are unknown.")
            continue
        clips = [row["clips"] for row in rows]
        lines.append(
            f"- {split}: {len(rows)} signers with {span(clips)} clips each; top-1 "
            f"{_spread([row['top1'] for row in rows])}. {_extremes(rows)}"
        )
    return lines


def _extremes(rows: Sequence[Mapping[str, Any]]) -> str:
    enough = [row for row in rows if row["clips"] >= _ENOUGH]
    if not enough:
        return f"None has {_ENOUGH} clips or more."
    ranked = sorted(enough, key=lambda row: (row["top1"], row["signer"]))
    return (
        f"Of the {len(enough)} with {_ENOUGH} clips or more, weakest: {_signer(ranked[0])}; "
        f"strongest: {_signer(ranked[-1])}."
    )


def _signer(row: Mapping[str, Any]) -> str:
    low, high = wilson_interval(round(row["top1"] * row["clips"]), row["clips"])
    return f"{row['signer']}, {row['top1']:.1%} of {row['clips']} clips ({low:.1%} to {high:.1%})"


def _spread(values: Sequence[float]) -> str:
    if len(values) < 2:
        return f"{values[0]:.1%}"
    told = f"from {min(values):.1%} to {max(values):.1%}, median {median(values):.1%}"
    if len(values) < _ENOUGH:
        return told
    lower, _, upper = quantiles(values, n=4, method="inclusive")
    return f"{told}, half of them between {lower:.1%} and {upper:.1%}"


def _why(facts: RunFacts) -> str:
    return f"the run recorded no counts, and of its store: {facts.no_store or 'no training split'}"


def _plain_source(source: str) -> str:
    """As the importer put it; of a path only the last name, for the rest is of one machine."""
    if not source:
        return "not stated"
    return PurePath(source).name if source.startswith("/") else source


def _how_split(splits: Splits | None) -> str:
    if splits is None:
        return "How the splits were made is not recorded."
    if splits.split_by == "signer":
        made = (
            f"Splits: the signers of {' and '.join(splits.pool)} were dealt into {splits.folds} "
            f"folds; fold {splits.fold} is val, so no signer is in both train and val."
        )
    else:
        made = "Splits: those of the store, by name."
    few = splits.train_per_class
    return made + (f" At most {few} training clips of each class were kept." if few else "")


def _shared_signers(holdings: Holdings) -> list[str]:
    train = _known(holdings.splits["train"].signers) if "train" in holdings.splits else {}
    lines = []
    for name, split in holdings.splits.items():
        if name == "train" or not train or not _known(split.signers):
            continue
        shared = len(train.keys() & _known(split.signers).keys())
        lines.append(
            f"{shared} of the {len(_known(split.signers))} signers of {name} are in train too."
        )
    return [" ".join(lines), ""] if lines else []


def _known(signers: Mapping[str, int]) -> dict[str, int]:
    return {name: clips for name, clips in signers.items() if name}


def _signers(train: SplitHoldings) -> str:
    known = _known(train.signers)
    if not known:
        return "the signer of no training clip is known."
    return _few(known, "signers")


def _few(counts: Mapping[str, int], what: str) -> str:
    few = with_few(counts)
    told = (
        f"{span(list(counts.values()))} training clips each, median {median(counts.values()):g}; "
        f"{len(few)} of {len(counts)} {what} have few"
    )
    if not few:
        return f"{told}."
    named = [f"{name} ({clips})" for name, clips in list(few.items())[:_NAMED]]
    return f"{told}: {', '.join(named)}{', …' if len(few) > _NAMED else ''}."


def span(values: Sequence[int]) -> str:
    """Least and greatest number, or the one that all are."""
    low, high = min(values), max(values)
    return str(low) if low == high else f"{low} to {high}"


def _handedness(counted: Handedness | None, no_store: str) -> str:
    if counted is None:
        missing = f"the store: {no_store}" if no_store else "the layout has no two hands"
        return f"not known ({missing})."
    signers = (
        f" {counted.left_signers} of {counted.signers} known signers move the left hand further in "
        "more of their clips than the right."
        if counted.signers
        else ""
    )
    return (
        f"the left hand moves further in {counted.left / counted.clips:.1%} of {counted.clips} "
        f"training clips (more than {CLEARLY:g} times as far in "
        f"{counted.clearly_left / counted.clips:.1%}), the right hand in "
        f"{counted.right / counted.clips:.1%} ({counted.clearly_right / counted.clips:.1%}); "
        f"{counted.undecided} clips are undecided.{signers} Counted from the keypoints: the path "
        "of each hand's root over neighbouring frames that both show it. Left is what the "
        "extractor calls left, and a hand that it often misses counts for less."
    )
