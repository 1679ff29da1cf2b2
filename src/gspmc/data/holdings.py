"""What a run had to learn from and was measured on: clips, classes and signers of every split."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from gspmc.data.splits import Splits
from gspmc.data.store import ClipStore
from gspmc.errors import GspmcError
from gspmc.files import atomic_path

VERSION = 1
DATA_FILE = "data.json"
"""Name of the file of holdings in a run directory."""


@dataclass(frozen=True)
class SplitHoldings:
    """Counts of one split."""

    clips: int
    without_hands: int
    """Clips in which no hand is ever seen; of the training split, these are not trained on."""
    classes: Mapping[str, int]
    """Clips by class, in alphabetical order."""
    signers: Mapping[str, int]
    """Clips by signer; the empty name gathers those of unknown signers."""


@dataclass(frozen=True)
class Holdings:
    """What a store holds, as one run divides it."""

    source: str
    """Where the clips come from, in the words of whoever imported them."""
    extractor: str
    layout: str
    splits: Mapping[str, SplitHoldings]
    """By name; `train` and `val` first."""

    def save(self, path: Path) -> None:
        """Write as JSON, atomically."""
        text = json.dumps({"version": VERSION, **asdict(self)}, ensure_ascii=False, indent=1)
        with atomic_path(path) as temporary:
            temporary.write_text(text + "\n", encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> Holdings:
        """Read what `save` wrote.

        Raises:
            GspmcError: the file is damaged or of another version.
        """
        try:
            values = json.loads(path.read_text(encoding="utf-8"))
            version = values.pop("version")
            splits = {name: SplitHoldings(**split) for name, split in values.pop("splits").items()}
            if version == VERSION:
                return cls(**values, splits=splits)
        except (AttributeError, KeyError, OSError, TypeError, ValueError) as error:
            raise GspmcError(
                f"{path} is damaged: delete it, and the store is counted instead"
            ) from error
        raise GspmcError(
            f"{path} has version {version}, this program reads {VERSION}: delete it, and the store "
            "is counted instead"
        )


def count_store(store: ClipStore, splits: Splits) -> Holdings:
    """Count every split that the store has; no keypoints are read."""
    names = store.index["split"].to_pylist()
    wanted = dict.fromkeys(["train", "val", *sorted(set(names))])
    counted = {}
    for name in wanted:
        try:
            rows = splits.rows(store, name)
        except GspmcError:  # a split that is empty, such as one whose clips were all dealt out
            continue
        counted[name] = _count(store, rows)
    return Holdings(store.source, store.extractor, store.layout.name, counted)


def _count(store: ClipStore, rows: np.ndarray) -> SplitHoldings:
    index = store.index.take(rows)
    return SplitHoldings(
        clips=len(rows),
        without_hands=int((index["hand_frames"].to_numpy() == 0).sum()),
        classes=_sorted_counts(index["label"].to_pylist()),
        signers=_sorted_counts(index["signer"].to_pylist()),
    )


def _sorted_counts(names: Sequence[str]) -> dict[str, int]:
    return dict(sorted(Counter(names).items()))


def with_few(counts: Mapping[str, Any]) -> dict[str, int]:
    """Those with fewer than half as many clips as the median, fewest first; by name where equal.

    Args:
        counts: clips by name of class or signer.
    """
    if not counts:
        return {}
    limit = median(counts.values()) / 2
    few = [(name, clips) for name, clips in counts.items() if clips < limit]
    return dict(sorted(few, key=lambda item: (item[1], item[0])))
