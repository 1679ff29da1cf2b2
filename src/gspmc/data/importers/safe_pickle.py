"""Pickles of numbers and plain containers, read without running anything that they name."""

import codecs
import pickle
from collections import OrderedDict
from pathlib import Path
from typing import Any

import numpy as np

from gspmc.errors import GspmcError


def _latin1(text: str, encoding: str) -> bytes:
    """What protocols 0 to 2 call to make bytes; no codec but that one."""
    if encoding != "latin1" or not isinstance(text, str):
        raise pickle.UnpicklingError(f"it encodes by {encoding!r}")
    return codecs.latin_1_encode(text)[0]


# What NumPy's own pickles call; its place has moved between NumPy 1 and 2.
_RECONSTRUCT = np.zeros(1).__reduce__()[0]
_SCALAR = np.float64(0).__reduce__()[0]
_FROM_BUFFER = np.zeros(1).__reduce_ex__(5)[0]
_ALLOWED: dict[tuple[str, str], Any] = {
    ("numpy", "ndarray"): np.ndarray,
    ("numpy", "dtype"): np.dtype,
    ("_codecs", "encode"): _latin1,
    ("collections", "OrderedDict"): OrderedDict,
    **{
        (f"numpy.{core}.{module}", name): value
        for core in ("core", "_core")  # NumPy 1 and 2
        for module, name, value in (
            ("multiarray", "_reconstruct", _RECONSTRUCT),
            ("multiarray", "scalar", _SCALAR),
            ("numeric", "_frombuffer", _FROM_BUFFER),  # protocol 5
        )
    },
    **{
        (module, kind.__name__): kind
        for module in ("builtins", "__builtin__")  # Python 3 and 2
        for kind in (set, frozenset, bytes, bytearray, complex)
    },
}
"""All that NumPy's arrays and numbers and the built-in containers ask for."""


class _NumbersOnly(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        try:
            return _ALLOWED[module, name]
        except KeyError:
            raise pickle.UnpicklingError(
                f"it asks for {module}.{name}, and only NumPy arrays, numbers, strings and plain "
                "containers are read"
            ) from None


def read_pickle(path: str | Path) -> Any:
    """What a pickle holds, if that is NumPy arrays, numbers, strings and plain containers.

    Strings of Python 2 are read as Latin-1.

    Raises:
        GspmcError: it is damaged, or asks for anything else; nothing of it is run then.
    """
    try:
        with Path(path).open("rb") as file:
            return _NumbersOnly(file, encoding="latin1").load()
    except Exception as error:  # pickle raises nearly everything for a damaged file
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise GspmcError(f"cannot read {path}: {reason}") from error
