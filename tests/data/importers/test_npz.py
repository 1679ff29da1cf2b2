"""Opening a concatenated archive and cutting it into clips."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gspmc.data.importers.npz import cut, open_archive
from gspmc.errors import GspmcError

NEEDED = ("x", "length", "label", "signer", "gloss")
LENGTHS = (3, 1, 4)


def arrays(**changes: Any) -> dict[str, np.ndarray]:
    plain = {
        "x": np.arange(8 * 2, dtype=np.float16).reshape(8, 2),
        "length": np.array(LENGTHS),
        "label": np.array([1, 0, 1]),
        "signer": np.array(["a", "b", "c"]),
        "gloss": np.array(["book", "größer"]),
    }
    return {**plain, **changes}


def one_line(failure: pytest.ExceptionInfo[GspmcError], path: Path) -> str:
    message = str(failure.value)
    assert "\n" not in message and str(path) in message
    return message


def test_clips_are_consecutive_stretches(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", **arrays(extra=np.zeros(3)))
    opened = open_archive(tmp_path / "a.npz", NEEDED)
    assert tuple(opened) == NEEDED
    clips = list(cut("a.npz", opened))
    assert [clip.row for clip in clips] == [0, 1, 2]
    assert [clip.gloss for clip in clips] == ["größer", "book", "größer"]
    assert [len(clip.frames) for clip in clips] == list(LENGTHS)
    np.testing.assert_array_equal(np.concatenate([clip.frames for clip in clips]), opened["x"])


@pytest.mark.parametrize("absent", NEEDED)
def test_a_missing_array_is_named(tmp_path: Path, absent: str) -> None:
    path = tmp_path / "a.npz"
    np.savez(path, **{name: array for name, array in arrays().items() if name != absent})
    with pytest.raises(GspmcError, match=f"lacks the array '{absent}'.* needs x, length") as error:
        open_archive(path, NEEDED)
    one_line(error, path)


def test_no_file(tmp_path: Path) -> None:
    path = tmp_path / "absent.npz"
    with pytest.raises(GspmcError, match="no file .*check the path") as error:
        open_archive(path, NEEDED)
    one_line(error, path)


def test_a_folder_is_no_archive(tmp_path: Path) -> None:
    with pytest.raises(GspmcError, match="no file") as error:
        open_archive(tmp_path, NEEDED)
    one_line(error, tmp_path)


def test_pickles_are_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    np.savez(path, **arrays(signer=np.array(["a", None, "b"], dtype=object)))
    with pytest.raises(GspmcError, match="allow_pickle=False") as error:
        open_archive(path, NEEDED)
    one_line(error, path)


@pytest.mark.parametrize("compressed", [False, True])
@pytest.mark.parametrize("share", [0.0, 0.01, 0.3, 0.6, 0.95, 0.999])
def test_a_file_broken_off_in_the_middle(tmp_path: Path, share: float, compressed: bool) -> None:
    path = tmp_path / "a.npz"
    (np.savez_compressed if compressed else np.savez)(path, **arrays())
    whole = path.read_bytes()
    path.write_bytes(whole[: int(share * len(whole))])
    with pytest.raises(GspmcError, match="cannot read .*download it again") as error:
        open_archive(path, NEEDED)
    one_line(error, path)


@pytest.mark.parametrize("compressed", [False, True])
def test_a_flipped_byte_anywhere_is_one_line_or_harmless(tmp_path: Path, compressed: bool) -> None:
    path = tmp_path / "a.npz"
    (np.savez_compressed if compressed else np.savez)(path, **arrays())
    whole = path.read_bytes()
    for place in range(0, len(whole), 7):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x5A]) + whole[place + 1 :])
        try:
            opened = open_archive(path, NEEDED)
        except GspmcError as error:
            assert "\n" not in str(error) and str(path) in str(error)
        else:  # zip's checksum stands for the contents; the rest of the container is not used
            for name, array in arrays().items():
                np.testing.assert_array_equal(opened[name], array)


@pytest.mark.parametrize("content", [b"", b"plain text\n", b"\x80\x04N.", b"PK\x03\x04 nonsense"])
def test_something_else_entirely(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.npz"
    path.write_bytes(content)
    with pytest.raises(GspmcError, match="cannot read") as error:
        open_archive(path, NEEDED)
    one_line(error, path)


def test_a_single_array_is_no_archive(tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    with path.open("wb") as file:
        np.save(file, np.zeros(3))
    with pytest.raises(GspmcError) as error:
        open_archive(path, NEEDED)
    one_line(error, path)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"length": np.array([3, 1, 5])}, "add up to 9 frames, x has 8"),
        ({"length": np.array([3, 1, 3])}, "add up to 7 frames, x has 8"),
        ({"length": np.array([4, 0, 4])}, "clip 1 has no frames"),
        ({"length": np.array([9, -2, 1])}, "clip 1 has no frames"),
        ({"length": np.array([3.0, 1.0, 4.0])}, "length must hold whole numbers, not float64"),
        ({"length": np.array([[3, 1, 4]])}, "length must hold one entry a clip"),
        ({"length": np.array(8)}, "must hold one entry a clip"),
        ({"length": np.zeros(0, int)}, "must hold one entry a clip"),
        ({"label": np.array([1, 0, 2])}, "labels must be 3 numbers from 0 to 1"),
        ({"label": np.array([1, 0, -1])}, "labels must be 3 numbers from 0 to 1"),
        ({"label": np.array([1, 0])}, r"label must hold one entry a clip, not \(2,\)"),
        ({"label": np.array([0.5, 0, 1])}, "label must hold whole numbers"),
        ({"label": np.array(["1", "0", "1"])}, "label must hold whole numbers"),
        ({"signer": np.array(["a", "b"])}, "signer must hold one entry a clip"),
        ({"x": np.full((8, 2), np.nan)}, "clip 0 holds NaN or infinity"),
        ({"x": np.where(np.arange(16).reshape(8, 2) == 7, np.inf, 0)}, "clip 1 holds NaN"),
    ],
)
def test_arrays_that_do_not_fit_together(changes: dict[str, np.ndarray], message: str) -> None:
    with pytest.raises(GspmcError, match=message) as error:
        list(cut(Path("some/file.npz"), arrays(**changes)))
    one_line(error, Path("some/file.npz"))


def test_no_clips_at_all() -> None:
    nothing = arrays(
        x=np.zeros((0, 2)),
        length=np.zeros(0, int),
        label=np.zeros(0, int),
        signer=np.zeros(0, str),
    )
    with pytest.raises(GspmcError, match="must hold one entry a clip"):
        list(cut("f.npz", nothing))
