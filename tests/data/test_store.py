"""The clip store: what goes in comes out, and nothing half-written is ever seen."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import lance
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.damages import DAMAGES
from tests.test_files import full_disk
from tests.tiny import clip, clips, everything_in, keypoints, make_store, pose

from gspmc.data.clip import Clip, refuse_split
from gspmc.data.store import ClipStore
from gspmc.errors import GspmcError
from gspmc.pose import PoseSequence
from gspmc.skeleton import get_layout

TEXT = st.text(st.characters(codec="utf-8"), max_size=12)
SPLITS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc"], exclude_characters="/\\"), max_size=12
).filter(lambda name: name not in (".", ".."))


@st.composite
def several_clips(draw: st.DrawFn) -> list[Clip]:
    layout = draw(st.sampled_from(["hands42", "kinect20", "gsp87"]))
    names = draw(st.lists(TEXT.filter(bool), min_size=1, max_size=4, unique=True))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    points, channels = get_layout(layout).num_joints, len(get_layout(layout).channels)
    made = []
    for name in names:
        shape = (draw(st.integers(1, 9)), points, channels)
        sequence = PoseSequence(
            keypoints=rng.normal(size=shape).astype(np.float16),
            layout=layout,
            fps=draw(st.floats(0.5, 500, width=32)),
            width=draw(st.none() | st.integers(1, 9999)),
            height=draw(st.none() | st.integers(1, 9999)),
            extractor=draw(TEXT),
            extractor_version=draw(TEXT),
        )
        made.append(Clip(name, draw(TEXT), draw(TEXT), draw(SPLITS), sequence))
    return made


def assert_same(found: Clip, expected: Clip) -> None:
    for name in ("id", "label", "signer", "split"):
        assert getattr(found, name) == getattr(expected, name)
    for name in ("layout", "fps", "width", "height", "extractor", "extractor_version"):
        assert getattr(found.pose, name) == getattr(expected.pose, name)
    np.testing.assert_array_equal(found.pose.keypoints, expected.pose.keypoints)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(made=several_clips())
def test_what_goes_in_comes_out(made: list[Clip], tmp_path_factory: pytest.TempPathFactory) -> None:
    uri = tmp_path_factory.mktemp("trip") / "store"
    ClipStore.create(uri, iter(made), source="a source ß")
    store = ClipStore.open(uri)
    assert len(store) == len(made)
    assert store.layout == get_layout(made[0].pose.layout)
    assert store.source == "a source ß"
    assert store.labels == tuple(sorted({one.label for one in made}))
    for found, expected in zip(store.read(), made, strict=True):
        assert_same(found, expected)
    assert store.index["frames"].to_pylist() == [len(one.pose.keypoints) for one in made]
    assert everything_in(uri.parent) == {
        "store",
        *(f"store/{name}" for name in everything_in(uri)),
    }


def test_rows_come_in_the_order_asked_for(tmp_path: Path) -> None:
    store = ClipStore.create(tmp_path / "s", clips(10))
    for rows in ([7, 2, 9, 0], np.array([3, 3, 1]), [9], [], range(9, -1, -1)):
        assert [one.id for one in store.read(rows)] == [f"clip{row}" for row in rows]


def test_more_clips_than_one_batch_keep_their_order(tmp_path: Path) -> None:
    many = [clip(f"n{i}", frames=1 + i % 3, seed=i) for i in range(600)]
    store = ClipStore.create(tmp_path / "s", many)
    rows = np.random.default_rng(0).permutation(600)
    for row, found in zip(rows, store.read(rows), strict=True):
        assert_same(found, many[row])


def test_float32_is_kept_as_float16(tmp_path: Path) -> None:
    points = keypoints(3).astype(np.float32) + np.float32(1e-5)
    store = ClipStore.create(tmp_path / "s", [Clip("a", "x", "", "train", pose(points))])
    found = next(store.read()).pose.keypoints
    np.testing.assert_array_equal(found, points.astype(np.float16))


def test_what_float16_cannot_hold_is_refused(tmp_path: Path) -> None:
    points = keypoints(3).astype(np.float32)
    points[1, 2, 0] = 1e5
    with pytest.raises(GspmcError, match=r"clip huge .*65504"):
        ClipStore.create(tmp_path / "s", [Clip("huge", "x", "", "train", pose(points))])
    assert everything_in(tmp_path) == set()


def test_clips_without_hands_are_known_without_reading_them(tmp_path: Path) -> None:
    gone = keypoints(4)
    gone[..., -1] = 0.29
    barely = gone.copy()
    barely[2, 41, -1] = 0.3
    made = [
        clip("a"),
        Clip("b", "x", "", "train", pose(gone)),
        Clip("c", "x", "", "", pose(barely)),
    ]
    store = ClipStore.create(tmp_path / "s", made)
    assert store.rows_without_hands().tolist() == [1]
    assert store.index["hand_frames"].to_pylist() == [6, 0, 1]


def test_extractors_are_named_once_each(tmp_path: Path) -> None:
    made = [
        Clip(str(i), "x", "", "train", PoseSequence(keypoints(2), "hands42", 25.0, extractor=name))
        for i, name in enumerate(["rtm", "mediapipe", "rtm"])
    ]
    assert ClipStore.create(tmp_path / "s", made).extractor == "mediapipe, rtm"


def test_a_store_is_replaced_by_the_complete_new_one(tmp_path: Path) -> None:
    uri = make_store(tmp_path / "s")
    store = ClipStore.create(uri, [clip("only", "new")])
    assert store.labels == ("new",) and len(ClipStore.open(uri)) == 1
    assert {path.name for path in tmp_path.iterdir()} == {"s"}


def broken_off() -> Iterator[Clip]:
    yield from clips(300)
    raise RuntimeError("the reader broke down")


def nested_failure() -> Iterator[Clip]:
    yield from clips(3)
    raise GspmcError("line 4: no such file")


@pytest.mark.parametrize(
    ("source", "kind", "message"),
    [
        (broken_off, RuntimeError, "the reader broke down"),
        (nested_failure, GspmcError, "^line 4: no such file$"),
        (lambda: [clip("a"), clip("b"), clip("a")], GspmcError, "clip id a occurs twice"),
        (lambda: [clip("a"), clip("b", layout="kinect20")], GspmcError, "clip b has layout kinect"),
        (lambda: [], GspmcError, "no clips to write"),
        (
            lambda: [clip("a"), clip("b", split="../up")],
            GspmcError,
            r"^clip b: split '\.\./up' cannot be the name of a file: call it",
        ),
    ],
)
@pytest.mark.parametrize("there_before", [False, True])
def test_a_failure_leaves_things_as_they_were(
    source, kind: type[Exception], message: str, there_before: bool, tmp_path: Path
) -> None:
    uri = tmp_path / "deep" / "s"
    if there_before:
        make_store(uri)
    (tmp_path / "deep").mkdir(exist_ok=True)
    before = everything_in(tmp_path)
    with pytest.raises(kind, match=message) as failure:
        ClipStore.create(uri, source())
    assert "\n" not in str(failure.value)
    assert everything_in(tmp_path) == before
    if there_before:
        assert [one.id for one in ClipStore.open(uri).read([11, 0])] == ["clip11", "clip0"]


def test_an_id_of_an_earlier_batch_counts_as_repeated(tmp_path: Path) -> None:
    made = [clip(f"n{i}", frames=1) for i in range(257)]
    with pytest.raises(GspmcError, match="clip id n0 occurs twice"):
        ClipStore.create(tmp_path / "s", [*made, clip("n0", frames=1)])


@pytest.mark.parametrize("there_before", [False, True])
def test_a_full_disk_is_one_line_and_leaves_nothing(tmp_path: Path, there_before: bool) -> None:
    uri = tmp_path / "s"
    if there_before:
        make_store(uri)
    before = everything_in(tmp_path)
    with pytest.raises(GspmcError, match="cannot write") as failure, full_disk():
        ClipStore.create(uri, clips(200))
    message = str(failure.value)
    assert "\n" not in message and str(uri) in message and "it is as it was" in message
    assert everything_in(tmp_path) == before
    if there_before:
        assert len(ClipStore.open(uri)) == 12


def test_other_peoples_folders_and_files_are_not_replaced(tmp_path: Path) -> None:
    folder, file, empty = tmp_path / "photos", tmp_path / "letter.txt", tmp_path / "empty"
    folder.mkdir()
    (folder / "holiday.jpg").write_bytes(b"x")
    file.write_text("dear")
    empty.mkdir()
    for path in (folder, file):
        with pytest.raises(GspmcError, match="is no clip store.*: choose another"):
            ClipStore.create(path, clips(2))
    assert (folder / "holiday.jpg").exists() and file.read_text() == "dear"
    store = make_store(tmp_path / "store")
    (store / "notes.txt").write_text("mine")
    with pytest.raises(GspmcError, match="choose another"):
        ClipStore.create(store, clips(2))
    assert (store / "notes.txt").exists() and len(ClipStore.open(store)) == 12
    assert len(ClipStore.create(empty, clips(2))) == 2


def test_a_uri_is_written_and_overwritten(tmp_path: Path) -> None:
    uri = f"file://{tmp_path}/remote"
    ClipStore.create(uri, clips(3))
    with pytest.raises(GspmcError, match="occurs twice"):
        ClipStore.create(uri, [clip("a"), clip("a")])
    assert len(ClipStore.open(uri)) == 3
    assert len(ClipStore.create(uri, clips(5))) == 5


def test_the_fingerprint_follows_keypoints_layout_and_rate(tmp_path: Path) -> None:
    plain = list(clips())
    first = plain[0].pose
    moved = first.keypoints.copy()
    moved[0, 0, 0] += 0.25
    poses = [replace(first, keypoints=moved), replace(first, fps=first.fps + 1), first]
    stores = [
        ClipStore.create(tmp_path / str(number), [replace(plain[0], pose=each), *plain[1:]])
        for number, each in enumerate(poses)
    ]
    again = ClipStore.create(tmp_path / "again", plain)
    assert len({store.fingerprint for store in [*stores, again]}) == 3
    assert stores[2].fingerprint == again.fingerprint


def rewrite(uri: Path, metadata: dict[str, str] | None) -> None:
    table = lance.dataset(f"{uri}/clips.lance").to_table()
    changed = {**(table.schema.metadata or {}), **(metadata or {})} if metadata else None
    lance.write_dataset(
        table.replace_schema_metadata(changed), f"{uri}/clips.lance", mode="overwrite"
    )


def test_another_version_is_named(tmp_path: Path) -> None:
    uri = make_store(tmp_path / "s")
    rewrite(uri, {"gspmc_store_version": "99"})
    with pytest.raises(GspmcError, match="has version 99, this program reads 2: import") as failure:
        ClipStore.open(uri)
    assert str(uri) in str(failure.value) and "\n" not in str(failure.value)


def test_a_foreign_lance_table_is_no_store(tmp_path: Path) -> None:
    lance.write_dataset(pa.table({"x": [1]}), f"{tmp_path}/s/clips.lance")
    with pytest.raises(GspmcError, match="version none"):
        ClipStore.open(tmp_path / "s")


def test_nothing_there_or_something_else(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no store")
    (tmp_path / "folder").mkdir()
    for name in ("absent", "file", "folder"):
        with pytest.raises(GspmcError, match="no clip store at .*gspmc data import") as failure:
            ClipStore.open(tmp_path / name)
        assert "\n" not in str(failure.value)
    assert everything_in(tmp_path) == {"file", "folder"}


def test_a_clip_of_the_wrong_size_is_named(tmp_path: Path) -> None:
    uri = make_store(tmp_path / "s", count=2)
    table = lance.dataset(f"{uri}/clips.lance").to_table()
    place = table.schema.get_field_index("frames")
    frames = pa.array([3, 5], pa.int32())  # the second has 4
    table = table.set_column(place, table.schema.field("frames"), frames)
    lance.write_dataset(table, f"{uri}/clips.lance", mode="overwrite")
    store = ClipStore.open(uri)
    assert next(store.read([0])).id == "clip0"
    with pytest.raises(GspmcError, match="clip clip1 of .* is damaged: import"):
        list(store.read([1]))


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
@pytest.mark.parametrize("folder", ["data", "_versions"])
def test_a_damaged_store_is_one_line(
    tmp_path: Path, folder: str, damage: Callable[[Path], object]
) -> None:
    uri = make_store(tmp_path / "s")
    for file in (uri / "clips.lance" / folder).iterdir():
        damage(file)
    with pytest.raises(GspmcError, match=r"store at|import the data again") as failure:
        ClipStore.open(uri)
    message = str(failure.value)
    assert "\n" not in message and str(uri) in message and ".rs:" not in message
    assert ("is damaged" in message) != (folder == "_versions" and damage is Path.unlink)


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_store_that_is_damaged_while_it_is_open_is_one_line(
    tmp_path: Path, damage: Callable[[Path], object]
) -> None:
    uri = make_store(tmp_path / "s")
    store = ClipStore.open(uri)
    for file in (uri / "clips.lance" / "data").iterdir():
        damage(file)
    with pytest.raises(GspmcError, match=r"s is damaged \(.+\): import the data again$"):
        list(store.read())


def test_a_clip_with_impossible_numbers_is_named(tmp_path: Path) -> None:
    uri = make_store(tmp_path / "s", count=2)
    table = lance.dataset(f"{uri}/clips.lance").to_table()
    place = table.schema.get_field_index("fps")
    rates = pa.array([25, float("nan")], pa.float32())
    table = table.set_column(place, table.schema.field("fps"), rates)
    lance.write_dataset(table, f"{uri}/clips.lance", mode="overwrite")
    with pytest.raises(GspmcError, match="clip1 of .* is damaged .fps must be .*: import the data"):
        list(ClipStore.open(uri).read())


@pytest.mark.parametrize("name", [".", "..", "/", "a/b", "../../up", "a\\b", "a\nb", "\x00"])
def test_splits_that_no_file_can_be_called_are_refused(name: str) -> None:
    with pytest.raises(GspmcError, match="cannot be the name of a file") as failure:
        refuse_split(name)
    assert "\n" not in str(failure.value)


@pytest.mark.parametrize("name", ["train", "", "val-2.1_b", "größer 大", "...", "a..b", "50 %"])
def test_other_splits_are_taken(name: str) -> None:
    refuse_split(name)
