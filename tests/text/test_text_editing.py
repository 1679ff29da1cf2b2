"""Changing a description file beside others who change it."""

import os
import threading
from pathlib import Path

import pytest
from tests.tiny import make_descriptions

from gspmc.errors import GspmcError
from gspmc.text import editing as editing_module
from gspmc.text.editing import (
    ChangedMeanwhileError,
    editing,
    replace_if_unchanged,
    signature,
)


def test_one_at_a_time(tmp_path: Path) -> None:
    path = make_descriptions(tmp_path / "texts.jsonl")
    inside, most, lock = 0, 0, threading.Lock()

    def work() -> None:
        nonlocal inside, most
        for _ in range(5):
            with editing(path):
                with lock:
                    inside += 1
                    most = max(most, inside)
                with lock:
                    inside -= 1

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 1


def test_who_waits_too_long_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = make_descriptions(tmp_path / "texts.jsonl")
    monkeypatch.setattr(editing_module, "SECONDS_TO_WAIT", 0.1)
    with (
        editing(path),
        pytest.raises(GspmcError, match="another program has been changing .*texts.jsonl"),
        editing(path),
    ):
        pass
    with editing(path):
        pass


def test_a_link_leads_to_the_file(tmp_path: Path) -> None:
    (tmp_path / "far").mkdir()
    path = make_descriptions(tmp_path / "far" / "texts.jsonl")
    (tmp_path / "link.jsonl").symlink_to(path)
    with editing(tmp_path / "link.jsonl") as target:
        assert target == path.resolve()


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(GspmcError, match="cannot write"), editing(tmp_path / "file" / "x"):
        pass


def test_what_changed_meanwhile_is_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "texts.jsonl"
    path.write_text("old")
    known = signature(path)
    path.write_text("newer")
    with pytest.raises(ChangedMeanwhileError):
        replace_if_unchanged(path, b"ours", known)
    assert path.read_text() == "newer"
    assert [entry.name for entry in tmp_path.iterdir()] == ["texts.jsonl"]


def test_permissions_stay(tmp_path: Path) -> None:
    path = tmp_path / "texts.jsonl"
    path.write_text("old")
    path.chmod(0o640)
    replace_if_unchanged(path, b"new", signature(path))
    assert path.read_bytes() == b"new"
    assert os.stat(path).st_mode & 0o777 == 0o640
