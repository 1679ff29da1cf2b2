"""The official list of a set's classes, and the numbers that stand for them."""

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from gspmc.data.importers.gaps import Gap
from gspmc.errors import GspmcError
from gspmc.files import read_utf8

_NUMBERED = re.compile(r"\s*(\d+)\s*[\t,|;]\s*([^\t|]+?)\s*(?:[\t|].*)?$")


@dataclass(frozen=True)
class ClassNames:
    """Where the names of a set's classes are found, and how they are numbered."""

    classes: str | None = None
    """The class list, if the set's own is not in the source; without any, a class is called by its
    number."""
    language: Literal["tr", "en"] = "tr"
    """Column of a class list in AUTSL's form."""
    labels_from: Literal[0, 1] | None = None
    """Number of the first class, if it is not the list's."""

    def read(self, path: str | Path, as_table: bool) -> "ClassList":
        """The names of a list, numbered as they are to be.

        Args:
            path: of the list.
            as_table: it has a column for each language.

        Raises:
            GspmcError: it cannot be read.
        """
        names = read_class_list(path, self.language.upper() if as_table else None)
        return names if self.labels_from is None else names.counting_from(self.labels_from)


@dataclass(frozen=True)
class ClassList:
    """Names in the set's own order.

    Attributes:
        names: of every class; no two alike.
        first: the number of the first one, 0 or 1.
    """

    names: tuple[str, ...]
    first: int = 0

    def name(self, number: int) -> str | None:
        """Name of a class by its number; None where the list has no such number."""
        place = number - self.first
        return self.names[place] if 0 <= place < len(self.names) else None

    def counting_from(self, first: int) -> "ClassList":
        """The same names, numbered from `first`."""
        return ClassList(self.names, first)

    def refuse_shifted(self, numbers: Iterable[int], where: str) -> None:
        """Notice labels that count from one where the list counts from zero, or the reverse.

        Raises:
            GspmcError: labels fit the list shifted by one, and not the list itself.
        """
        numbers = set(numbers)
        other = 1 - self.first
        shifted = ClassList(self.names, other)
        if shifted._only in numbers and None not in map(shifted.name, numbers):
            raise GspmcError(
                f"{where}: labels run from {min(numbers)} to {max(numbers)}, so they count from "
                f"{other}, while the {len(self.names)} classes count from {self.first}: add "
                f"--labels-from {other}"
            )

    def note_doubt(self, numbers: Iterable[int]) -> Iterator[Gap]:
        """Tell where labels may count from another number than the list, though none proves it."""
        numbers = set(numbers)
        if numbers and self._only not in numbers:
            other = 1 - self.first
            yield Gap(
                "note",
                "labels",
                f"none is {self._only} ({self.name(self._only)}): if they count from {other}, add "
                f"--labels-from {other}",
            )

    @property
    def _only(self) -> int:
        """The number that no class has where counting begins with the other of 0 and 1."""
        return 0 if self.first == 0 else len(self.names)


def read_class_list(path: str | Path, column: str | None = None) -> ClassList:
    """Read a list of classes.

    Args:
        path: one name a line, in the order of the labels; or `number<TAB>name`, `number|name|…`;
            or, with `column`, a CSV with the columns ClassId and that one.
        column: of the CSV.

    Returns:
        The list; names that occur twice have their number added, so that no two classes fall
        together.

    Raises:
        GspmcError: there is no such file, or its numbers are no sequence from zero or one.
    """
    text = read_utf8(Path(path), "the class list")
    lines = [line for line in text.splitlines() if line.strip()]
    if column is not None:
        numbered = _from_csv(path, lines, column)
    else:
        matches = [_NUMBERED.match(line) for line in lines]
        if all(matches):
            numbered = [(int(m[1]), m[2]) for m in matches if m]
        else:
            numbered = [(number, line.strip()) for number, line in enumerate(lines)]
    if not numbered:
        raise GspmcError(f"{path} names no class: is it the class list?")
    numbered.sort(key=lambda pair: pair[0])
    first = numbered[0][0]
    if first not in (0, 1) or [n for n, _ in numbered] != list(range(first, first + len(numbered))):
        raise GspmcError(
            f"{path}: class numbers must run from 0 or 1 without a gap, not "
            f"{numbered[0][0]} to {numbered[-1][0]} for {len(numbered)} classes"
        )
    return ClassList(distinct([name for _, name in numbered], first), first)


def distinct(names: Iterable[str], first: int = 0) -> tuple[str, ...]:
    """The names; to those that occur twice their number is added."""
    names = list(names)
    counts = Counter(names)
    return tuple(
        name if counts[name] == 1 else f"{name} ({number})"
        for number, name in enumerate(names, start=first)
    )


def numbers_as_names(numbers: Iterable[int]) -> ClassList:
    """Where nobody names the classes: their numbers, with zeros in front so that order is kept."""
    highest = max(numbers, default=0)
    width = len(str(highest))
    return ClassList(tuple(f"{number:0{width}}" for number in range(highest + 1)))


def _from_csv(path: str | Path, lines: list[str], column: str) -> list[tuple[int, str]]:
    rows = list(csv.DictReader(lines))
    columns = list(rows[0]) if rows else []
    for needed in ("ClassId", column):
        if needed not in columns:
            raise GspmcError(f"{path} lacks the column {needed!r}: is it the class list?")
    try:
        return [(int(row["ClassId"]), row[column].strip()) for row in rows]
    except (ValueError, TypeError, AttributeError) as error:
        raise GspmcError(f"{path}: every row needs a ClassId and a {column}") from error
