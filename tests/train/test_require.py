"""What a reviewer decided about the descriptions, and what training makes of it."""

import logging
from pathlib import Path
from typing import Literal

import pytest
from tests.tiny import LABELS, make_descriptions, make_store, recipe
from tests.typed import TINY, Line

from gspmc.errors import GspmcError
from gspmc.text.description import Review, read_descriptions, write_descriptions
from gspmc.train.recipe import TextRecipe
from gspmc.train.run import train_run

Verdict = Literal["approved", "rejected", "edited"]
WITH_TEXTS = {"epochs": 1, "text": TextRecipe(alpha=0.5)}
BOOK, DRINK, BIG = LABELS


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_store(tmp_path_factory.mktemp("stores") / "s")


def reviewed(path: Path, verdicts: dict[str, Verdict], labels: tuple[str, ...] = LABELS) -> Path:
    texts = read_descriptions(make_descriptions(path, labels))
    for label, verdict in verdicts.items():
        texts[label].review = Review(by="Ada", at="2026-01-01T00:00:00+00:00", verdict=verdict)
    write_descriptions(path, texts.values())
    return path


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [r.getMessage() for r in caplog.records if "rejected" in r.getMessage()]


def test_only_approved_ones(store: Path, tmp_path: Path) -> None:
    texts = reviewed(tmp_path / "d.jsonl", {BOOK: "approved", DRINK: "edited"})
    wanted = recipe(require="approved", **WITH_TEXTS)
    with pytest.raises(GspmcError) as failure:
        train_run(wanted, store, tmp_path / "run", texts, quiet=True)
    said = str(failure.value)
    assert f"2 of 3 descriptions are not approved: {DRINK}, {BIG}; approve them" in said
    assert "\n" not in said and not (tmp_path / "run").exists()

    # Signs without a clip are not asked for.
    texts = reviewed(tmp_path / "d.jsonl", dict.fromkeys(LABELS, "approved"), (*LABELS, "unused"))
    assert train_run(wanted, store, tmp_path / "run", texts, quiet=True).finished


def test_the_first_few_are_named(tmp_path: Path) -> None:
    labels = tuple(f"sign {number}" for number in range(9))
    many = make_store(tmp_path / "s", count=36, labels=labels)
    texts = make_descriptions(tmp_path / "d.jsonl", labels)
    wanted = recipe(require="approved", **WITH_TEXTS)
    with pytest.raises(GspmcError, match="9 of 9 .*: sign 0, sign 1, sign 2, sign 3, sign 4, …;"):
        train_run(wanted, many, tmp_path / "run", texts, quiet=True)


def test_rejected_ones_are_used_with_a_warning(
    store: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    texts = reviewed(tmp_path / "d.jsonl", {BOOK: "rejected", DRINK: "approved"})
    assert train_run(recipe(**WITH_TEXTS), store, tmp_path / "run", texts, quiet=True).finished
    (said,) = warnings(caplog)
    assert f"1 of 3 descriptions were rejected in review and are used all the same: {BOOK};" in said


def test_training_without_texts_asks_for_nothing(
    store: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    texts = reviewed(tmp_path / "d.jsonl", {BOOK: "rejected"})
    wanted = recipe(require="approved", epochs=1)
    with caplog.at_level(logging.INFO, "gspmc"):
        assert train_run(wanted, store, tmp_path / "run", texts, quiet=True).finished
    assert not warnings(caplog)


def test_as_it_is_typed(line: Line, store: Path) -> None:
    texts = make_descriptions(line.folder / "d.jsonl")
    words = ["train", "--clips", store, "--descriptions", texts, "--out", line.folder / "run"]
    said = line.fails(*words, *TINY, "--require", "approved")
    assert "3 of 3 descriptions are not approved" in said
    assert "require" in line.fails(*words, *TINY, "--require", "anything", status=2)
