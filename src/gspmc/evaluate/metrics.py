"""Scores in, accuracies out."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from pathlib import Path
from statistics import fmean
from typing import Any, NamedTuple

import numpy as np

from gspmc.errors import GspmcError
from gspmc.evaluate.scores import Scores
from gspmc.files import atomic_path

VERSION = 1


class SignerRow(NamedTuple):
    """Top-1 accuracy over one signer's clips."""

    signer: str
    clips: int
    top1: float


class ClassRow(NamedTuple):
    """Top-1 accuracy over one class's clips: its recall."""

    label: str
    clips: int
    top1: float


class Interval(NamedTuple):
    low: float
    high: float


@dataclass(frozen=True)
class Metrics:
    """Accuracies of one model on one split, as fractions of one."""

    split: str
    """Name of the split."""
    count: int
    """Clips that count: those whose class the model knows."""
    excluded: int
    """Clips left out because the model does not know their class."""
    classes: int
    """Classes among which the model chose, K."""
    top1: float
    """Share of clips whose class is ranked first."""
    top1_interval: Interval
    """Wilson 95 % interval of `top1`; see `wilson_interval` for what it leaves out."""
    top5: float
    """Share of clips whose class is among the first `k`."""
    k: int
    """What "5" stands for: five, or K where there are fewer classes."""
    class_mean: float
    """Mean over the classes that occur of their recall, so that every class weighs the same."""
    per_signer: list[SignerRow]
    """By signer name; an empty name gathers the clips of unknown signers."""
    per_class: list[ClassRow]
    """By class index; classes without clips are not listed."""

    def to_dict(self) -> dict[str, Any]:
        """Plain values, as they stand in `metrics.json`; rows become objects."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        values["per_signer"] = [row._asdict() for row in self.per_signer]
        values["per_class"] = [row._asdict() for row in self.per_class]
        values["top1_interval"] = list(self.top1_interval)
        return {"version": VERSION} | values

    def write(self, path: str | Path) -> None:
        """Write `to_dict` as JSON, atomically.

        Raises:
            GspmcError: the file cannot be written; nothing is left behind.
        """
        text = json.dumps(self.to_dict(), ensure_ascii=False, indent=2, allow_nan=False)
        with atomic_path(Path(path)) as temporary:
            temporary.write_text(text + "\n", encoding="utf-8")


def compute_metrics(scores: Scores) -> Metrics:
    """Accuracies over the clips whose class the model knows.

    Clips of unknown classes are counted in `excluded` and otherwise left out: a model cannot be
    right about them, and what share of a data set they are says nothing about the model.

    Raises:
        GspmcError: no clip has a class that the model knows.
    """
    import torch
    from torchmetrics.functional.classification import multiclass_accuracy

    known = scores.known
    if not known.any():
        raise GspmcError(
            f"none of the {len(scores)} clips of split {scores.split!r} has a class that the "
            "model knows: classes are matched by gloss name"
        )
    size = len(scores.classes)
    k = min(5, size)
    logits = torch.from_numpy(scores.logits[known])  # (n, K)
    labels = torch.from_numpy(scores.labels[known])  # (n,)

    def accuracy(chosen: torch.Tensor, top_k: int = 1) -> float:
        found = multiclass_accuracy(
            logits[chosen], labels[chosen], num_classes=size, average="micro", top_k=top_k
        )
        return _exact(float(found), int(chosen.sum()))

    everything = torch.ones(len(labels), dtype=torch.bool)
    signers = scores.signers[known]
    clips = torch.bincount(labels, minlength=size).tolist()  # K counts
    recall = multiclass_accuracy(logits, labels, num_classes=size, average="none").tolist()
    per_class = [
        ClassRow(label, count, _exact(share, count))
        for label, count, share in zip(scores.classes, clips, recall, strict=True)
        if count
    ]
    top1 = accuracy(everything)
    return Metrics(
        split=scores.split,
        count=len(labels),
        excluded=int((~known).sum()),
        classes=size,
        top1=top1,
        top1_interval=wilson_interval(round(top1 * len(labels)), len(labels)),
        top5=accuracy(everything, top_k=k),
        k=k,
        # torchmetrics' own macro mean counts a class that is only ever predicted as recall zero
        class_mean=fmean(row.top1 for row in per_class),
        per_signer=[
            SignerRow(str(name), int(chosen.sum()), accuracy(torch.from_numpy(chosen)))
            for name, chosen in ((name, signers == name) for name in np.unique(signers))
        ],
        per_class=per_class,
    )


def _exact(share: float, count: int) -> float:
    """torchmetrics divides in single precision; its quotient is a whole number of clips."""
    return round(share * count) / count


def wilson_interval(successes: int, trials: int) -> Interval:
    """Wilson's 95 % score interval of a proportion (Wilson, JASA 22, 1927).

    It takes every clip for an independent draw. Clips of one signer are alike, so across signers
    the true uncertainty is larger: compare models by resampling signers, not by this interval.

    Raises:
        ValueError: `successes` is not between 0 and `trials`.
    """
    from scipy.stats import binomtest

    if successes == trials == 0:
        return Interval(0.0, 1.0)
    found = binomtest(successes, trials).proportion_ci(method="wilson")
    return Interval(float(found.low), float(found.high))
