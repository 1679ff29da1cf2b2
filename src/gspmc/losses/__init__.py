"""Losses: tensors in, named scalars out; no model, no configuration."""

from gspmc.losses.multipositive import multi_positive_loss
from gspmc.losses.objective import Negatives, gsp_objective
from gspmc.losses.targets import Term, TextTargets, text_targets

__all__ = [
    "Negatives",
    "Term",
    "TextTargets",
    "gsp_objective",
    "multi_positive_loss",
    "text_targets",
]
