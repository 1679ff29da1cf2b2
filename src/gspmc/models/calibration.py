"""What makes a model's scores probabilities, and from which one on it is sure."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gspmc.errors import GspmcError, refuse_impossible


@dataclass(frozen=True)
class Calibration:
    """Fitted once on a split that trained nothing; travels in config.json."""

    temperature: float
    """Probabilities are the softmax of logits divided by this."""
    reject_threshold: float | None
    """An answer of a lower probability is not sure; None where no threshold kept to `error`."""
    error: float
    """Highest share of wrong answers among the sure ones that was asked for."""
    fitted_on: str
    """Name of the split."""
    clips: int
    """Its clips of known classes."""

    def __post_init__(self) -> None:
        threshold = self.reject_threshold
        refuse_impossible(
            "calibration.",
            self,
            {
                "temperature": (_is_number(self.temperature) and self.temperature > 0, "above 0"),
                "reject_threshold": (
                    threshold is None or (_is_number(threshold) and 0 <= threshold <= 1),
                    "from 0 to 1, or null",
                ),
                "error": (_is_number(self.error) and 0 < self.error < 1, "above 0 and below 1"),
                "clips": (_is_number(self.clips) and self.clips >= 1, "at least 1"),
            },
        )

    @classmethod
    def from_dict(cls, values: Mapping[str, Any] | None) -> Calibration | None:
        """None stays None: the model is not calibrated.

        Raises:
            GspmcError: a field is missing, unknown or impossible.
        """
        if values is None:
            return None
        try:
            return cls(**values)
        except TypeError as error:
            raise GspmcError(f"its calibration is not one ({error}): calibrate again") from error


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
