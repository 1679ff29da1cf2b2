"""Scores in; metrics, tables, figures and reports out. Never trains.

`figures` and `report` draw with matplotlib and are imported by whoever draws.
"""

from gspmc.evaluate.metrics import ClassRow, Metrics, SignerRow, compute_metrics, wilson_interval
from gspmc.evaluate.scores import UNKNOWN_CLASS, Scores
from gspmc.evaluate.tables import metrics_table, print_metrics, signer_table

__all__ = [
    "UNKNOWN_CLASS",
    "ClassRow",
    "Metrics",
    "Scores",
    "SignerRow",
    "compute_metrics",
    "metrics_table",
    "print_metrics",
    "signer_table",
    "wilson_interval",
]
