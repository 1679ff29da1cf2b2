"""Writing files so that nobody ever sees half of one."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gspmc.errors import GspmcError


@contextmanager
def atomic_path(path: str | Path) -> Iterator[Path]:
    """Yield a temporary sibling of `path`; rename it onto `path` on success, remove it on failure.

    The body may create a file or a folder under the yielded name. An existing folder at `path` is
    replaced only after the new one is complete.

    Raises:
        GspmcError: the disk is full, or the folder cannot be written; nothing is left behind.
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
        if path.is_dir():
            path.rename(scratch / "replaced")
        os.replace(temporary, path)
    except OSError as error:
        raise GspmcError(
            f"cannot write {path}: {error.strerror or error}; nothing was left behind"
        ) from error
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
