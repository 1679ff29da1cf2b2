"""A description file that several people, and several programs, change at the same time."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from gspmc.errors import GspmcError
from gspmc.text.description import (
    Description,
    description_lines,
    parse_descriptions,
    read_bytes,
)
from gspmc.text.editing import (
    ChangedMeanwhileError,
    editing,
    replace_if_unchanged,
    signature,
)

_ATTEMPTS = 20
"""How often to begin again when programs that ask for no lock keep replacing the file."""


class UnknownLabelError(Exception):
    """The file has no such sign, or no longer."""


class ConflictError(Exception):
    """Somebody else changed the sign since it was read; ``theirs`` is what it is now."""

    def __init__(self, theirs: Description) -> None:
        super().__init__(f"{theirs.label} was changed meanwhile")
        self.theirs = theirs


@dataclass(frozen=True)
class _Content:
    """What the file held at one moment."""

    signature: tuple[int, int, int] | None
    lines: list[bytes]
    """As they are in the file, without empty ones; one for each description."""
    descriptions: dict[str, Description]


def version_of(description: Description) -> str:
    """16 hexadecimal digits that change with anything in the description."""
    text = description.model_dump_json(exclude_none=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


class SharedFile:
    """Reads anew whatever changed on the disk, and replaces one line at a time.

    Every change is made under a lock that all programs share, on what the file holds then; lines of
    other signs are kept byte for byte.
    """

    def __init__(self, path: str | Path) -> None:
        """Raises:
        GspmcError: the file cannot be read, is damaged, or its folder cannot be written.
        """
        self.path = Path(path)
        self._content = self._read(self.path.resolve())
        with editing(self.path):  # tell now, not at the first save, that nothing can be written
            pass

    def descriptions(self) -> dict[str, Description]:
        """Label -> description as the file is now, in its order.

        Raises:
            GspmcError: it cannot be read, or is damaged.
        """
        target = self.path.resolve()
        if signature(target) != self._content.signature:
            self._content = self._read(target)
        return self._content.descriptions

    def get(self, label: str) -> Description:
        """Raises:
        UnknownLabelError: there is none.
        GspmcError: the file cannot be read, or is damaged.
        """
        found = self.descriptions().get(label)
        if found is None:
            raise UnknownLabelError(label)
        return found

    def change(
        self, label: str, version: str, change: Callable[[Description], Description]
    ) -> Description:
        """Replace one description, if it is still the version that the change was made on.

        Args:
            label: which.
            version: what ``version_of`` gave for the description that the reviewer saw.
            change: old description -> new one of the same label.

        Raises:
            UnknownLabelError: there is none, or no longer.
            ConflictError: it has another version by now.
            GspmcError: the file cannot be read or written, or is damaged; it stays as it was.
        """
        with editing(self.path) as target:
            for _ in range(_ATTEMPTS):
                content = self._read(target)
                old = content.descriptions.get(label)
                if old is None:
                    raise UnknownLabelError(label)
                if version_of(old) != version:
                    raise ConflictError(old)
                new = change(old)
                place = list(content.descriptions).index(label)
                lines = list(content.lines)
                lines[place] = new.model_dump_json(exclude_none=True).encode()
                data = b"".join(line + b"\n" for line in lines)
                try:
                    replace_if_unchanged(target, data, content.signature)
                except ChangedMeanwhileError:
                    continue
                return new
        raise GspmcError(
            f"{self.path} is being replaced all the time: end the program that does so"
        )

    def _read(self, target: Path) -> _Content:
        before = signature(target)  # first: what is written while we read is then read again
        data = read_bytes(target)
        lines = [line for line in description_lines(data) if line.strip()]
        return _Content(before, lines, parse_descriptions(data, self.path))
