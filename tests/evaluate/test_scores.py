"""The scores file: it comes back as it was written, and nothing else passes for one."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gspmc.errors import GspmcError
from gspmc.evaluate import Scores

# numpy's fixed-width strings end at trailing NULs, which no id has
names = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=8)


@st.composite
def some_scores(draw: st.DrawFn) -> Scores:
    classes = draw(st.lists(names, min_size=2, max_size=6, unique=True))
    ids = draw(st.lists(names, max_size=6, unique=True))
    number = st.floats(width=32, allow_nan=False, allow_infinity=False)
    clips = len(ids)
    return Scores(
        ids=np.array(ids, dtype=str),
        labels=np.array(
            draw(st.lists(st.integers(-1, len(classes) - 1), min_size=clips, max_size=clips)),
            dtype=np.int64,
        ),
        logits=np.array(
            draw(st.lists(number, min_size=clips * len(classes), max_size=clips * len(classes))),
            dtype=np.float32,
        ).reshape(clips, len(classes)),
        classes=tuple(classes),
        signers=np.array(draw(st.lists(names, min_size=clips, max_size=clips)), dtype=str),
        split=draw(names),
    )


def three_clips(**changes: object) -> Scores:
    fields: dict[str, object] = {
        "ids": ["a", "b", "c"],
        "labels": [0, 1, -1],
        "logits": [[2.0, 1.0], [0.0, 3.0], [1.0, 1.5]],
        "classes": ("book", "drink"),
        "signers": ["s1", "s2", ""],
        "split": "val",
    }
    return Scores(**(fields | changes))  # type: ignore[arg-type]


def assert_same(found: Scores, expected: Scores) -> None:
    assert found.classes == expected.classes
    assert found.split == expected.split
    for field in ("ids", "labels", "logits", "signers"):
        np.testing.assert_array_equal(getattr(found, field), getattr(expected, field))
    assert found.labels.dtype == np.int64
    assert found.logits.dtype == np.float32


@given(scores=some_scores())
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_what_is_saved_is_loaded(scores: Scores, tmp_path: Path) -> None:
    scores.save(tmp_path / "scores.npz")
    assert_same(Scores.load(tmp_path / "scores.npz"), scores)


def test_the_file_is_plain_arrays_under_the_given_name(tmp_path: Path) -> None:
    three_clips().save(tmp_path / "val.scores")
    assert [path.name for path in tmp_path.iterdir()] == ["val.scores"]
    with np.load(tmp_path / "val.scores", allow_pickle=False) as archive:
        assert {name: archive[name].dtype.kind for name in archive.files} == {
            "version": "i",
            "split": "U",
            "ids": "U",
            "labels": "i",
            "logits": "f",
            "classes": "U",
            "signers": "U",
        }


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"labels": [0, 1]}, "labels of shape"),
        ({"signers": ["s1"]}, "signers of shape"),
        ({"logits": [[1.0, 2.0, 3.0]] * 3}, "logits of shape"),
        ({"logits": [1.0, 2.0, 3.0]}, "logits of shape"),
        ({"ids": ["a", "b", "a"]}, "clip 'a' occurs 2 times"),
        ({"classes": ("book", "book")}, "class 'book' occurs 2 times"),
        ({"classes": ("book",), "logits": [[1.0]] * 3, "labels": [0, 0, 0]}, "two classes"),
        ({"labels": [1, 2, 1]}, "number them from zero"),
        ({"labels": [0, -2, 1]}, "labels reach from -2"),
        ({"logits": [[1.0, 0.0], [np.nan, 0.0], [0.0, 1.0]]}, "first clip 'b'"),
        ({"logits": [[1.0, 0.0], [0.0, 0.0], [np.inf, 1.0]]}, "first clip 'c'"),
    ],
)
def test_arrays_that_do_not_belong_together_are_refused(
    changes: dict[str, object], message: str
) -> None:
    with pytest.raises(GspmcError, match=message) as caught:
        three_clips(**changes)
    assert "\n" not in str(caught.value)


def rewrite(path: Path, **changes: object) -> None:
    """Replace arrays of a scores file; None takes one out."""
    with np.load(path) as archive:
        fields: dict[str, object] = {name: archive[name] for name in archive.files}
    fields |= changes
    np.savez(path, **{k: np.asarray(v) for k, v in fields.items() if v is not None})


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"version": 2}, "version 2"),
        ({"version": None}, "version None"),
        ({"logits": None}, "lacks logits"),
        ({"ids": ["a", "a", "b"]}, "occurs 2 times"),
        ({"logits": np.full((3, 2), np.nan, dtype=np.float32)}, "NaN"),
        ({"labels": ["0", "1", "0"]}, "type <U1"),
        ({"ids": np.array(["a", "b", None], dtype=object)}, "damaged"),
    ],
)
def test_a_file_of_another_kind_is_refused_by_name(
    changes: dict[str, object], message: str, tmp_path: Path
) -> None:
    path = tmp_path / "scores.npz"
    three_clips().save(path)
    rewrite(path, **changes)
    with pytest.raises(GspmcError, match=message) as caught:
        Scores.load(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_file_and_a_text_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(GspmcError, match="no scores at"):
        Scores.load(tmp_path / "absent.npz")
    (tmp_path / "text.npz").write_text("clip,label\n")
    with pytest.raises(GspmcError, match=r"text\.npz is damaged"):
        Scores.load(tmp_path / "text.npz")


@given(place=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_one_flipped_bit_never_gives_other_scores(place: float, bit: int, tmp_path: Path) -> None:
    path = tmp_path / "scores.npz"
    three_clips().save(path)
    data = bytearray(path.read_bytes())
    data[int(place * len(data))] ^= 1 << bit
    path.write_bytes(data)
    try:
        found = Scores.load(path)
    except GspmcError as error:
        assert "\n" not in str(error)
    else:  # some bits of the container mean nothing
        assert_same(found, three_clips())


def test_every_cut_short_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "scores.npz"
    three_clips().save(path)
    data = path.read_bytes()
    for length in range(0, len(data), 97):
        path.write_bytes(data[:length])
        with pytest.raises(GspmcError, match="damaged"):
            Scores.load(path)


def test_known_clips_hits_and_a_choice() -> None:
    scores = Scores(
        ids=["a", "b", "c"],
        labels=[0, 1, -1],
        logits=[[2.0, 1], [2, 1], [2, 1]],
        classes=("x", "y"),
        signers=["s", "s", "t"],
        split="val",
    )
    assert scores.known.tolist() == [True, True, False]
    assert scores.hits.tolist() == [True, False, False]
    for chosen in ([True, False, True], [0, 2]):
        some = scores.take(np.array(chosen))
        assert some.ids.tolist() == ["a", "c"] and some.labels.tolist() == [0, -1]
        assert some.signers.tolist() == ["s", "t"] and some.logits.shape == (2, 2)
