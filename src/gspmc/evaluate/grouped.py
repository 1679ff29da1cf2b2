"""Accuracy over groups of clips that are alike in one number, such as their length."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from gspmc.evaluate.metrics import Interval, wilson_interval


class GroupRow(NamedTuple):
    """Top-1 accuracy over one group of clips."""

    name: str
    clips: int
    right: int

    @property
    def top1(self) -> float:
        return self.right / self.clips

    @property
    def interval(self) -> Interval:
        """Wilson 95 % interval."""
        return wilson_interval(self.right, self.clips)


def accuracy_by_quantile(
    values: np.ndarray,
    hits: np.ndarray,
    show: Callable[[float], str] = "{:g}".format,
    groups: int = 4,
) -> list[GroupRow]:
    """Sort clips by a number and cut them into groups of about equal size.

    A cut never goes through clips of equal value, so groups can be of unequal size and fewer than
    asked: with a value that most clips share, that value is a group of its own.

    Args:
        values: float (N,), one a clip.
        hits: bool (N,): the clip was recognised.
        show: a value in words; a group is named after its least and greatest value.
        groups: how many groups.

    Returns:
        The groups that hold clips, lowest values first.
    """
    if not len(values):
        return []
    quantiles = np.quantile(values, np.arange(1, groups) / groups, method="inverted_cdf")
    place = np.searchsorted(np.unique(quantiles), values, side="left")
    return [
        GroupRow(_range(values[place == group], show), len(members), int(members.sum()))
        for group in np.unique(place)
        if len(members := hits[place == group])
    ]


def _range(values: np.ndarray, show: Callable[[float], str]) -> str:
    low, high = show(float(values.min())), show(float(values.max()))
    return low if low == high else f"{low} to {high}"


def together(rows: Sequence[GroupRow]) -> GroupRow:
    """All groups as one."""
    return GroupRow("all", sum(row.clips for row in rows), sum(row.right for row in rows))
