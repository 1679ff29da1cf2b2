"""Documents of a corpus: files that can be told apart, and told changed from unchanged."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from gspmc.describe.entry import Entry
from gspmc.errors import GspmcError

_LOG = logging.getLogger(__name__)

DOCUMENT_BYTES = 50 * 2**20
"""Of one document at most (METHOD §3: the paper's capacity)."""
CORPUS_BYTES = 2**30
"""Of all documents of a knowledge base together."""
READING_VERSION = 1
"""Raised where an importer gives other entries for the same content: all is read again then."""
_NAMED = 3
"""Files that a message names before it only counts."""


@dataclass(frozen=True)
class Document:
    """One source of entries."""

    name: str
    """Under which a later build knows it again: the file's name, inside a folder with the path."""
    digest: str
    """Of its content and of how it is read."""
    size: int
    """Bytes."""
    read: Callable[[], Iterator[Entry]]
    """Read it from its beginning; the same content gives the same entries in the same order."""


Reader = Callable[[Path, str], Iterable[Entry]]
"""(file, name of the document) -> its entries. A partial's keywords are how it is read."""


def file_document(path: Path, name: str, reader: Reader) -> Document:
    """A file as a document.

    Raises:
        GspmcError: it cannot be read, is empty, or is over 50 MB.
    """
    try:
        size = path.stat().st_size
        if size > DOCUMENT_BYTES:
            raise GspmcError(
                f"{path} has {size / 2**20:.0f} MB, a document may have "
                f"{DOCUMENT_BYTES // 2**20}; split it"
            )
        digest = hashlib.sha256(path.read_bytes())
    except OSError as error:
        raise GspmcError(f"cannot read corpus {path}: {error.strerror}; name a file") from error
    if size == 0:
        raise GspmcError(f"{path} is empty; leave it out")
    how = reader.keywords if isinstance(reader, partial) else {}
    function = reader.func if isinstance(reader, partial) else reader
    name_of_reader = getattr(function, "__qualname__", "")
    digest.update(repr((READING_VERSION, name_of_reader, sorted(how.items()))).encode())
    return Document(name, digest.hexdigest()[:32], size, lambda: iter(reader(path, name)))


def find_files(sources: Sequence[str | Path], suffixes: Collection[str]) -> list[tuple[Path, str]]:
    """Files of the sources with their names: a file itself, a folder's files of known kinds.

    Files of other kinds in a folder are left out and told; hidden ones are left out.

    Raises:
        GspmcError: nothing there, a folder without a file of these kinds, or one name twice.
    """
    found: dict[str, Path] = {}
    for source in map(Path, sources):
        if source.is_dir():
            files = _files_in(source, suffixes)
        elif source.exists():
            files = [(source, source.name)]
        else:
            raise GspmcError(
                f"cannot read corpus {source}: nothing is there; name a file or folder"
            )
        for path, name in files:
            if found.setdefault(name, path) != path:
                raise GspmcError(
                    f"{found[name]} and {path} would both be the document '{name}'; rename one"
                )
    if not found:
        raise GspmcError("no corpus files given; name at least one")
    return [(path, name) for name, path in found.items()]


def _files_in(folder: Path, suffixes: Collection[str]) -> list[tuple[Path, str]]:
    base = folder.resolve()
    paths = [
        path
        for path in sorted(base.rglob("*"))
        if path.is_file() and not any(part.startswith(".") for part in path.relative_to(base).parts)
    ]
    known = [path for path in paths if path.suffix.lower() in suffixes]
    unknown = [str(path.relative_to(base)) for path in paths if path not in set(known)]
    if unknown:
        more = f" and {len(unknown) - _NAMED} more" if len(unknown) > _NAMED else ""
        _LOG.warning("%s: left out %s%s, of no known kind", folder, ", ".join(unknown[:3]), more)
    if not known:
        raise GspmcError(f"no corpus files in {folder}; it may hold {', '.join(sorted(suffixes))}")
    return [(path, f"{base.name}/{path.relative_to(base).as_posix()}") for path in known]
