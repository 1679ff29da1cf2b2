"""Pickles of numbers and plain containers, read without running anything that they name."""

import codecs
import pickle
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from gspmc.errors import GspmcError, first_line


def _latin1(text: str, encoding: str) -> bytes:
    """What protocols 0 to 2 call to make bytes; no codec but that one."""
    if encoding != "latin1" or not isinstance(text, str):
        raise pickle.UnpicklingError(f"it encodes by {encoding!r}")
    return codecs.latin_1_encode(text)[0]


def _empty(*size: object) -> bytes:
    """What protocols 0 to 2 call to make no bytes; never a number of them."""
    if size:
        raise pickle.UnpicklingError("it asks for bytes that are not in the file")
    return b""


def _bytearray(content: bytes | str = b"", encoding: str = "latin-1") -> bytearray:
    """Of what stands in the file; never of a number, which would ask for as much memory."""
    if isinstance(content, str):
        content = _latin1(content, encoding.replace("-", ""))
    if not isinstance(content, bytes):
        raise pickle.UnpicklingError("it asks for a bytearray of something else than bytes")
    return bytearray(content)


_NDARRAY = object()
"""What `numpy.ndarray` stands for; it is named in a pickle, and never called."""


class _Numbers:
    """What `numpy.dtype` stands for: of numbers and strings only, whatever state it is given.

    NumPy's own takes any state, which can make pointers of an array's bytes.
    """

    def __init__(self, code: str, align: object = False, copy: object = False) -> None:
        self.dtype = np.dtype(str(code))
        if self.dtype.kind not in "biufcSU":
            raise pickle.UnpicklingError(f"it holds an array of {self.dtype}")

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        if state[1] in ("<", ">"):
            self.dtype = self.dtype.newbyteorder(state[1])


class _Array(np.ndarray):
    """An array while it is read, whose content comes after it, once."""

    is_filled = False

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        if self.is_filled:  # views of its first content would be left with freed memory
            raise pickle.UnpicklingError("it fills an array twice")
        self.is_filled = True
        version, shape, numbers, fortran, content = state
        super().__setstate__((version, shape, _dtype(numbers), fortran, content))


def _dtype(numbers: Any) -> np.dtype[Any]:
    if not isinstance(numbers, _Numbers):
        raise pickle.UnpicklingError("it holds an array of no type")
    return numbers.dtype


def _reconstruct(kind: Any, shape: Any, code: Any) -> _Array:
    """What arrays are made by, empty until they are given their state."""
    if kind is not _NDARRAY:
        raise pickle.UnpicklingError("it makes an array of another class")
    return np.zeros(0).view(_Array)


# What NumPy's own pickles call; its place has moved between NumPy 1 and 2.
_SCALAR: Any = np.float64(0).__reduce__()[0]
_FROM_BUFFER: Any = np.zeros(1).__reduce_ex__(5)[0]


def _scalar(numbers: Any, content: Any = None) -> Any:
    return _SCALAR(_dtype(numbers), content)


def _from_buffer(content: Any, numbers: Any, shape: Any, order: Any) -> Any:
    """What arrays of protocol 5 are made by."""
    if not isinstance(content, (bytes, bytearray)):
        raise pickle.UnpicklingError("it makes an array of something else than bytes")
    return _FROM_BUFFER(content, _dtype(numbers), shape, order)


class _Callable:
    """A function that a pickle may call, and not change."""

    __slots__ = ("_function",)

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function

    def __call__(self, *arguments: Any) -> Any:
        return self._function(*arguments)

    def __setstate__(self, state: object) -> None:
        raise pickle.UnpicklingError("it changes what it names")


_ALLOWED: dict[tuple[str, str], Any] = {
    ("numpy", "ndarray"): _NDARRAY,
    ("numpy", "dtype"): _Callable(_Numbers),
    ("_codecs", "encode"): _Callable(_latin1),
    ("collections", "OrderedDict"): OrderedDict,
    **{
        (f"numpy.{core}.{module}", name): _Callable(value)
        for core in ("core", "_core")  # NumPy 1 and 2
        for module, name, value in (
            ("multiarray", "_reconstruct", _reconstruct),
            ("multiarray", "scalar", _scalar),
            ("numeric", "_frombuffer", _from_buffer),  # protocol 5
        )
    },
    **{
        (module, name): value
        for module in ("builtins", "__builtin__")  # Python 3 and 2
        for name, value in (
            ("set", set),
            ("frozenset", frozenset),
            ("complex", complex),
            ("bytes", _Callable(_empty)),
            ("bytearray", _Callable(_bytearray)),
        )
    },
}
"""All that NumPy's arrays and numbers and the built-in containers ask for."""
_PLAIN = (type(None), bool, int, float, complex, str, bytes, bytearray, np.generic)


class _NumbersOnly(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        try:
            return _ALLOWED[module, name]
        except KeyError:
            raise pickle.UnpicklingError(
                f"it asks for {module}.{name}, and only NumPy arrays, numbers, strings and plain "
                "containers are read"
            ) from None


def _plain(content: Any, known: dict[int, Any]) -> Any:
    """The same with plain arrays.

    Args:
        known: what was made of the objects met before, by `id`; one may stand in many places.
    """
    if id(content) in known:
        return known[id(content)]
    made: Any
    if isinstance(content, _Array):
        made = content.view(np.ndarray)
    elif isinstance(content, dict):
        made = {_plain(key, known): _plain(value, known) for key, value in content.items()}
    elif isinstance(content, (list, tuple, set, frozenset)):
        made = type(content)(_plain(value, known) for value in content)
    elif isinstance(content, _PLAIN) or type(content) is np.ndarray:
        return content
    else:
        raise pickle.UnpicklingError("it holds what is no number, string or container")
    known[id(content)] = made
    return made


def read_pickle(path: str | Path) -> Any:
    """What a pickle holds, if that is NumPy arrays, numbers, strings and plain containers.

    Strings of Python 2 are read as Latin-1. A crafted file runs nothing. It can still ask for much
    memory by the numbers of its memo, and end the process by keys nested a million deep.

    Raises:
        GspmcError: it is damaged, or asks for anything else; nothing of it is run then.
    """
    try:
        with Path(path).open("rb") as file:
            return _plain(_NumbersOnly(file, encoding="latin1").load(), {})
    except Exception as error:  # pickle raises nearly everything for a damaged file
        raise GspmcError(f"cannot read {path}: {first_line(error)}") from error
