"""Nobody ever sees half a file: success, failure, replacement, a full disk."""

import errno
import os
import signal
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from gspmc.errors import GspmcError
from gspmc.files import atomic_path, file_name, read_utf8

resource = pytest.importorskip("resource", reason="limits on file size need a POSIX system")


def make_folder(path: Path, text: str) -> None:
    (path / "inner").mkdir(parents=True)
    (path / "inner" / "part.txt").write_text(text)


def names(folder: Path) -> set[str]:
    """Everything below a folder, hidden things too."""
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


def one_line(failure: pytest.ExceptionInfo[GspmcError], path: Path) -> str:
    message = str(failure.value)
    assert "\n" not in message and str(path) in message
    return message


@contextmanager
def full_disk(limit: int = 4096) -> Iterator[None]:
    """No file may grow beyond `limit` bytes: writes fail as on a full disk, for any library."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, handler)


def test_a_file_appears_only_when_it_is_complete(tmp_path: Path) -> None:
    target = tmp_path / "out.txt"
    with atomic_path(target) as temporary:
        temporary.write_text("whole")
        assert not target.exists()
        assert temporary.name == target.name  # so that what a library appends to names still fits
    assert target.read_text() == "whole"
    assert names(tmp_path) == {"out.txt"}


def test_a_folder_appears_only_when_it_is_complete(tmp_path: Path) -> None:
    target = tmp_path / "store"
    with atomic_path(target) as temporary:
        make_folder(temporary, "whole")
        assert not target.exists()
    assert names(tmp_path) == {"store", "store/inner", "store/inner/part.txt"}


def test_parents_are_created_and_a_string_will_do(tmp_path: Path) -> None:
    with atomic_path(str(tmp_path / "a" / "b" / "out.txt")) as temporary:
        temporary.write_text("x")
    assert (tmp_path / "a" / "b" / "out.txt").read_text() == "x"


def test_permissions_are_those_of_an_ordinary_file(tmp_path: Path) -> None:
    ordinary, target = tmp_path / "ordinary", tmp_path / "out"
    ordinary.write_text("x")
    with atomic_path(target) as temporary:
        temporary.write_text("x")
    assert stat.S_IMODE(target.stat().st_mode) == stat.S_IMODE(ordinary.stat().st_mode)


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_failure_leaves_nothing(tmp_path: Path, error: type[BaseException]) -> None:
    for write in (lambda path: path.write_text("half"), lambda path: make_folder(path, "half")):
        with pytest.raises(error), atomic_path(tmp_path / "out") as temporary:
            write(temporary)
            raise error
        assert names(tmp_path) == set()


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, OSError])
def test_failure_keeps_what_was_there(tmp_path: Path, error: type[BaseException]) -> None:
    file, folder = tmp_path / "file", tmp_path / "folder"
    file.write_text("old")
    make_folder(folder, "old")
    before = names(tmp_path)
    for target in (file, folder):
        expected = GspmcError if error is OSError else error
        with pytest.raises(expected), atomic_path(target) as temporary:
            temporary.write_text("half")
            raise error
    assert names(tmp_path) == before
    assert file.read_text() == (folder / "inner" / "part.txt").read_text() == "old"


def test_success_replaces_a_file(tmp_path: Path) -> None:
    target = tmp_path / "out"
    target.write_text("old")
    with atomic_path(target) as temporary:
        temporary.write_text("new")
        assert target.read_text() == "old"
    assert target.read_text() == "new"
    assert names(tmp_path) == {"out"}


def test_success_replaces_a_folder_whole(tmp_path: Path) -> None:
    target = tmp_path / "out"
    make_folder(target, "old")
    (target / "stale").touch()
    with atomic_path(target) as temporary:
        make_folder(temporary, "new")
        assert (target / "stale").exists()
    assert (target / "inner" / "part.txt").read_text() == "new"
    assert names(tmp_path) == {"out", "out/inner", "out/inner/part.txt"}


def test_a_file_never_replaces_a_folder(tmp_path: Path) -> None:
    target = tmp_path / "out"
    make_folder(target, "old")
    before = names(tmp_path)
    with pytest.raises(GspmcError, match="it is a folder") as failure, atomic_path(target) as file:
        file.write_text("new")
    one_line(failure, target)
    assert names(tmp_path) == before


@pytest.mark.parametrize("kind", ["file", "folder"])
def test_a_body_that_writes_nothing_destroys_nothing(tmp_path: Path, kind: str) -> None:
    target = tmp_path / "out"
    if kind == "file":
        target.write_text("old")
    else:
        make_folder(target, "old")
    before = names(tmp_path)
    with pytest.raises(GspmcError), atomic_path(target):
        pass
    assert names(tmp_path) == before


def test_a_folder_is_put_back_when_the_new_one_cannot_take_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "out"
    make_folder(target, "old")
    before = names(tmp_path)

    def refuse(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), atomic_path(target) as temporary:
        make_folder(temporary, "new")
        monkeypatch.setattr(os, "replace", refuse)
    assert names(tmp_path) == before
    assert (target / "inner" / "part.txt").read_text() == "old"


def test_disk_full_in_the_body(tmp_path: Path) -> None:
    target = tmp_path / "out.npz"
    with (
        pytest.raises(GspmcError, match="No space left") as failure,
        atomic_path(target) as temporary,
    ):
        temporary.write_bytes(b"half")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(temporary))
    one_line(failure, target)
    assert names(tmp_path) == set()


def test_disk_full_before_the_body(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> str:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("tempfile.mkdtemp", full)
    entered = False
    with (
        pytest.raises(GspmcError, match="No space left") as failure,
        atomic_path(tmp_path / "out"),
    ):
        entered = True
    one_line(failure, tmp_path / "out")
    assert not entered and names(tmp_path) == set()


def test_disk_full_by_the_operating_system(tmp_path: Path) -> None:
    with (
        pytest.raises(GspmcError) as failure,
        full_disk(),
        atomic_path(tmp_path / "out") as temporary,
    ):
        temporary.write_bytes(bytes(100_000))
    one_line(failure, tmp_path / "out")
    assert names(tmp_path) == set()


@pytest.mark.parametrize("library", ["torch", "safetensors", "lance"])
def test_disk_full_as_libraries_tell_it(tmp_path: Path, library: str) -> None:
    """None of torch (RuntimeError), safetensors (its own error) and Lance raises ENOSPC."""
    tensor = torch.zeros(100_000)

    def write(path: Path) -> None:
        if library == "torch":
            torch.save(tensor, path)
        elif library == "safetensors":
            save_file({"tensor": tensor}, path)
        else:
            import lance
            import pyarrow

            table = pyarrow.table({"numbers": torch.rand(100_000).numpy()})
            lance.write_dataset(table, str(path))

    write(tmp_path / "warm_up")  # imports and caches are written without the limit
    before = names(tmp_path)
    with (
        pytest.raises(GspmcError) as failure,
        full_disk(),
        atomic_path(tmp_path / "out") as temporary,
    ):
        write(temporary)
    one_line(failure, tmp_path / "out")
    assert names(tmp_path) == before


def test_other_errors_of_the_body_keep_their_type(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match=r"^shapes differ$"), atomic_path(tmp_path / "out"):
        raise RuntimeError("shapes differ")
    with pytest.raises(GspmcError, match=r"^bad label$"), atomic_path(tmp_path / "out"):
        raise GspmcError("bad label")


def test_a_parent_that_is_a_file_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(GspmcError) as failure, atomic_path(tmp_path / "file" / "out"):
        pass
    one_line(failure, tmp_path / "file" / "out")
    assert names(tmp_path) == {"file"}


@pytest.mark.parametrize(
    ("words", "name"),
    [("größer 大-s0_1", "größer_大-s0_1"), ("../a: b/c", ".._a_b_c"), ("v1.2-f3", "v1.2-f3")],
)
def test_a_name_of_a_file(words: str, name: str) -> None:
    assert file_name(words) == name


def test_text_without_its_mark_and_other_encodings_by_their_line(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes("größer\n大\n".encode("utf-8-sig"))
    assert read_utf8(file, "list") == "größer\n大\n"
    file.write_bytes("a\nb\ngrößer\n".encode("latin-1"))
    with pytest.raises(GspmcError, match=r"cannot read list .*a\.txt: line 3 is not UTF-8; save"):
        read_utf8(file, "list")
    with pytest.raises(GspmcError, match="cannot read list .*: Is a directory; name a file"):
        read_utf8(tmp_path, "list")
