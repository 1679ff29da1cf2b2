"""A clip store that is written piece by piece, so that an interrupted import can go on.

Finished pieces are fragments of a Lance table that nobody sees yet. They lie in a folder beside the
store, `.NAME.partial`: `clips.lance` with the fragments' files, `plan.json` with what is being
imported, and one `NUMBER.json` a finished piece. A piece counts when that file is there, which is
renamed into place last. When all are there, the table is committed and takes the store's place.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa

from gspmc.data.clip import Clip
from gspmc.data.store import TABLE, ClipStore, refuse_foreign, store_batches
from gspmc.errors import GspmcError, first_line
from gspmc.files import atomic_path, locked

_PLAN = "plan.json"


@contextmanager
def importing(uri: str | Path) -> Iterator[None]:
    """Be the only one who imports into a store.

    Raises:
        GspmcError: `uri` is no folder or holds other files, or another import is at work there.
    """
    if "://" in str(uri):
        raise GspmcError(f"{uri}: import into a folder, then copy it to the object store")
    refuse_foreign(uri)
    lock = Path(uri).parent / f".{Path(uri).name}.import.lock"
    with locked(lock, f"another import is writing {uri}: wait for it, or choose another store"):
        yield


class PartialStore:
    """The unfinished store beside `uri`; for one import at a time, see `importing`."""

    def __init__(self, uri: str | Path, plan: str, resume: bool) -> None:
        """Begin, or go on where a broken import stopped.

        Args:
            uri: folder of the store to be.
            plan: tells one import from another.
            resume: keep the finished pieces of an import that broke off.

        Raises:
            GspmcError: another import broke off there.
        """
        self.uri = Path(uri)
        self.path = self.uri.parent / f".{self.uri.name}.partial"
        self.resumed = False
        if self.path.is_dir() and resume:
            self._check(plan)
            self.resumed = True
        else:
            shutil.rmtree(self.path, ignore_errors=True)
            with atomic_path(self.path) as temporary:
                temporary.mkdir()
                (temporary / _PLAN).write_text(json.dumps({"plan": plan}))
        self._drop_unfinished()

    def _check(self, plan: str) -> None:
        try:
            known = json.loads((self.path / _PLAN).read_text())["plan"]
        except (OSError, ValueError, KeyError) as error:
            raise GspmcError(f"{self.path} is damaged: import without --resume") from error
        if known != plan:
            raise GspmcError(
                f"{self.path} is of another import: the files or the options have changed since; "
                "import without --resume"
            )

    def _drop_unfinished(self) -> None:
        """Remove the files of fragments that no finished piece names."""
        kept = {
            file["path"]
            for record in self._records()
            for fragment in record["fragments"]
            for file in fragment["files"]
        }
        for file in (self.path / TABLE / "data").glob("*"):
            if file.name not in kept:
                file.unlink()

    def _records(self) -> list[dict[str, Any]]:
        names = sorted(name for name in self.path.glob("*.json") if name.name != _PLAN)
        try:
            return [json.loads(name.read_text(encoding="utf-8")) for name in names]
        except (OSError, ValueError) as error:
            raise GspmcError(f"{self.path} is damaged: import without --resume") from error

    def _record(self, number: int) -> Path:
        return self.path / f"{number:06}.json"

    def has(self, number: int) -> bool:
        """Whether a piece is finished."""
        return self._record(number).is_file()

    def write(
        self, number: int, clips: Iterator[Clip], schema: pa.Schema, remarks: Callable[[], Any]
    ) -> None:
        """Write a piece; it may have no clips.

        Args:
            number: of the piece.
            clips: of the schema's layout; ids do not occur in other pieces.
            schema: by `store_schema`.
            remarks: what to keep beside the piece, asked for when the clips have been read.

        Raises:
            GspmcError: a clip does not fit the layout, or the disk is full; the pieces before stay.
        """
        import lance

        layout = schema.metadata[b"layout"].decode()
        failure: list[Exception] = []
        batches = store_batches(clips, layout, schema)
        with atomic_path(self._record(number)) as temporary:
            first = next(batches, None)
            fragments = []
            if first is not None:

                def guarded() -> Iterator[pa.RecordBatch]:
                    try:
                        yield first
                        yield from batches
                    except Exception as error:  # Arrow would wrap it
                        failure.append(error)
                        raise

                reader = pa.RecordBatchReader.from_batches(schema, guarded())
                try:
                    fragments = lance.fragment.write_fragments(
                        reader, str(self.path / TABLE), schema=schema, mode="create"
                    )
                except Exception as error:
                    raise failure[0] if failure else OSError(first_line(error)) from error
            record = {"fragments": [f.to_json() for f in fragments], "remarks": remarks()}
            temporary.write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")

    def remarks(self) -> list[Any]:
        """What was kept beside every piece, in order."""
        return [record["remarks"] for record in self._records()]

    def finish(self, schema: pa.Schema) -> ClipStore:
        """Put the table in the store's place; None of the pieces is left over.

        Raises:
            GspmcError: there is not one clip, or the disk is full.
        """
        import lance

        fragments = [
            lance.FragmentMetadata.from_json(json.dumps(fragment))
            for record in self._records()
            for fragment in record["fragments"]
        ]
        if not fragments:
            self.discard()
            raise GspmcError(f"no clips to write to {self.uri}: check the selection and the input")
        table = self.path / TABLE
        shutil.rmtree(table / "_versions", ignore_errors=True)  # of a commit that broke off
        lance.LanceDataset.commit(str(table), lance.LanceOperation.Overwrite(schema, fragments))
        with atomic_path(self.uri) as temporary:
            temporary.mkdir()
            table.rename(temporary / TABLE)
        self.discard()
        return ClipStore.open(self.uri)

    def discard(self) -> None:
        """Remove what is unfinished."""
        shutil.rmtree(self.path, ignore_errors=True)
