"""What a store holds by split, counted by hand."""

from pathlib import Path

import numpy as np
import pytest
from tests.tiny import clip, pose

from gspmc.data.clip import Clip
from gspmc.data.holdings import Holdings, SplitHoldings, count_store, with_few
from gspmc.data.splits import Splits
from gspmc.data.store import ClipStore
from gspmc.errors import GspmcError


@pytest.fixture
def store(tmp_path: Path) -> ClipStore:
    empty = pose(np.zeros((3, 42, 3), dtype=np.float16))
    clips = [
        clip("a", "book", "s0"),
        clip("b", "drink", "s0"),
        clip("c", "book", "s1"),
        Clip("d", "book", "", "train", empty),
        clip("e", "drink", "s1", "val"),
        clip("f", "who", "s2", "test"),
    ]
    return ClipStore.create(tmp_path / "store", clips, "made up")


def test_splits_by_name(store: ClipStore) -> None:
    holdings = count_store(store, Splits())
    assert holdings.splits == {
        "train": SplitHoldings(4, 1, {"book": 3, "drink": 1}, {"": 1, "s0": 2, "s1": 1}),
        "val": SplitHoldings(1, 0, {"drink": 1}, {"s1": 1}),
        "test": SplitHoldings(1, 0, {"who": 1}, {"s2": 1}),
    }
    assert (holdings.source, holdings.extractor, holdings.layout) == ("made up", "test", "hands42")


def test_splits_by_signer_are_those_of_the_run(tmp_path: Path) -> None:
    clips = [clip(f"c{number}", signer=f"s{number % 2}") for number in range(5)]
    store = ClipStore.create(tmp_path / "store", clips)
    splits = count_store(store, Splits(split_by="signer", folds=2, fold=0)).splits
    assert {name: split.signers for name, split in splits.items()} == {
        "train": {"s1": 2},
        "val": {"s0": 3},
    }


def test_a_file_holds_what_was_counted(store: ClipStore, tmp_path: Path) -> None:
    holdings = count_store(store, Splits())
    holdings.save(tmp_path / "data.json")
    assert Holdings.load(tmp_path / "data.json") == holdings


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "is damaged"),
        ("[]", "is damaged"),
        ('{"version": 1}', "is damaged"),
        ('{"version": 2, "splits": {}}', "has version 2"),
    ],
)
def test_a_damaged_file_is_one_line(text: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "data.json").write_text(text)
    with pytest.raises(GspmcError, match=message):
        Holdings.load(tmp_path / "data.json")


def test_few_is_less_than_half_the_median() -> None:
    clips = {"a": 10, "b": 5, "c": 4, "d": 12, "e": 10, "f": 1, "g": 10}
    assert with_few(clips) == {"f": 1, "c": 4}
    assert with_few({"a": 2, "b": 1}) == {}  # of a median of 1.5
    assert with_few({}) == {}
