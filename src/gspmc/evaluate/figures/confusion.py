"""Which signs are taken for each other."""

from typing import NamedTuple

import numpy as np
from matplotlib.figure import Figure

from gspmc.data.canvas import styled
from gspmc.evaluate.scores import Scores


class ConfusedPair(NamedTuple):
    """Two classes and how often either was taken for the other."""

    first: str
    second: str
    first_as_second: int
    second_as_first: int
    first_clips: int
    second_clips: int

    @property
    def errors(self) -> int:
        return self.first_as_second + self.second_as_first


def confusion_counts(scores: Scores) -> np.ndarray:
    """int64 (K, K): clips of the row's class whose first answer was the column's."""
    known = scores.known
    counts = np.zeros((len(scores.classes), len(scores.classes)), dtype=np.int64)
    np.add.at(counts, (scores.labels[known], scores.logits[known].argmax(axis=1)), 1)
    return counts


def hardest_pairs(scores: Scores, most: int = 10) -> list[ConfusedPair]:
    """The pairs of classes with the most errors in both directions together, worst first.

    Of pairs with equally many errors, that with fewer clips stands first. Pairs without an error
    are not listed.
    """
    counts = confusion_counts(scores)
    clips = counts.sum(axis=1)
    errors = np.triu(counts + counts.T, k=1)
    pairs = [
        ConfusedPair(
            scores.classes[first],
            scores.classes[second],
            int(counts[first, second]),
            int(counts[second, first]),
            int(clips[first]),
            int(clips[second]),
        )
        for first, second in np.argwhere(errors)
    ]
    pairs.sort(key=lambda pair: (-pair.errors, pair.first_clips + pair.second_clips, pair.first))
    return pairs[:most]


@styled
def confusion_of_hardest(scores: Scores, pairs: int = 8) -> Figure:
    """Heat map over the classes of the hardest pairs, partners side by side.

    Rows are the true classes with their number of clips, columns the first answers, cells counts
    shaded by their share of the row; the last column gathers all other answers.
    """
    hardest = hardest_pairs(scores, pairs)
    shown = list(dict.fromkeys(name for pair in hardest for name in (pair.first, pair.second)))
    if not shown:
        figure = Figure(figsize=(6.4, 1.2))
        figure.text(0.5, 0.5, "No clip was taken for another sign.", ha="center", va="center")
        return figure

    index = [scores.classes.index(name) for name in shown]
    all_counts = confusion_counts(scores)
    clips = all_counts.sum(axis=1)[index]  # (R,)
    counts = all_counts[np.ix_(index, index)]  # (R, R)
    counts = np.column_stack([counts, clips - counts.sum(axis=1)])  # (R, R + 1)
    shares = counts / np.maximum(clips, 1)[:, None]

    side = 1.8 + 0.42 * len(shown)
    figure = Figure(figsize=(side + 1.2, side), layout="constrained")
    axes = figure.subplots()
    image = axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    for row, column in np.argwhere(counts):
        colour = "white" if shares[row, column] > 0.5 else "black"
        axes.text(column, row, str(counts[row, column]), ha="center", va="center", color=colour)
    rows = [f"{name}  (n = {count})" for name, count in zip(shown, clips, strict=True)]
    axes.set_yticks(range(len(shown)), rows)
    axes.set_xticks(range(len(shown) + 1), [*shown, "(others)"], rotation=45, ha="right")
    axes.set_xlabel("first answer")
    axes.set_ylabel("true sign")
    axes.set_title(f"Signs taken for each other most (split {scores.split})")
    figure.colorbar(image, ax=axes, label="share of the row's clips", shrink=0.7)
    return figure
