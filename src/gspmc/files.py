"""Writing files so that nobody ever sees half of one."""

import errno
import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from gspmc.errors import GspmcError, first_line


def file_name(words: str) -> str:
    """Words as the name of a file: whatever might be awkward in one becomes `_`."""
    return re.sub(r"[^\w.-]+", "_", words)


def refuse_folder(path: str | Path | None) -> None:
    """Before long work whose result is to be written to a file, where one is named.

    Raises:
        GspmcError: a folder stands there.
    """
    if path is not None and Path(path).is_dir():
        raise GspmcError(f"cannot write {path}: it is a folder, name a file")


@contextmanager
def atomic_path(path: str | Path) -> Iterator[Path]:
    """Yield a temporary sibling of `path`; rename it onto `path` on success, remove it on failure.

    The body may create a file or a folder under the yielded name. An existing folder at `path` is
    replaced only by a folder, and only after the new one is complete.

    Raises:
        GspmcError: the disk is full, the folder cannot be written, or a folder stands where a file
            is to be; `path` is left as it was.
    """
    path = Path(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(prefix=f".{path.name}.", dir=path.parent))
    except OSError as error:
        raise GspmcError(f"cannot write {path}: {error.strerror or error}") from error
    temporary = scratch / path.name
    try:
        yield temporary
        _put_in_place(temporary, path, aside=scratch / "replaced")
    except Exception as error:
        if not is_write_failure(error):
            raise
        reason = getattr(error, "strerror", None) or first_line(error)
        raise GspmcError(f"cannot write {path}: {reason}; it is as it was") from error
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


@contextmanager
def locked(lock: Path, busy: str, seconds: float = 0.0) -> Iterator[None]:
    """Be the only one, among all processes that ask, who holds a lock file.

    Where others wait for it, the file stays: removing it would let a third process in while a
    second waits for the old one.

    Args:
        lock: the file; its folder is made.
        busy: the error where another process holds it.
        seconds: how long to wait for it.

    Raises:
        GspmcError: `busy`, or the folder cannot be written.
    """
    held = FileLock(lock)
    try:
        lock.parent.mkdir(parents=True, exist_ok=True)
        held.acquire(timeout=seconds)
    except Timeout as error:  # an OSError too
        raise GspmcError(busy) from error
    except OSError as error:
        raise GspmcError(f"cannot write {lock.parent}: {error.strerror or error}") from error
    try:
        yield
    finally:
        if not seconds:
            lock.unlink(missing_ok=True)
        held.release()


def _put_in_place(temporary: Path, path: Path, aside: Path) -> None:
    """Rename onto `path`; a folder there steps aside first, and back if the rename fails."""
    if path.is_dir() and temporary.is_file():  # a file never replaces a folder
        raise IsADirectoryError(errno.EISDIR, "it is a folder, name a file")
    if path.is_dir():
        path.rename(aside)
    try:
        os.replace(temporary, path)
    except BaseException:
        if os.path.lexists(aside):
            aside.rename(path)
        raise


def is_write_failure(error: Exception) -> bool:
    """A full disk is an OSError, but safetensors, LanceDB and torch.save raise errors of theirs."""
    return isinstance(error, OSError) or any(
        sign in str(error) for sign in ("(os error ", "inline_container.cc")
    )


def read_utf8(path: Path, what: str) -> str:
    """A text that somebody wrote, without a byte order mark.

    Args:
        path: the file.
        what: it is, in a word, for the error.

    Raises:
        GspmcError: it cannot be read, or is not UTF-8 (the line is named).
    """
    try:
        data = path.read_bytes()
        return data.decode("utf-8-sig")
    except OSError as error:
        raise GspmcError(f"cannot read {what} {path}: {error.strerror}; name a file") from error
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise GspmcError(
            f"cannot read {what} {path}: line {line} is not UTF-8; save the file as UTF-8"
        ) from error


def sha256_of(file: Path) -> str:
    """SHA-256 of a file, in 64 hexadecimal digits.

    Raises:
        OSError: it cannot be read.
    """
    return hashlib.sha256(file.read_bytes()).hexdigest()
