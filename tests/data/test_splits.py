"""Splits: by name, by signer, and with few clips a class."""

from collections import Counter
from pathlib import Path
from zlib import crc32

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.tiny import clip

from gspmc.data.splits import Splits, fold_of_signers
from gspmc.data.store import ClipStore
from gspmc.errors import GspmcError

FOLDS = 3
SIGNERS = ("ann", "bob", "cho", "dee", "eve", "fay", "gus")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> ClipStore:
    """60 clips: signers with 1 to 16 clips, some in train and val, some in test as well."""
    rng = np.random.default_rng(0)
    signers = rng.choice(SIGNERS, size=60, p=np.arange(1, 8) / 28)
    splits = rng.choice(["train", "val", "test", "extra"], size=60, p=[0.5, 0.2, 0.2, 0.1])
    made = [
        clip(f"id{i * 37 % 60:02d}", f"label{i % 4}", str(signers[i]), str(splits[i]), frames=1)
        for i in range(60)
    ]
    return ClipStore.create(tmp_path_factory.mktemp("splits") / "s", made)


def column(store: ClipStore, name: str) -> np.ndarray:
    return np.array(store.index[name].to_pylist())


def of_signers(store: ClipStore, fold: int, split: str, **options) -> np.ndarray:
    return Splits("signer", folds=FOLDS, fold=fold, **options).rows(store, split)


@pytest.mark.parametrize("split", ["train", "val", "test", "extra"])
def test_by_name(store: ClipStore, split: str) -> None:
    expected = np.flatnonzero(column(store, "split") == split)
    np.testing.assert_array_equal(Splits().rows(store, split), expected)


def test_an_absent_split_is_named_with_those_there_are(store: ClipStore) -> None:
    with pytest.raises(
        GspmcError, match=r"split 'dev' of .* the store has extra, test, train, val"
    ):
        Splits().rows(store, "dev")


def test_folds_are_disjoint_in_signers_and_cover_the_pool(store: ClipStore) -> None:
    signers, names = column(store, "signer"), column(store, "split")
    pool = np.flatnonzero(np.isin(names, ["train", "val"]))
    held_out = []
    for fold in range(FOLDS):
        train, val = of_signers(store, fold, "train"), of_signers(store, fold, "val")
        assert not set(signers[train]) & set(signers[val])
        np.testing.assert_array_equal(np.sort(np.r_[train, val]), pool)
        held_out.extend(val.tolist())
    assert sorted(held_out) == pool.tolist()  # every clip is held out exactly once


def test_test_stays_outside_unless_it_is_named(store: ClipStore) -> None:
    names = column(store, "split")
    for fold in range(FOLDS):
        for split in ("train", "val"):
            assert set(names[of_signers(store, fold, split)]) <= {"train", "val"}
        for split in ("test", "extra"):
            np.testing.assert_array_equal(
                of_signers(store, fold, split), np.flatnonzero(names == split)
            )
    everything = ("train", "val", "test")
    pooled = [len(of_signers(store, fold, "val", pool=everything)) for fold in range(FOLDS)]
    assert sum(pooled) == np.isin(names, everything).sum()
    with pytest.raises(GspmcError, match="split 'test' of .* has no clips"):
        of_signers(store, 0, "test", pool=everything)


@given(
    counts=st.lists(st.integers(1, 40), min_size=1, max_size=25),
    folds=st.integers(1, 6),
    seed=st.integers(0, 9),
)
def test_folds_are_balanced_and_do_not_depend_on_order(
    counts: list[int], folds: int, seed: int
) -> None:
    signers = np.repeat([f"s{i}" for i in range(len(counts))], counts)
    if len(counts) < folds:
        with pytest.raises(GspmcError, match=f"{folds} folds need as many signers"):
            fold_of_signers(signers, folds)
        return
    dealt = fold_of_signers(signers, folds)
    assert sorted(name for fold in dealt for name in fold) == sorted(set(signers))
    size = Counter(signers.tolist())
    loads = [sum(size[name] for name in fold) for fold in dealt]
    assert min(loads) > 0
    # What was dealt last to a fold went to the least one, so no gap exceeds the largest signer.
    assert max(loads) - min(loads) <= max(counts)
    shuffled = np.random.default_rng(seed).permutation(signers)
    assert fold_of_signers(shuffled, folds) == dealt


def test_five_equal_signers_make_five_equal_folds() -> None:
    assert fold_of_signers(np.repeat(list("edcba"), 4), 5) == [["a"], ["b"], ["c"], ["d"], ["e"]]


@pytest.mark.parametrize("fold", [-1, FOLDS, 99])
def test_a_fold_out_of_range(store: ClipStore, fold: int) -> None:
    with pytest.raises(GspmcError, match=f"fold {fold} of {FOLDS}: folds count from 0"):
        of_signers(store, fold, "train")


def test_more_folds_than_signers(store: ClipStore) -> None:
    with pytest.raises(GspmcError, match="99 folds need as many signers: the store has 7"):
        Splits("signer", folds=99).rows(store, "val")


def test_a_pool_that_holds_nothing(store: ClipStore) -> None:
    with pytest.raises(GspmcError, match=r"split of the pool \(nope\): choose among .*train"):
        Splits("signer", folds=2, pool=("nope",)).rows(store, "train")


def test_a_clip_without_signer_is_named_but_only_inside_the_pool(tmp_path: Path) -> None:
    made = [clip("a", signer="x"), clip("b", signer="y"), clip("c", signer="", split="test")]
    splits = Splits("signer", folds=2)
    store = ClipStore.create(tmp_path / "ok", made)
    assert len(splits.rows(store, "train")) == len(splits.rows(store, "val")) == 1
    assert splits.rows(store, "test").tolist() == [2]
    nameless = ClipStore.create(tmp_path / "bad", [*made, clip("d", signer="")])
    with pytest.raises(GspmcError, match="clip d has no signer"):
        splits.rows(nameless, "val")


def test_few_clips_are_chosen_among_those_that_show_a_hand(tmp_path: Path) -> None:
    made = [clip(name, "x", f"s{name}", frames=1) for name in "abcd"]
    hidden = min(made, key=lambda each: crc32(each.id.encode()))  # the first to be chosen
    hidden.pose.keypoints[..., -1] = 0
    store = ClipStore.create(tmp_path / "s", made)
    (row,) = Splits(train_per_class=1).rows(store, "train")
    assert store.index["id"][int(row)].as_py() != hidden.id


@pytest.mark.parametrize("splits", [Splits(), Splits("signer", folds=FOLDS, fold=1)])
@pytest.mark.parametrize("most", [1, 2, 5, 1000])
def test_few_clips_a_class(store: ClipStore, splits: Splits, most: int) -> None:
    ids, labels = store.index["id"].to_pylist(), column(store, "label")
    few = Splits(splits.split_by, splits.folds, splits.fold, splits.pool, train_per_class=most)
    whole, kept = splits.rows(store, "train"), few.rows(store, "train")
    expected = [
        row
        for label in sorted(set(labels))
        for row in sorted(whole[labels[whole] == label], key=lambda row: crc32(ids[row].encode()))[
            :most
        ]
    ]
    assert kept.tolist() == sorted(expected)
    np.testing.assert_array_equal(few.rows(store, "val"), splits.rows(store, "val"))
