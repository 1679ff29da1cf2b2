"""Google's isolated signs (Kaggle, asl-signs): MediaPipe landmarks, one Parquet file a clip.

Source of the form: the competition's data page: `train.csv` with path, participant_id, sequence_id,
sign; landmark files with frame, row_id, type, landmark_index, x, y, z.
"""

import csv
import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

import numpy as np

from gspmc.data.importers.gaps import Gap
from gspmc.data.importers.keypoint_file import to_pose
from gspmc.data.importers.mediapipe_array import seen_where_there
from gspmc.data.importers.numerals import whole_number
from gspmc.data.importers.plan import Plan, Reading, Row
from gspmc.data.importers.points import Points
from gspmc.data.importers.published import PublishedFormat, by_signer, refuse_strange_signers
from gspmc.errors import GspmcError, first_line

LIST, CLASSES = "train.csv", "sign_to_prediction_index_map.json"
_COLUMNS = ["frame", "type", "landmark_index", "x", "y"]
_FIRST = {"pose": 0, "face": 33, "left_hand": 501, "right_hand": 522}
_COUNT = {"pose": 33, "face": 468, "left_hand": 21, "right_hand": 21}
"""Type of a landmark -> its place in `mediapipe_holistic`."""


@dataclass(frozen=True)
class IslrFormat(PublishedFormat):
    """How landmark files are to be read: they hold fractions of pictures of unknown size."""

    layout: str = "mediapipe_holistic"
    """Layout of the files."""
    fps: float = 30.0
    """Frames a second."""
    extractor: str = "mediapipe-holistic"
    """What found the points."""


@dataclass(frozen=True)
class ParquetReader:
    """Reads the landmark file of a row."""

    form: IslrFormat

    def __call__(self, row: Row) -> Reading:
        size = (self.form.width, self.form.height)
        points = Points(read_landmarks(row.key), "mediapipe_holistic", "fractions", *size)
        return Reading(to_pose(points, self.form))


def read_landmarks(path: str) -> np.ndarray:
    """A landmark file as float32 (T, 543, 3), frames in order.

    Raises:
        GspmcError: it is damaged or empty, lacks a column, or names an unknown landmark.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        # dictionary: the type of a landmark is one of four strings, half a thousand times a frame
        table = pq.read_table(path, columns=_COLUMNS, read_dictionary=["type"])
        kinds = table["type"].combine_chunks()
        if not isinstance(kinds.type, pa.DictionaryType):
            kinds = kinds.dictionary_encode()
        codes = kinds.indices.to_numpy(zero_copy_only=False)
        names = kinds.dictionary.to_pylist()
        whole = [table[name].cast(pa.int64()) for name in ("frame", "landmark_index")]
        if not len(codes) or any(column.null_count for column in (kinds, *whole)):
            raise ValueError("it has no rows, or rows without frame, type or landmark_index")
        frames, places = (column.to_numpy() for column in whole)
        x, y = (table[name].to_numpy().astype(np.float32) for name in ("x", "y"))
    except Exception as error:  # pyarrow raises errors of its own, OSError, KeyError, …
        raise GspmcError(f"cannot read it: {first_line(error)}") from error
    unknown = sorted(set(names) - set(_FIRST))
    if unknown:
        raise GspmcError(f"it has landmarks of the type {unknown[0]!r}")
    counts = np.array([_COUNT[name] for name in names], dtype=np.int64)[codes]
    if ((places < 0) | (places >= counts)).any():
        raise GspmcError("it has a landmark_index beyond those of its type")
    joints = np.array([_FIRST[name] for name in names], dtype=np.int64)[codes] + places
    _, times = np.unique(frames, return_inverse=True)
    coordinates = np.full((int(times.max(initial=-1)) + 1, 543, 2), np.nan, np.float32)
    coordinates[times, joints, 0], coordinates[times, joints, 1] = x, y
    return seen_where_there(coordinates)


def plan_google_islr(
    source: str | Path,
    form: IslrFormat,
    val_signers: Collection[int] = (),
    test_signers: Collection[int] = (),
) -> Plan:
    """Find the list, the class numbers and the landmark files.

    Args:
        source: folder with `train.csv`, `sign_to_prediction_index_map.json` and the landmark files.
        form: how landmark files are read.
        val_signers, test_signers: participants whose clips are `val` and `test`: the set is all
            `train`.

    Raises:
        GspmcError: a list is missing or of another form, or a signer to validate or test on is not
            there or is both.
    """
    source = Path(source)
    gaps: list[Gap] = []
    classes = _read_classes(source / CLASSES)
    known = set(classes.values())
    rows, files, signers = [], set(), set()
    for line, entry in _read_list(source / LIST):
        signer = entry["participant_id"].strip()
        number, relative = whole_number(signer), PurePosixPath(entry["path"])
        if number is None or not relative.name:
            gaps.append(Gap("bad_row", f"{LIST}:{line}", ",".join(map(str, entry.values()))[:80]))
            continue
        path = source / relative
        name = "-".join(relative.with_suffix("").parts[-2:])
        files.add(path)
        signers.add(number)
        if entry["sign"] not in known:
            gaps.append(Gap("unknown_class", name, entry["sign"]))
        elif not path.is_file():
            gaps.append(Gap("no_keypoints", name))
        else:
            split = by_signer(number, val_signers, test_signers)
            rows.append(Row(name, entry["sign"], signer, split, str(path)))
    refuse_strange_signers(signers, val_signers, test_signers)
    for path in sorted(source.glob("train_landmark_files/*/*.parquet")):
        if path not in files:
            gaps.append(Gap("no_label", "-".join(path.with_suffix("").parts[-2:])))
    own = replace(form, to_layout=form.target)
    return Plan(str(source), rows, ParquetReader(own), form.target, repr(own), True, gaps, classes)


def _read_classes(path: Path) -> dict[int, str]:
    try:
        numbers = json.loads(path.read_text(encoding="utf-8"))
        classes = {int(number): str(name) for name, number in numbers.items()}
    except (OSError, ValueError, OverflowError, TypeError, AttributeError, RecursionError) as error:
        raise GspmcError(f"cannot read {path}: {error}") from error
    if sorted(classes) != list(range(len(numbers))):
        shifted = sorted(classes) == list(range(1, len(numbers) + 1))
        how = "they count from one: subtract one" if shifted else "one is missing or twice there"
        raise GspmcError(
            f"{path}: the numbers of {len(numbers)} signs must run from 0 to "
            f"{len(numbers) - 1}; {how}"
        )
    return dict(sorted(classes.items()))


def _read_list(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    needed = ("path", "participant_id", "sign")
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(file, restval="")
            absent = [name for name in needed if name not in (reader.fieldnames or ())]
            if absent:
                raise GspmcError(f"{path} lacks the column {absent[0]!r}")
            for row in reader:
                yield reader.line_num, row
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise GspmcError(f"cannot read {path}: {error}") from error
