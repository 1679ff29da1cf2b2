"""Changing a description file while other programs may change it too."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gspmc.files import atomic_path, locked

SECONDS_TO_WAIT = 10.0
"""A change of a file takes less than one; who holds it for longer is stuck."""


class ChangedMeanwhileError(Exception):
    """Another program, one that does not ask for the lock, replaced the file."""


@contextmanager
def editing(path: str | Path) -> Iterator[Path]:
    """Be the only one who changes the description file, among all programs that ask.

    Read the file inside, change it, and write it before leaving. Yields the file itself where
    ``path`` is a link to it. The lock is a hidden file beside it, and stays there.

    Raises:
        GspmcError: the folder cannot be written, or another program does not let go of the file.
    """
    target = Path(path).resolve()
    busy = f"another program has been changing {path} for {SECONDS_TO_WAIT:.0f} s"
    with locked(
        target.with_name(f".{target.name}.lock"), f"{busy}: end it, or try again", SECONDS_TO_WAIT
    ):
        yield target


def signature(path: Path) -> tuple[int, int, int] | None:
    """What changes when a file is written or replaced; None where there is none."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns, status.st_size


def replace_if_unchanged(path: Path, data: bytes, known: tuple[int, int, int] | None) -> None:
    """Write a file's new content whole, on the disk itself, keeping its permissions.

    Raises:
        ChangedMeanwhileError: the file is no longer what its ``signature`` was; nothing is written.
        GspmcError: it cannot be written.
    """
    with atomic_path(path) as temporary:
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())  # else a power cut could leave the new name without content
        shutil.copymode(path, temporary)
        if signature(path) != known:
            raise ChangedMeanwhileError
