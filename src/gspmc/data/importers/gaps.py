"""What an import found missing or strange: told in a few lines, written whole to a file."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from gspmc.files import atomic_path

Kind = Literal[
    "no_list",
    "no_keypoints",
    "unreadable",
    "no_points",
    "no_label",
    "bad_row",
    "unknown_class",
    "twice",
    "outside",
    "class_without_clips",
    "note",
]
_WORDS: dict[Kind, str] = {
    "no_list": "no list of a split",
    "no_keypoints": "listed, but there are no keypoints",
    "unreadable": "keypoints cannot be read, left out",
    "no_points": "no point is ever seen, left out",
    "no_label": "keypoints, but no label",
    "bad_row": "rows of a list that cannot be read",
    "unknown_class": "label that the class list lacks, left out",
    "twice": "listed twice, the first one counts",
    "outside": "outside the chosen split, left out",
    "class_without_clips": "classes without a clip",
    "note": "to know",
}
"""Kind -> what is said of the clips, in the order in which they are told."""
_TOLD = 3
"""So many of each kind are named."""


@dataclass(frozen=True)
class Gap:
    """One thing that is missing or strange."""

    kind: Kind
    name: str
    """Of the clip, the class or the row of a list."""
    detail: str = ""
    """Why, where the kind alone does not tell."""

    def __str__(self) -> str:
        return f"{self.name} ({self.detail})" if self.detail else self.name


def tell(gaps: Iterable[Gap]) -> Iterator[str]:
    """A line for every kind of gap: how many, and the first few."""
    by_kind: dict[Kind, list[Gap]] = {kind: [] for kind in _WORDS}
    for gap in gaps:
        by_kind[gap.kind].append(gap)
    for kind, found in by_kind.items():
        if found:
            few = "; ".join(str(gap) for gap in found[:_TOLD])
            more = f"; and {len(found) - _TOLD:,} more" if len(found) > _TOLD else ""
            yield f"{_WORDS[kind]}: {len(found):,}: {few}{more}"


def write_gaps(path: str | Path, gaps: Iterable[Gap]) -> None:
    """JSON lines with kind, name and detail.

    Raises:
        GspmcError: the file cannot be written.
    """
    with atomic_path(path) as temporary, temporary.open("w", encoding="utf-8") as file:
        for gap in gaps:
            file.write(json.dumps(vars(gap), ensure_ascii=False) + "\n")
