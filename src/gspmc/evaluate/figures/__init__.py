"""Figures of a training and of what a model gets wrong. Every function returns a Figure."""

from gspmc.data.canvas import save_figure
from gspmc.evaluate.figures.by_signer import accuracy_by_signer
from gspmc.evaluate.figures.confusion import ConfusedPair, confusion_of_hardest, hardest_pairs
from gspmc.evaluate.figures.curves import training_curves
from gspmc.evaluate.figures.reliability import reliability_diagram
from gspmc.evaluate.figures.risk import risk_coverage_curves

__all__ = [
    "ConfusedPair",
    "accuracy_by_signer",
    "confusion_of_hardest",
    "hardest_pairs",
    "reliability_diagram",
    "risk_coverage_curves",
    "save_figure",
    "training_curves",
]
