"""Whom the model understands, and whom less."""

from matplotlib.figure import Figure

from gspmc.evaluate.figures.bars import accuracy_bars
from gspmc.evaluate.grouped import GroupRow
from gspmc.evaluate.metrics import Metrics
from gspmc.evaluate.tables import UNKNOWN_SIGNER


def accuracy_by_signer(metrics: Metrics, most: int = 40) -> Figure:
    """A bar a signer, the weakest on top, with the number of clips and a Wilson 95 % interval.

    Args:
        metrics: of one split.
        most: with more signers, those with the most clips are drawn and the title says so.
    """
    rows = sorted(metrics.per_signer, key=lambda row: -row.clips)[:most]
    rows.sort(key=lambda row: (row.top1, row.signer))
    left_out = len(metrics.per_signer) - len(rows)
    which = f"{len(rows)} of {len(metrics.per_signer)} signers, those with most clips; "
    return accuracy_bars(
        [
            GroupRow(row.signer or UNKNOWN_SIGNER, row.clips, round(row.top1 * row.clips))
            for row in rows
        ],
        GroupRow("all", metrics.count, round(metrics.top1 * metrics.count)),
        f"Accuracy by signer ({which if left_out else ''}split {metrics.split})",
    )
