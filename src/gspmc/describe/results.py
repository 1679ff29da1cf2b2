"""Finished descriptions of a run that is going on, so that none is asked for twice."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import IO

from filelock import FileLock, Timeout
from pydantic import ValidationError

from gspmc.errors import GspmcError
from gspmc.text.description import Description, read_descriptions, write_descriptions
from gspmc.text.editing import editing


class Results:
    """A description file and, beside it, the descriptions that a run has finished so far.

    A line is added for every finished sign, and a last line that was cut off by a kill does not
    count. One run at a time writes one description file.

    Raises:
        GspmcError: another run writes this file, or the folder cannot be written.
    """

    def __init__(self, out: str | Path) -> None:
        self.out = Path(out)
        self._partial = self.out.with_name(f".{self.out.name}.finished")
        self._lock = FileLock(self.out.with_name(f".{self.out.name}.run.lock"))

    def __enter__(self) -> Results:
        try:
            self.out.parent.mkdir(parents=True, exist_ok=True)
            self._lock.acquire(timeout=0)
        except Timeout as error:  # an OSError too
            raise GspmcError(
                f"another run is writing {self.out}; wait for it, or choose another --out"
            ) from error
        except OSError as error:
            raise GspmcError(f"cannot write {self.out}: {error.strerror or error}") from error
        self.before = read_descriptions(self.out) if self.out.exists() else {}
        self.finished = self._read_partial()
        self._file: IO[bytes] | None = None
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._file is not None:
            self._file.close()
        Path(self._lock.lock_file).unlink(missing_ok=True)  # nobody waits for it
        self._lock.release()

    def add(self, description: Description) -> None:
        """Keep a finished description, on the disk itself.

        Raises:
            GspmcError: the disk is full.
        """
        try:
            if self._file is None:  # first without the line that a kill cut off
                self._file = self._partial.open("wb")
                for earlier in self.finished.values():
                    self._write(earlier)
            self._write(description)
            os.fsync(self._file.fileno())
        except OSError as error:
            raise GspmcError(f"cannot write {self._partial}: {error.strerror or error}") from error
        self.finished[description.label] = description

    def publish(self, order: Sequence[str]) -> dict[str, Description]:
        """Write the description file: finished signs over those that were there before.

        The file is read again, since a reviewer may have changed it meanwhile.

        Args:
            order: labels in the order of the file; others that were there before follow.
        """
        with editing(self.out) as target:
            there = read_descriptions(target) if target.exists() else {}
            both = {**there, **self.finished}
            labels = [label for label in order if label in both]
            labels += [label for label in there if label not in set(order)]
            ordered = {label: both[label] for label in labels}
            write_descriptions(target, ordered.values())
        self._partial.unlink(missing_ok=True)
        return ordered

    def _write(self, description: Description) -> None:
        assert self._file is not None
        self._file.write(description.model_dump_json(exclude_none=True).encode() + b"\n")
        self._file.flush()

    def _read_partial(self) -> dict[str, Description]:
        if not self._partial.exists():
            return {}
        found = {}
        for line in self._partial.read_bytes().split(b"\n"):
            try:
                description = Description.model_validate_json(line)
            except ValidationError:
                continue  # cut off by a kill
            found[description.label] = description
        return found
