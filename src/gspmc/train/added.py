"""Settings that came after the first results, and how older runs and results are read.

At their defaults nothing changes: a run that was begun before they came can be resumed, and what
was measured then need not be measured again.
"""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from gspmc.train.recipe import Recipe

ADDED = (
    "augmentation.part_mix",
    "codes",
    "ema",
    "text.learn_temperature",
    "text.soft_positives",
    "text.undescribed",
    "text.vectors",
)
"""Their dotted names."""


def fill_added(values: Mapping[str, Any]) -> dict[str, Any]:
    """Settings as a config file holds them, with the defaults of those that are newer than it."""
    filled = deepcopy(dict(values))
    for name in ADDED:
        group, last = _owner(filled, name, make=True)
        group.setdefault(last, _default(name))
    return filled


def leave_out_added(values: Mapping[str, Any]) -> dict[str, Any]:
    """Settings without the added ones that are at their defaults."""
    kept = deepcopy(dict(values))
    for name in ADDED:
        group, last = _owner(kept, name)
        if last in group and group[last] == _default(name):
            del group[last]
            if not group:
                del kept[name.split(".")[0]]
    return kept


def _owner(values: dict[str, Any], name: str, make: bool = False) -> tuple[dict[str, Any], str]:
    """The group of settings that a dotted name is in, and its last word."""
    *groups, last = name.split(".")
    for group in groups:
        values = values.setdefault(group, {}) if make else values.get(group, {})
    return values, last


def _default(name: str) -> Any:
    group, last = _owner(Recipe().to_dict(), name)
    return group[last]
