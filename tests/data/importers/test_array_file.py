"""Arrays out of files: as np.load has them, and nothing but numbers."""

import io
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from gspmc.data.importers.array_file import load_array
from gspmc.errors import GspmcError


@given(
    arrays.arrays(
        st.sampled_from([np.float16, np.float32, np.float64, ">f4", np.int64, np.uint8]),
        arrays.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4),
    ),
    st.booleans(),
    st.sampled_from([(1, 0), (2, 0), (3, 0)]),
)
def test_every_npy_file_as_numpy_reads_it(
    tmp_path_factory: pytest.TempPathFactory,
    array: np.ndarray,
    fortran: bool,
    version: tuple[int, int],
) -> None:
    file = tmp_path_factory.getbasetemp() / "any.npy"
    stream = io.BytesIO()
    np.lib.format.write_array(stream, np.asarray(array, order="F" if fortran else "C"), version)
    file.write_bytes(stream.getvalue())
    found, wanted = load_array(file), np.load(file)
    assert found.dtype == wanted.dtype
    np.testing.assert_array_equal(found, wanted)


def test_a_file_that_ends_early_is_one_line(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.arange(24.0).reshape(2, 3, 4))
    whole = (tmp_path / "a.npy").read_bytes()
    for size in (*range(0, len(whole), 9), len(whole) - 1):
        (tmp_path / "a.npy").write_bytes(whole[:size])
        with pytest.raises(GspmcError, match="cannot read it") as failure:
            load_array(tmp_path / "a.npy")
        assert "\n" not in str(failure.value)
