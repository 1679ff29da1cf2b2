"""Pickles are read without running what they name."""

import os
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.data.importers.forms import dump

from gspmc.data.importers.safe_pickle import read_pickle
from gspmc.errors import GspmcError

PROTOCOLS = range(pickle.HIGHEST_PROTOCOL + 1)
ARRAYS: list[Any] = [
    np.arange(24, dtype=np.float32).reshape(1, 2, 4, 3),
    np.asfortranarray(np.arange(6.0).reshape(2, 3)),
    np.arange(16.0).reshape(4, 4)[::2, ::2],
    np.arange(3, dtype=np.float16),
    np.arange(3, dtype=">f4"),
    np.array(["a", "größer"]),
    np.array([True, False]),
    np.zeros((0, 3)),
    np.float32(0.5),
    np.int64(-3),
    np.bool_(True),
    np.str_("手"),
]


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_arrays_of_every_protocol(tmp_path: Path, protocol: int) -> None:
    for found, given_ in zip(
        read_pickle(dump(tmp_path / "a.pkl", ARRAYS, protocol)), ARRAYS, strict=True
    ):
        assert type(found) is type(given_)
        assert (found.dtype.kind, found.itemsize) == (given_.dtype.kind, given_.itemsize)
        np.testing.assert_array_equal(found, given_)


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_arrays_that_numpy_2_has_pickled(tmp_path: Path, protocol: int) -> None:
    """NumPy 2 names numpy._core where NumPy 1 names numpy.core; nothing else differs."""
    content = pickle.dumps(ARRAYS, protocol)
    for one, two in ((b"numpy.core.", b"numpy._core."), (b"numpy._core.", b"numpy.core.")):
        if one not in content:
            continue
        if protocol >= 4:  # names stand there with their length, and in frames with theirs
            content = _unframed(ARRAYS, protocol)
            for module in (b"multiarray", b"numeric"):
                old, new = one + module, two + module
                content = content.replace(
                    b"\x8c" + bytes([len(old)]) + old, b"\x8c" + bytes([len(new)]) + new
                )
        else:
            content = content.replace(one, two)
        (tmp_path / "a.pkl").write_bytes(content)
        for found, given_ in zip(read_pickle(tmp_path / "a.pkl"), ARRAYS, strict=True):
            np.testing.assert_array_equal(found, given_)
        return
    pytest.fail("the arrays are pickled by neither name")


def _unframed(content: Any, protocol: int) -> bytes:
    """A pickle without frames, which are optional."""
    import io

    file = io.BytesIO()
    pickler = pickle._Pickler(file, protocol)  # type: ignore[attr-defined]
    pickler.framer.start_framing = lambda: None  # type: ignore[attr-defined]
    pickler.dump(content)
    return file.getvalue()


plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
    | st.binary() | st.complex_numbers(allow_nan=False),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner) | st.tuples(inner, inner),
    max_leaves=10,
)  # fmt: skip


@given(plain, st.sampled_from(PROTOCOLS))
def test_plain_containers(tmp_path_factory: pytest.TempPathFactory, content: Any, p: int) -> None:
    file = tmp_path_factory.getbasetemp() / "plain.pkl"
    assert read_pickle(dump(file, content, p)) == content


class Hostile:
    def __init__(self, function: Any, *arguments: Any) -> None:
        self.function, self.arguments = function, arguments

    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]:
        return self.function, self.arguments


def touch(path: str) -> None:
    Path(path).touch()


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("name", ["os.system", "eval", "touch", "np.load", "getattr", "open"])
def test_a_hostile_pickle_runs_nothing(tmp_path: Path, name: str, protocol: int) -> None:
    trace = tmp_path / "trace"
    hostile = {
        "os.system": Hostile(os.system, f"touch {trace}"),
        "eval": Hostile(eval, f"open({str(trace)!r}, 'w')"),
        "touch": Hostile(touch, str(trace)),
        "np.load": Hostile(np.load, str(trace)),
        "getattr": Hostile(getattr, "text", "format"),
        "open": Hostile(open, str(trace), "w"),
    }[name]
    content = {"split": {"train": ["a"]}, "annotations": [{"keypoint": hostile}]}
    file = dump(tmp_path / "hostile.pkl", content, protocol)
    with pytest.raises(GspmcError, match=r"hostile\.pkl: it asks for .*only NumPy") as failure:
        read_pickle(file)
    assert "\n" not in str(failure.value)
    assert not trace.exists()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"cnumpy\nload\n(S'x'\ntR.", "numpy.load"),
        (b"\x80\x04\x8c\x05numpy\x8c\x0dndarray.dumps\x93.", "numpy.ndarray.dumps"),
        (b"c_codecs\nencode\n(Vx\nVrot13\ntR.", "encodes by 'rot13'"),
        (b"Pid\n.", "persistent"),
        (b"", "Ran out of input"),
        (b"not a pickle", "cannot read"),
        (b"cnumpy.core.multiarray\n_reconstruct\n(c__builtin__\nset\n(I0\ntS'b'\ntR.", "cannot"),
        (b"cnumpy\nndarray\n((I100000000000000\ntS'f8'\ntR.", "cannot read"),
        (b"cnumpy\nndarray\n((I1\ntS'O'\nC\x08AAAAAAAAtR.", "cannot read"),
        (b"cnumpy\nndarray\n.", "cannot read"),
        (b"cnumpy\ndtype\n(S'O'\ntR.", "an array of object"),
        (b"cnumpy\ndtype\n(S'f8,O'\ntR.", "an array of"),
        (b"cnumpy\ndtype\n(S'f8'\ntR.", "cannot read"),
        (b"cbuiltins\nbytearray\n(I3000000000\ntR.", "bytearray of something else"),
        (b"cbuiltins\nbytes\n(I3000000000\ntR.", "cannot read"),
    ],
)
def test_crafted_bytes_are_one_line(tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "a.pkl").write_bytes(content)
    with pytest.raises(GspmcError, match=message) as failure:
        read_pickle(tmp_path / "a.pkl")
    assert "\n" not in str(failure.value)


class StatefulType:
    """numpy.dtype with a state of its own: eight bytes that are said to hold a pointer."""

    def __reduce__(self) -> tuple[Any, ...]:
        pointers = {"f": (np.dtype("O"), 0)}
        return np.dtype, (self.code, False, True), (3, "|", None, ("f",), pointers, 8, 1, 0)

    def __init__(self, code: str) -> None:
        self.code = code


class Pointers:
    """An array whose bytes would be taken for the addresses of objects."""

    def __init__(self, code: str) -> None:
        self.code = code

    def __reduce__(self) -> tuple[Any, ...]:
        state = (1, (1,), StatefulType(self.code), False, b"A" * 8)
        return np.zeros(1).__reduce__()[0], (np.ndarray, (0,), b"b"), state  # type: ignore[index]


@pytest.mark.parametrize("code", ["V8", "f8", "S8"])
@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_no_state_makes_pointers_of_bytes(tmp_path: Path, code: str, protocol: int) -> None:
    file = dump(tmp_path / "a.pkl", [Pointers(code)], protocol)
    try:
        (found,) = read_pickle(file)
    except GspmcError as error:
        assert "cannot read" in str(error)
    else:
        assert found.dtype == np.dtype(code) and code != "V8"


def test_an_array_is_filled_once(tmp_path: Path) -> None:
    """A view of its first content would be left with freed memory."""
    array = np.arange(4.0)
    whole = _unframed(array, 2)  # … BUILD STOP: once more, with the state that is in the memo
    state = whole[whole.rindex(b"(K\x01") : -2]
    (tmp_path / "a.pkl").write_bytes(whole[:-1] + state + b"b.")
    with pytest.raises(GspmcError, match="fills an array twice"):
        read_pickle(tmp_path / "a.pkl")


def test_what_stands_in_many_places_is_read_once(tmp_path: Path) -> None:
    content: list[Any] = [np.zeros(3)]
    for _ in range(60):
        content = [content, content]
    found = read_pickle(dump(tmp_path / "a.pkl", content))
    for _ in range(60):
        assert found[0] is found[1]
        found = found[0]
    np.testing.assert_array_equal(found[0], np.zeros(3))


@pytest.mark.parametrize(
    "content",
    [
        b"\x80\x02cnumpy\nndarray\n.",
        b"\x80\x02cnumpy\nndarray\n)\x81.",  # made without being called
        b"\x80\x02c_codecs\nencode\n.",
        b"\x80\x02c_codecs\nencode\n}U\x0c__defaults__)s}\x86b.",  # its defaults changed
        b"\x80\x02cnumpy\ndtype\nU\x02f8\x85R.",
        b"\x80\x02]c_codecs\nencode\na.",
    ],
)
def test_nothing_but_content_comes_out(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.pkl").write_bytes(content)
    with pytest.raises(GspmcError, match="cannot read"):
        read_pickle(tmp_path / "a.pkl")


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_bytes_and_bytearrays(tmp_path: Path, protocol: int) -> None:
    content = [b"", b"\xff\x00", bytearray(), bytearray(b"\xff\x00")]
    assert read_pickle(dump(tmp_path / "a.pkl", content, protocol)) == content


def test_a_truncated_file_is_one_line(tmp_path: Path) -> None:
    whole = dump(tmp_path / "a.pkl", ARRAYS).read_bytes()
    for size in range(0, len(whole) - 1, 7):
        (tmp_path / "a.pkl").write_bytes(whole[:size])
        with pytest.raises(GspmcError, match="cannot read"):
            read_pickle(tmp_path / "a.pkl")
    with pytest.raises(GspmcError, match=r"cannot read .*absent\.pkl"):
        read_pickle(tmp_path / "absent.pkl")
