"""An unfinished run and what people do meanwhile."""

import errno
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from gspmc.describe import describe_labels
from gspmc.describe.labels import Label
from gspmc.describe.outcome import Outcome
from gspmc.describe.results import Results
from gspmc.errors import GspmcError
from gspmc.text.description import (
    Description,
    Generator,
    PartText,
    Review,
    read_descriptions,
    write_descriptions,
)

LABELS = ["A", "B", "C"]


class Killed(BaseException):
    """Stands for a kill: nothing of the program catches it."""


def text(label: str, words: str, by: str = "m", verdict: str | None = None) -> Description:
    return Description(
        label=label,
        primary=words,
        parts=[PartText(text=words, parts=["right_hand"])],
        generator=Generator(model=by),
        review=None if verdict is None else Review(by="Ada", at="now", verdict=verdict),  # type: ignore[arg-type]
    )


class Words:
    """Writes the same words for every label; some fail, and some are the last before a kill."""

    is_paid = True
    kb = None
    variant = None

    def __init__(
        self, words: str, model: str = "m", fails: str = "", killed_at: str = "",
        meanwhile: Callable[[str], None] = lambda label: None,
    ) -> None:  # fmt: skip
        self.words, self.model, self.fails, self.killed_at = words, model, fails, killed_at
        self.meanwhile = meanwhile
        self.asked: list[str] = []

    @property
    def settings(self) -> dict[str, str | None]:
        return {"model": self.model, "words": self.words}

    def is_current(self, description: Description, label: Label) -> bool:
        return description.primary == self.words

    def describe(
        self, labels: Sequence[Label], report: Callable[[Outcome], None], fresh: bool
    ) -> None:
        for label in labels:
            if label.label == self.killed_at:
                raise Killed
            self.asked.append(label.label)
            if label.label == self.fails:
                report(Outcome(label.label, "failed", reason="no answer"))
            else:
                done = text(label.label, self.words, self.model)
                report(Outcome(label.label, "described", done))
            self.meanwhile(label.label)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "d.jsonl"


def edit(out: Path, label: str, verdict: str = "edited") -> None:
    there = read_descriptions(out)
    there[label] = text(label, "a person's words", verdict=verdict)
    write_descriptions(out, there.values())


def words_of(out: Path) -> dict[str, str]:
    return {label: one.primary for label, one in read_descriptions(out).items()}


def test_what_a_person_edits_during_a_run_stays(out: Path) -> None:
    describe_labels(LABELS, Words("old"), out)
    new = Words("new", meanwhile=lambda label: edit(out, "A") if label == "B" else None)
    summary = describe_labels(LABELS, new, out)
    assert words_of(out) == {"A": "a person's words", "B": "new", "C": "new"}
    assert summary.reviewed == ["A"]


@pytest.mark.parametrize("only", [[], ["A", "C"]])
def test_what_a_person_edits_after_a_kill_stays(out: Path, only: list[str]) -> None:
    describe_labels(LABELS, Words("old"), out)
    with pytest.raises(Killed):
        describe_labels(LABELS, Words("new", killed_at="C"), out, only)
    edit(out, "B", "approved")
    edit(out, "A")
    again = Words("new")
    describe_labels(LABELS, again, out, only)
    assert words_of(out)["B"] == ("a person's words")
    assert words_of(out)["C"] == "new"


def test_a_sign_that_a_person_rejects_meanwhile_is_replaced(out: Path) -> None:
    describe_labels(LABELS, Words("old"), out)
    new = Words("new", meanwhile=lambda label: edit(out, "A", "rejected") if label == "A" else None)
    describe_labels(LABELS, new, out)
    assert set(words_of(out).values()) == {"new"}


@pytest.mark.parametrize(
    ("only", "regenerate", "model"),
    [(["A"], "none", "m"), ([], "all", "m"), ([], "none", "other")],
)
def test_another_run_does_not_go_on_with_an_unfinished_one(
    out: Path, only: list[str], regenerate: str, model: str
) -> None:
    with pytest.raises(Killed):
        describe_labels(LABELS, Words("new", killed_at="C"), out)
    beside = out.with_name("d.jsonl.unfinished")
    before = beside.read_bytes()
    with pytest.raises(GspmcError, match=r"an unfinished run with \w+ .* has left 2 signs in"):
        describe_labels(LABELS, Words("new", model), out, only, regenerate)  # type: ignore[arg-type]
    assert beside.read_bytes() == before
    assert not out.exists()
    again = Words("new")
    describe_labels(LABELS, again, out)
    assert again.asked == ["C"]
    assert not beside.exists()


def test_regenerating_all_goes_on_after_a_kill(out: Path) -> None:
    describe_labels(LABELS, Words("old"), out)
    with pytest.raises(Killed):
        describe_labels(LABELS, Words("new", killed_at="C"), out, regenerate="all")
    again = Words("new")
    describe_labels(LABELS, again, out, regenerate="all")
    assert again.asked == ["C"]
    assert set(words_of(out).values()) == {"new"}


def test_labels_may_change_after_a_kill_and_nothing_is_lost(out: Path) -> None:
    with pytest.raises(Killed):
        describe_labels(LABELS, Words("new", killed_at="C"), out)
    describe_labels(["D"], Words("new"), out)
    assert list(words_of(out)) == ["D", "A", "B"]


def test_finished_lines_outlive_a_disk_that_fills_up(
    out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(Killed):
        describe_labels(LABELS, Words("new", killed_at="C"), out)

    def full(number: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("os.fsync", full)
        with pytest.raises(GspmcError, match=r"cannot write .*unfinished: No space left"):
            describe_labels(LABELS, Words("new"), out)
    again = Words("new")
    describe_labels(LABELS, again, out)
    assert set(again.asked) <= {"C"}
    assert list(words_of(out)) == LABELS


def test_only_does_not_mix_two_models(out: Path) -> None:
    describe_labels(LABELS, Words("old"), out)
    with pytest.raises(GspmcError, match="holds 2 descriptions by m; choose another --out"):
        describe_labels(LABELS, Words("new", "other"), out, only=["B"])
    assert set(words_of(out).values()) == {"old"}


def test_the_sign_that_failed_is_named(out: Path) -> None:
    with pytest.raises(GspmcError, match="no sign was described, e.g. 'A': no answer"):
        describe_labels(["A"], Words("new", fails="A"), out)


@pytest.mark.parametrize("name", ["", ".", "/dev/full", "folder"])
def test_what_is_no_file_is_not_written(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    place = name if not name or name in (".", "/dev/full") else tmp_path / name
    with pytest.raises(GspmcError, match="is no file; name one"):
        Results(place, {})


def test_a_damaged_file_beside_is_told(out: Path) -> None:
    beside = out.with_name("d.jsonl.unfinished")
    for damage in (b"[1]\n", b"{}\nx\n", b"\xff\n"):
        beside.write_bytes(damage)
        with pytest.raises(GspmcError, match=r"unfinished (is damaged; remove it|.*has left)"):
            describe_labels(LABELS, Words("new"), out)
