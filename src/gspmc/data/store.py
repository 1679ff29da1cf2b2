"""The clip store: a Lance table of keypoint clips, in a folder or an object store."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from gspmc.data.clip import Clip, refuse_split
from gspmc.errors import GspmcError, damage_told, first_line
from gspmc.files import atomic_path
from gspmc.pose import PoseSequence
from gspmc.skeleton import Layout, get_layout

STORE_VERSION = "2"
_ROWS_PER_BATCH = 256
TABLE = "clips.lance"
"""The table's name inside a store's folder."""
_INDEX_COLUMNS = ["id", "label", "signer", "split", "frames", "hand_frames", "extractor", "digest"]


def store_schema(layout: str, source: str, classes: Mapping[int, str] | None = None) -> pa.Schema:
    """Columns of the table; `keypoints` is (frames, V, C) flattened, V and C the layout's.

    Args:
        layout: of every clip.
        source: where the clips come from.
        classes: the data set's own numbers and names, where it has some.
    """
    text, pixels = pa.string(), pa.int32()
    return pa.schema(
        [
            pa.field("id", text, nullable=False),
            pa.field("label", text, nullable=False),
            pa.field("signer", text, nullable=False),
            pa.field("split", text, nullable=False),
            pa.field("fps", pa.float32(), nullable=False),
            pa.field("width", pixels),
            pa.field("height", pixels),
            pa.field("extractor", text, nullable=False),
            pa.field("extractor_version", text, nullable=False),
            pa.field("frames", pa.int32(), nullable=False),
            pa.field("hand_frames", pa.int32(), nullable=False),
            pa.field("digest", text, nullable=False),
            pa.field("keypoints", pa.list_(pa.float16()), nullable=False),
        ],
        metadata={
            "gspmc_store_version": STORE_VERSION,
            "layout": layout,
            "source": source,
            **({"classes": json.dumps(classes, ensure_ascii=False)} if classes else {}),
        },
    )


def _row(clip: Clip) -> dict[str, Any]:
    pose = clip.pose
    with np.errstate(over="ignore"):
        keypoints = pose.keypoints.astype(np.float16)
    # float16 needs no second look: a pose sequence has finite numbers
    if keypoints.dtype != pose.keypoints.dtype and not np.isfinite(keypoints).all():
        raise GspmcError(
            f"clip {clip.id} has coordinates beyond 65504: give them in units of image height"
        )
    return {
        "id": clip.id,
        "label": clip.label,
        "signer": clip.signer,
        "split": clip.split,
        "fps": pose.fps,
        "width": pose.width,
        "height": pose.height,
        "extractor": pose.extractor,
        "extractor_version": pose.extractor_version,
        "frames": len(pose.keypoints),
        "hand_frames": _frames_with_a_hand(pose),
        "digest": _digest(pose, keypoints),
        "keypoints": keypoints.ravel(),
    }


def _digest(pose: PoseSequence, keypoints: np.ndarray) -> str:
    """16 hexadecimal digits that tell one pose from another, whatever both are called."""
    digest = hashlib.blake2b(digest_size=8)
    digest.update(f"{pose.layout} {pose.fps:g} {pose.width} {pose.height} ".encode())
    digest.update(np.ascontiguousarray(keypoints, dtype="<f2").data)
    return digest.hexdigest()


def _batch(clips: Sequence[Clip], schema: pa.Schema) -> pa.RecordBatch:
    rows = [_row(clip) for clip in clips]
    keypoints = [row.pop("keypoints") for row in rows]
    offsets = np.cumsum([0, *(values.size for values in keypoints)], dtype=np.int32)
    columns = [pa.array([row[name] for row in rows], schema.field(name).type) for name in rows[0]]
    flat = pa.ListArray.from_arrays(offsets, pa.array(np.concatenate(keypoints)))
    return pa.RecordBatch.from_arrays([*columns, flat], schema=schema)


def _frames_with_a_hand(pose: PoseSequence) -> int:
    hands = get_layout(pose.layout).hands
    return int(pose.visible[:, hands].any(axis=1).sum()) if hands else len(pose.keypoints)


def store_batches(
    clips: Iterator[Clip], layout: str, schema: pa.Schema
) -> Iterator[pa.RecordBatch]:
    """Rows of a store, a few hundred at a time.

    Raises:
        GspmcError: a clip of another layout, an id twice, an impossible split, or numbers that
            float16 cannot hold.
    """
    seen: set[str] = set()
    while chunk := list(islice(clips, _ROWS_PER_BATCH)):
        for clip in chunk:
            if clip.pose.layout != layout:
                raise GspmcError(
                    f"clip {clip.id} has layout {clip.pose.layout}, the store {layout}: "
                    "convert it, or make a store of its own"
                )
            if clip.id in seen:
                raise GspmcError(
                    f"clip id {clip.id} occurs twice: give every clip an id of its own"
                )
            seen.add(clip.id)
            refuse_split(clip.split, f"clip {clip.id}: ")
        yield _batch(chunk, schema)


def _damage_told(uri: str | Path) -> AbstractContextManager[None]:
    return damage_told(f"clip store {uri}", "import the data again")


def refuse_foreign(uri: str | Path) -> None:
    """Never replace what is no store.

    Raises:
        GspmcError: `uri` holds other files.
    """
    if _is_foreign(Path(uri)):
        raise GspmcError(f"{uri} holds other files or is no clip store: choose another name")


def _is_foreign(path: Path) -> bool:
    """Something is there which replacing would lose: a file, or a folder of other things."""
    if not path.is_dir():
        return path.exists()
    return any(entry.name != TABLE for entry in path.iterdir())


class ClipStore:
    """Clips of one layout. Open with `ClipStore.open`, make with `ClipStore.create`."""

    def __init__(self, uri: str, dataset: Any, index: pa.Table) -> None:
        self.uri = uri
        self._dataset = dataset
        self.index = index
        """Table (rows) with every column but the keypoints and the picture's size."""

    @classmethod
    def create(
        cls,
        uri: str | Path,
        clips: Iterable[Clip],
        source: str = "",
        numbering: Mapping[int, str] | None = None,
    ) -> ClipStore:
        """Write a store; an existing one at `uri` is replaced once the new one is complete.

        Args:
            uri: a folder, or the URI of an object store.
            clips: read once, one by one.
            source: where the clips come from, kept in the table.
            numbering: the data set's own numbers and names of its classes, likewise.

        Raises:
            GspmcError: no clip, mixed layouts, an id twice, an impossible split, a folder at `uri`
                that is no store, or the disk is full; a folder is then left as it was.
        """
        import lance

        iterator = iter(clips)
        first = next(iterator, None)
        if first is None:
            raise GspmcError(f"no clips to write to {uri}: check the selection and the input")
        layout = first.pose.layout
        schema = store_schema(layout, source, numbering)

        def everything() -> Iterator[Clip]:
            yield first
            yield from iterator

        def write(target: str, mode: str) -> None:
            # A failure inside the reader reaches us wrapped by Arrow: keep the original.
            failure: list[Exception] = []

            def guarded() -> Iterator[pa.RecordBatch]:
                try:
                    yield from store_batches(everything(), layout, schema)
                except Exception as error:
                    failure.append(error)
                    raise

            reader = pa.RecordBatchReader.from_batches(schema, guarded())
            try:
                lance.write_dataset(reader, f"{target}/{TABLE}", mode=mode)
            except Exception as error:
                raise failure[0] if failure else OSError(first_line(error)) from error

        if "://" in str(uri):
            write(str(uri), "overwrite")
        else:
            refuse_foreign(uri)
            with atomic_path(uri) as temporary:
                temporary.mkdir()
                write(str(temporary), "create")
        return cls.open(uri)

    @classmethod
    def open(cls, uri: str | Path) -> ClipStore:
        """Open a store.

        Raises:
            GspmcError: there is none, it is damaged, or it has another version.
        """
        import lance

        with _damage_told(uri):
            try:
                dataset = lance.dataset(f"{uri}/{TABLE}")
            except Exception as error:
                if any(Path(uri, TABLE, "_versions").glob("*")):
                    raise
                raise GspmcError(
                    f"no clip store at {uri}: make one with `gspmc data import`"
                ) from error
        version = (dataset.schema.metadata or {}).get(b"gspmc_store_version", b"none").decode()
        if version != STORE_VERSION:
            raise GspmcError(
                f"store {uri} has version {version}, this program reads {STORE_VERSION}: "
                "import the data again"
            )
        with _damage_told(uri):
            index = dataset.to_table(columns=_INDEX_COLUMNS)
            index.validate(full=True)
        return cls(str(uri), dataset, index)

    @property
    def layout(self) -> Layout:
        return get_layout(self._dataset.schema.metadata[b"layout"].decode())

    @property
    def source(self) -> str:
        return self._dataset.schema.metadata[b"source"].decode()

    @property
    def labels(self) -> tuple[str, ...]:
        """Class names in alphabetical order: a class's index is its place here."""
        return tuple(sorted(set(self.index["label"].to_pylist())))

    @property
    def numbering(self) -> dict[int, str]:
        """The data set's own number of every class in its list; empty where it is not known."""
        known = json.loads(self._dataset.schema.metadata.get(b"classes", b"{}"))
        return {int(number): name for number, name in known.items()}

    @property
    def extractor(self) -> str:
        """What found the keypoints; several names are joined by a comma."""
        return ", ".join(sorted(set(self.index["extractor"].to_pylist())))

    @property
    def fingerprint(self) -> str:
        """16 hexadecimal digits of a SHA-256 over all clips, their keypoints by their digests."""
        digest = hashlib.sha256()
        for column in self.index.itercolumns():
            digest.update(json.dumps(column.to_pylist()).encode())
        return digest.hexdigest()[:16]

    def rows_without_hands(self) -> np.ndarray:
        """Rows of the clips in which no hand is ever seen."""
        return np.flatnonzero(self.index["hand_frames"].to_numpy() == 0)

    def __len__(self) -> int:
        return self.index.num_rows

    def read(self, rows: Sequence[int] | np.ndarray | None = None) -> Iterator[Clip]:
        """Yield the clips at `rows` (all by default), in that order, a few hundred at a time.

        Raises:
            GspmcError: the store is damaged.
        """
        rows = np.arange(len(self)) if rows is None else np.asarray(rows)
        for start in range(0, len(rows), _ROWS_PER_BATCH):
            with _damage_told(self.uri):
                chunk = self._dataset.take(rows[start : start + _ROWS_PER_BATCH].tolist())
                keypoints = chunk["keypoints"].combine_chunks()
                values = keypoints.values.to_numpy(zero_copy_only=False)
                offsets = keypoints.offsets.to_numpy()
                records = chunk.drop(["keypoints"]).to_pylist()
            for record, first, last in zip(records, offsets[:-1], offsets[1:], strict=True):
                yield self._clip(record, values[first:last])

    def _clip(self, record: dict[str, Any], values: np.ndarray) -> Clip:
        layout = self.layout
        shape = (record["frames"], layout.num_joints, len(layout.channels))
        if values.size != np.prod(shape):
            raise GspmcError(f"clip {record['id']} of {self.uri} is damaged: import the data again")
        try:
            pose = PoseSequence(
                keypoints=values.reshape(shape),
                layout=layout.name,
                fps=record["fps"],
                width=record["width"],
                height=record["height"],
                extractor=record["extractor"],
                extractor_version=record["extractor_version"],
            )
        except GspmcError as error:
            reason = str(error).partition(":")[0]
            raise GspmcError(
                f"clip {record['id']} of {self.uri} is damaged ({reason}): import the data again"
            ) from error
        return Clip(record["id"], record["label"], record["signer"], record["split"], pose)
