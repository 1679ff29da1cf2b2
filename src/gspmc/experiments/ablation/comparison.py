"""Finished cells pooled over folds and seeds, arm beside arm."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import fmean, stdev

import numpy as np

from gspmc.errors import GspmcError
from gspmc.experiments.ablation.matrix import Cell, Matrix
from gspmc.experiments.ablation.outcomes import Outcome, ScoredClips
from gspmc.experiments.ablation.statistics import (
    Estimate,
    holm,
    least_p,
    mean_over_signers,
    p_value,
    sums_by_signer,
)

MIN_SEEDS = 3
"""Intervals leave out how one training differs from the next; from so many on a gain is claimed."""
LEVEL = 0.05
"""A difference is shown by an interval without zero and an adjusted p of at most this."""


@dataclass(frozen=True)
class Pooled:
    """One arm in one block: all clips of all folds, for every seed whose folds are all finished."""

    ranks: Mapping[int, np.ndarray]
    """Seed -> int (N,)."""
    clips: tuple[str, ...]
    """Which clips they are of, fold by fold."""
    labels: np.ndarray
    """str (N,)."""
    signers: np.ndarray
    """str (N,)."""
    seconds: float
    """Mean training time of a cell."""

    def hits(self, seeds: Sequence[int]) -> np.ndarray:
        """int (N,): with how many of the seeds the clip's class is the first."""
        return np.sum([self.ranks[seed] == 0 for seed in seeds], axis=0)

    @property
    def top1(self) -> Estimate:
        """Top-1 accuracy, mean over the seeds."""
        return mean_over_signers(self.hits([*self.ranks]) / len(self.ranks), self.signers)

    def mean_and_deviation(self, k: int) -> tuple[float, float | None]:
        """Of the top-k accuracy over the seeds."""
        values = [float(np.mean(ranks < k)) for ranks in self.ranks.values()]
        return fmean(values), stdev(values) if len(values) > 1 else None


@dataclass(frozen=True)
class Difference:
    """One arm minus another on the same clips, folds and seeds."""

    other: str
    top1: Estimate
    p: float | None
    """Adjusted for all comparisons of the table (Holm)."""
    seeds: int
    """That both arms have."""
    signers: int
    """Whom the test exchanges: each signer, and each clip of an unknown one."""

    @property
    def can_be_shown(self) -> bool:
        """Whether so few signers could show anything, did all of them agree."""
        return least_p(self.signers) <= LEVEL

    @property
    def is_shown(self) -> bool:
        """One arm is better than the other."""
        low, high = self.top1[1:]
        apart = low is not None and high is not None and (low > 0 or high < 0)
        return apart and self.p is not None and self.p <= LEVEL

    @property
    def is_gain(self) -> bool:
        return self.is_shown and self.top1.value > 0


@dataclass(frozen=True)
class TableRow:
    """One arm in one block."""

    block: str
    arm: str
    missing: int
    """Cells that are not finished."""
    pooled: Pooled | None
    """None while no seed is finished."""
    over_baseline: Difference | None = None
    over_controls: tuple[Difference, ...] = ()
    """Over those of its controls that are finished."""
    verdict: str = ""
    """Whether a gain over the baseline is shown, and of what."""


def difference_from(other: str, by_clip: np.ndarray, signers: np.ndarray, seeds: int) -> Difference:
    """One model or arm minus another, its p not yet adjusted.

    Args:
        other: name of what is subtracted.
        by_clip: int (N,), with how many seeds one was right less with how many the other.
        signers: str (N,).
        seeds: of how many trainings each the counts are.
    """
    return Difference(
        other,
        mean_over_signers(by_clip / seeds, signers),
        p_value(by_clip, signers),
        seeds,
        len(sums_by_signer(by_clip, signers)[0]),
    )


def compare(
    matrix: Matrix,
    cells: Sequence[tuple[Cell, Outcome | None]],
    clips: Mapping[str, ScoredClips],
) -> list[TableRow]:
    """A row for every arm of every block, in the order of the matrix.

    Seeds of which a fold is missing are left out, and differences are taken over the seeds that
    both arms have.

    Raises:
        GspmcError: arms of one block were scored on different clips.
    """
    rows = []
    for block in matrix.blocks:
        pooled = {}
        for arm in matrix.arms:
            own = [(c, o) for c, o in cells if (c.arm, c.block) == (arm.name, block.name)]
            pooled[arm.name] = _pool(own, clips)
        _refuse_other_clips(block.name, pooled)
        for arm in matrix.arms:
            missing = sum(o is None for c, o in cells if (c.arm, c.block) == (arm.name, block.name))
            baseline = matrix.baseline if matrix.baseline != arm.name else None
            rows.append(
                TableRow(
                    block.name,
                    arm.name,
                    missing,
                    pooled[arm.name],
                    _difference(pooled, arm.name, baseline),
                    tuple(
                        difference
                        for control in arm.control
                        if (difference := _difference(pooled, arm.name, control)) is not None
                    ),
                )
            )
    rows = _adjusted(rows, _planned(matrix))
    controls = {arm.name: arm.control for arm in matrix.arms}
    by_name = {(row.block, row.arm): row for row in rows}
    return [
        replace(
            row, verdict=_verdict(row, [by_name[row.block, name] for name in controls[row.arm]])
        )
        for row in rows
    ]


def _verdict(row: TableRow, controls: Sequence[TableRow]) -> str:
    over = row.over_baseline
    if over is None:
        return ""
    if not over.can_be_shown:
        return "too few signers"
    if not over.is_shown:
        return "no gain shown"
    if not over.is_gain:
        return "worse"
    if over.seeds < MIN_SEEDS:
        return f"fewer than {MIN_SEEDS} seeds"
    if not controls:
        return "better; no control beside it"
    if len(row.over_controls) < len(controls):
        return "better; a control is not finished"
    if min(difference.seeds for difference in row.over_controls) < MIN_SEEDS:
        return f"fewer than {MIN_SEEDS} seeds"
    near = [difference.other for difference in row.over_controls if not difference.is_gain]
    if not near:
        return "gain shown"
    gains = [
        control.arm
        for control in controls
        if control.over_baseline is not None and control.over_baseline.is_gain
    ]
    if set(near) & set(gains):
        return f"gain, but so has {', '.join(name for name in near if name in gains)}"
    return f"gain, not shown over {', '.join(near)}"


def _planned(matrix: Matrix) -> int:
    """Comparisons of the whole table, finished or not."""
    over_baseline = 0 if matrix.baseline is None else len(matrix.arms) - 1
    over_controls = sum(len(arm.control) for arm in matrix.arms)
    return len(matrix.blocks) * (over_baseline + over_controls)


def _pool(
    cells: Sequence[tuple[Cell, Outcome | None]], clips: Mapping[str, ScoredClips]
) -> Pooled | None:
    by_seed: dict[int, list[Outcome | None]] = {}
    for cell, outcome in cells:
        by_seed.setdefault(cell.seed, []).append(outcome)
    finished = {
        seed: [outcome for outcome in outcomes if outcome is not None]
        for seed, outcomes in by_seed.items()
        if None not in outcomes
    }
    if not finished:
        return None
    sets = {tuple(outcome.clips for outcome in outcomes) for outcomes in finished.values()}
    if len(sets) > 1:
        raise GspmcError(
            f"arm {cells[0][0].arm!r} was scored on other clips with another seed: the store has "
            "changed meanwhile; choose another --out"
        )
    (names,) = sets
    return Pooled(
        ranks={
            seed: np.concatenate([outcome.rank_array for outcome in outcomes])
            for seed, outcomes in finished.items()
        },
        clips=names,
        labels=np.concatenate([clips[name].labels for name in names]),
        signers=np.concatenate([clips[name].signers for name in names]),
        seconds=fmean(outcome.seconds for outcomes in finished.values() for outcome in outcomes),
    )


def _refuse_other_clips(block: str, pooled: Mapping[str, Pooled | None]) -> None:
    done = {arm: result for arm, result in pooled.items() if result is not None}
    for arm, result in done.items():
        first, reference = next(iter(done.items()))
        if result.clips != reference.clips:
            raise GspmcError(
                f"arms {first!r} and {arm!r}{f' of block {block!r}' if block else ''} were scored "
                "on different clips and cannot be compared: give them the same splits"
            )


def _difference(
    pooled: Mapping[str, Pooled | None], arm: str, other: str | None
) -> Difference | None:
    own = pooled[arm]
    against = None if other is None else pooled[other]
    if other is None or own is None or against is None:
        return None
    seeds = [seed for seed in own.ranks if seed in against.ranks]
    if not seeds:
        return None
    return difference_from(other, own.hits(seeds) - against.hits(seeds), own.signers, len(seeds))


def _adjusted(rows: list[TableRow], planned: int) -> list[TableRow]:
    """The rows with p-values that are adjusted for all comparisons together."""
    raw = [
        difference.p
        for row in rows
        for difference in (row.over_baseline, *row.over_controls)
        if difference is not None and difference.p is not None
    ]
    adjusted = iter(holm(raw, planned))

    def with_p(difference: Difference | None) -> Difference | None:
        if difference is None or difference.p is None:
            return difference
        return replace(difference, p=next(adjusted))

    found = []
    for row in rows:
        over_baseline = with_p(row.over_baseline)
        over_controls = tuple(new for each in row.over_controls if (new := with_p(each)))
        found.append(replace(row, over_baseline=over_baseline, over_controls=over_controls))
    return found
