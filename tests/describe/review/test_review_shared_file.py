"""Many editors, one file: nothing is lost, nothing is halved."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from tests.describe.review.material import description, write_reviewed
from tests.tiny import LABELS

from gspmc.describe.review import shared_file
from gspmc.describe.review.shared_file import (
    ConflictError,
    SharedFile,
    UnknownLabelError,
    version_of,
)
from gspmc.errors import GspmcError
from gspmc.text.description import Description, read_descriptions, write_descriptions

BOOK, DRINK, BIG = LABELS


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return write_reviewed(tmp_path / "texts.jsonl")


def refined(text: str):
    return lambda old: old.model_copy(update={"refined": text})


def test_one_line_is_replaced_and_the_others_stay_byte_for_byte(tmp_path: Path) -> None:
    path = tmp_path / "texts.jsonl"
    odd = b'{"label": "odd",  "primary": "x",\t"parts": [], "source": "plain"}'
    path.write_bytes(
        b"\xef\xbb\xbf" + odd + b"\r\n\n" + description("a").model_dump_json().encode()
    )
    file = SharedFile(path)
    old = file.get("a")
    new = file.change("a", version_of(old), refined("new"))
    first, second, rest = path.read_bytes().split(b"\n")
    assert first == odd + b"\r" and rest == b""
    assert Description.model_validate_json(second) == new == file.get("a")
    assert version_of(new) != version_of(old)


def test_a_change_on_an_old_version_is_a_conflict(path: Path) -> None:
    ours, theirs = SharedFile(path), SharedFile(path)
    seen = version_of(ours.get(BOOK))
    theirs.change(BOOK, seen, refined("theirs"))
    before = path.read_bytes()
    with pytest.raises(ConflictError) as conflict:
        ours.change(BOOK, seen, refined("ours"))
    assert conflict.value.theirs.refined == "theirs"
    assert path.read_bytes() == before
    ours.change(DRINK, version_of(ours.get(DRINK)), refined("other sign"))
    assert read_descriptions(path)[BOOK].refined == "theirs"


def test_another_program_rewrites_the_file(path: Path) -> None:
    file = SharedFile(path)
    write_descriptions(path, [description("new"), description(BOOK)])
    assert list(file.descriptions()) == ["new", BOOK]
    with pytest.raises(UnknownLabelError):
        file.get(DRINK)
    with pytest.raises(UnknownLabelError):
        file.change(DRINK, "0", refined("x"))


def test_a_program_without_the_lock_between_reading_and_writing(path: Path) -> None:
    """Their change is kept, and ours is made on it."""
    file = SharedFile(path)
    calls = 0

    def change(old: Description) -> Description:
        nonlocal calls
        calls += 1
        if calls == 1:
            write_descriptions(path, [*file.descriptions().values(), description("added")])
        return old.model_copy(update={"refined": "ours"})

    file.change(BOOK, version_of(file.get(BOOK)), change)
    found = read_descriptions(path)
    assert calls == 2 and "added" in found and found[BOOK].refined == "ours"


def test_a_file_that_is_replaced_all_the_time(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = SharedFile(path)
    monkeypatch.setattr(shared_file, "_ATTEMPTS", 2)

    def change(old: Description) -> Description:
        write_reviewed(path)
        return old

    with pytest.raises(GspmcError, match="is being replaced all the time"):
        file.change(BOOK, version_of(file.get(BOOK)), change)


def test_a_damaged_file_is_told_and_left_alone(path: Path) -> None:
    file = SharedFile(path)
    version = version_of(file.get(BOOK))
    path.write_bytes(path.read_bytes()[:-40])
    before = path.read_bytes()
    with pytest.raises(GspmcError, match=r"texts.jsonl:3"):
        file.descriptions()
    with pytest.raises(GspmcError, match=r"texts.jsonl:3"):
        file.change(BOOK, version, refined("x"))
    assert path.read_bytes() == before
    with pytest.raises(GspmcError, match=r"texts.jsonl:3"):
        SharedFile(path)


def test_many_threads_of_two_editors_lose_nothing(path: Path) -> None:
    """Each adds its marks to one text, and tries again after a conflict."""
    files = [SharedFile(path), SharedFile(path)]

    def work(file: SharedFile, mark: str) -> None:
        for number in range(5):
            while True:
                old = file.get(BOOK)
                text = f"{old.refined} {mark}{number}"
                try:
                    file.change(BOOK, version_of(old), refined(text))
                    break
                except ConflictError:
                    continue

    threads = [
        threading.Thread(target=work, args=(files[i % 2], mark)) for i, mark in enumerate("abcd")
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    words = read_descriptions(path)[BOOK].refined_text.split()
    assert {f"{mark}{number}" for mark in "abcd" for number in range(5)} <= {*words}


SAVER = """
import sys
from gspmc.describe.review.shared_file import ConflictError, SharedFile, version_of
file, number = SharedFile(sys.argv[1]), 0
print("ready", flush=True)
while True:
    number += 1
    old = file.get("book")
    try:
        file.change("book", version_of(old), lambda old: old.model_copy(
            update={"refined": sys.argv[2] + str(number) + " word" * (number % 500)}))
    except ConflictError:
        pass
"""


def test_killed_while_saving_the_file_stays_whole(path: Path) -> None:
    """Two processes save all the time; one after the other is killed, and others go on."""
    labels = list(read_descriptions(path))
    others = {label: text for label, text in read_descriptions(path).items() if label != BOOK}
    command = [sys.executable, "-c", SAVER, str(path)]
    processes = [
        subprocess.Popen([*command, mark], stdout=subprocess.PIPE, text=True) for mark in "abc"
    ]
    try:
        for process in processes:
            assert process.stdout is not None and process.stdout.readline() == "ready\n"
        for process in processes:
            for _ in range(20):
                time.sleep(0.01)
                assert list(read_descriptions(path)) == labels
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
            found = read_descriptions(path)
            assert list(found) == labels
            assert {label: found[label] for label in others} == others
    finally:
        for process in processes:
            process.kill()
            process.wait()
            if process.stdout is not None:
                process.stdout.close()
    file = SharedFile(path)  # whoever held the lock when it was killed has let it go
    assert file.change(BOOK, version_of(file.get(BOOK)), refined("after")).refined == "after"
