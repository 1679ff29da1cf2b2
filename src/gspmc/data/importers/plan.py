"""What an importer of a published set hands on: the clips to be read, and how to read one."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from gspmc.data.clip import refuse_split
from gspmc.data.importers.gaps import Gap
from gspmc.errors import GspmcError
from gspmc.pose import PoseSequence


class Row(NamedTuple):
    """One clip that the lists of a set name and whose keypoints are there."""

    id: str
    label: str
    signer: str
    split: str
    key: str
    """Where its keypoints are: a path, or a place in a large file."""
    fps: float = 0
    """0 where the set does not tell."""
    first: int = 0
    """First frame that belongs to the sign."""
    last: int = -1
    """First frame that does not; −1 is the end."""


class Reading(NamedTuple):
    """The keypoints of a clip, and what is to be known about them."""

    pose: PoseSequence
    notes: tuple[str, ...] = ()


Reader = Callable[[Row], Reading]


@dataclass
class Plan:
    """All that an import needs; nothing of the keypoints is read yet."""

    source: str
    """Where the clips come from."""
    rows: list[Row]
    read: Reader
    """Raises GspmcError where a clip's keypoints cannot be read."""
    layout: str
    """Of what `read` gives."""
    settings: str
    """Whatever else decides how clips are read: a plan with others is another import."""
    separate: bool = False
    """Every clip is a file of its own, so that several processes can read them."""
    gaps: list[Gap] = field(default_factory=list)
    classes: Mapping[int, str] = field(default_factory=dict)
    """The set's own numbers and names; empty where it has none."""

    @property
    def fingerprint(self) -> str:
        """Tells whether an interrupted import is the same as this one."""
        digest = hashlib.sha256(
            f"{self.source}\n{self.layout}\n{self.settings}\n{self.classes}".encode()
        )
        for row in self.rows:
            digest.update(repr(tuple(row)).encode())
        return digest.hexdigest()


def keep_first(rows: Iterable[Row], gaps: list[Gap]) -> Iterator[Row]:
    """Rows with an id of their own and a possible split; others become gaps."""
    seen: set[str] = set()
    for row in rows:
        if row.id in seen:
            gaps.append(Gap("twice", row.id))
            continue
        try:
            refuse_split(row.split)
        except GspmcError as error:
            gaps.append(Gap("bad_row", row.id, str(error)))
            continue
        seen.add(row.id)
        yield row


def classes_without_clips(classes: Iterable[str], labels: Iterable[str]) -> Iterator[Gap]:
    """Classes of the list that no clip has."""
    counts = Counter(labels)
    return (Gap("class_without_clips", name) for name in classes if not counts[name])
