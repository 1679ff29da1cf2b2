"""Finished descriptions of a run that is going on, so that none is asked for twice."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from pydantic import ValidationError

from gspmc.describe.flags import is_by_people
from gspmc.errors import GspmcError
from gspmc.files import locked
from gspmc.text.description import Description, Record, read_descriptions, write_descriptions
from gspmc.text.editing import editing


class Finished(Record):
    """A line of the file beside: a description, and the digest of the one that it replaces."""

    replaces: str
    description: Description


class Results:
    """A description file and, beside it, the descriptions that a run has finished so far.

    The file beside begins with what the run was asked for, and a line is added for every finished
    sign; a last line that was cut off by a kill does not count. One run at a time writes one
    description file, and only the same run goes on with an unfinished one.

    Args:
        job: what the run was asked for, by name.

    Attributes:
        before: descriptions of the file as the run began.
        finished: descriptions of this run, those from before a kill among them.

    Raises:
        GspmcError: `out` is no file to write; another run writes it; or another one is unfinished.
    """

    def __init__(self, out: str | Path, job: Mapping[str, Any]) -> None:
        self.out = Path(out)
        if not self.out.name or (self.out.exists() and not self.out.is_file()):
            raise GspmcError(f"--out '{out}' is no file; name one")
        self.job = json.loads(json.dumps(job))
        self._beside = self.out.with_name(f"{self.out.name}.unfinished")
        self._opened = ExitStack()
        self._replaces: dict[str, str] = {}
        self._file: IO[bytes] | None = None

    def __enter__(self) -> Results:
        busy = f"another run is writing {self.out}; wait for it, or choose another --out"
        with ExitStack() as stack:
            stack.enter_context(locked(self.out.with_name(f".{self.out.name}.run.lock"), busy))
            self.load()
            self._opened = stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._opened.close()

    def load(self) -> Results:
        """Read what is there, writing nothing."""
        self.before = read_descriptions(self.out) if self.out.exists() else {}
        self.finished: dict[str, Description] = {}
        for line in self._whole_lines()[1:]:
            label = line.description.label
            if not self._was_reviewed_since(line.replaces, self.before.get(label)):
                self.finished[label] = line.description
                self._replaces[label] = line.replaces
        return self

    def add(self, description: Description, on_disk: bool) -> None:
        """Keep a finished description, in the file beside if it is to outlive a kill.

        Raises:
            GspmcError: the disk is full.
        """
        label = description.label
        replaces = _digest(self.before.get(label))
        self.finished[label], self._replaces[label] = description, replaces
        if not on_disk:
            return
        line = Finished(replaces=replaces, description=description)
        try:
            if self._file is None:
                self._file = self._opened.enter_context(self._ready_for_more())
            self._file.write(line.model_dump_json(exclude_none=True).encode() + b"\n")
            os.fsync(self._file.fileno())
        except OSError as error:
            raise GspmcError(f"cannot write {self._beside}: {error.strerror or error}") from error

    def publish(self, order: Sequence[str]) -> tuple[dict[str, Description], list[str]]:
        """Write the description file: finished signs over those that were there before.

        The file is read again: what a person approved or edited since a sign was begun stays.

        Args:
            order: labels in the order of the file; others that are there follow.

        Returns:
            The descriptions of the file, and the labels that stayed as a person left them.
        """
        with editing(self.out) as target:
            there = read_descriptions(target) if target.exists() else {}
            stay = [
                label
                for label in self.finished
                if self._was_reviewed_since(self._replaces[label], there.get(label))
            ]
            both = {**there, **self.finished, **{label: there[label] for label in stay}}
            first = [label for label in order if label in both]
            ordered = {label: both[label] for label in dict.fromkeys([*first, *both])}
            write_descriptions(target, ordered.values())
        self._beside.unlink(missing_ok=True)
        return ordered, stay

    @staticmethod
    def _was_reviewed_since(replaces: str, now: Description | None) -> bool:
        return now is not None and is_by_people(now) and _digest(now) != replaces

    def _ready_for_more(self) -> IO[bytes]:
        """The file beside, ready for another line; only what a kill cut off is taken away."""
        file = self._beside.open("r+b" if self._beside.exists() else "x+b", buffering=0)
        data = file.read()
        end = data.rfind(b"\n") + 1
        file.truncate(end)
        file.seek(end)
        if not end:
            file.write(json.dumps(self.job).encode() + b"\n")
        return file

    def _whole_lines(self) -> list[Any]:
        """What the run was asked for, then its lines.

        Raises:
            GspmcError: it was asked for something else.
        """
        data = self._beside.read_bytes() if self._beside.exists() else b""
        head, *lines = data.split(b"\n")[:-1] or [b""]
        if not head:
            return [self.job]
        try:
            job = json.loads(head)
            found = [Finished.model_validate_json(line) for line in lines]
            differing = [name for name in self.job if job.get(name) != self.job[name]]
        except (ValueError, AttributeError, ValidationError) as error:
            raise GspmcError(f"{self._beside} is damaged; remove it") from error
        if differing:
            name = differing[0]
            raise GspmcError(
                f"an unfinished run with {name} {job.get(name)!r} has left {len(found)} signs in "
                f"{self._beside}: go on with it by the same command, or remove that file"
            )
        return [job, *found]


def _digest(description: Description | None) -> str:
    if description is None:
        return ""
    return hashlib.sha256(description.model_dump_json().encode()).hexdigest()[:16]
