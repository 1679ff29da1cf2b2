"""Matrix files: what they ask for, and what is refused before anything runs."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from gspmc.errors import GspmcError
from gspmc.experiments.ablation.matrix import cells, read_matrix

ROOT = Path(__file__).resolve().parents[3]
SHIPPED = sorted((ROOT / "configs/ablations").glob("*.yaml"))
BASE = {"epochs": 5, "text": {"alpha": 0.5}}


def write(folder: Path, **changes: Any) -> Path:
    recipe = folder / "recipe.yaml"
    recipe.write_text(yaml.safe_dump(BASE))
    values = {
        "title": "t",
        "recipe": str(recipe),
        "clips": "$STORE/clips",
        "descriptions": "texts.jsonl",
        "seeds": [0, 1],
        "baseline": "none",
        "arms": [
            {"name": "none", "set": {"text.alpha": 0}},
            {"name": "all", "control": "other"},
            {"name": "other", "set": {"text.control": "shuffled"}, "descriptions": "b.jsonl"},
        ],
    }
    path = folder / "matrix.yaml"
    path.write_text(yaml.safe_dump({**values, **changes}))
    return path


def test_every_arm_in_every_block_with_every_seed_on_every_fold(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STORE", "/data")
    blocks = [{"name": "1 clip", "set": {"train_per_class": 1}}, {"name": "all"}]
    path = write(tmp_path, folds=3, blocks=blocks)
    found = cells(read_matrix(path), path)
    assert len(found) == len({cell.name for cell in found}) == 2 * 2 * 3 * 3
    assert [cell.seed for cell in found] == [0] * 18 + [1] * 18
    first, second, third = found[:3]
    assert (first.name, first.clips) == ("1_clip-none-s0-f0", "/data/clips")
    assert [cell.descriptions for cell in (first, second, third)] == [
        None,
        "texts.jsonl",
        "b.jsonl",
    ]
    assert first.recipe.text.alpha == 0 and second.recipe.text.alpha == 0.5
    assert third.recipe.text.control == "shuffled" and second.recipe.epochs == 5
    splits = found[-1].recipe.splits
    assert (splits.split_by, splits.folds, splits.fold) == ("signer", 3, 2)
    assert (first.recipe.splits.train_per_class, splits.train_per_class) == (1, None)


def test_without_folds_the_stores_own_splits(tmp_path: Path) -> None:
    path = write(tmp_path)
    found = cells(read_matrix(path), path)
    assert len(found) == 6
    assert {cell.recipe.splits.split_by for cell in found} == {"name"}


ARM = {"name": "none"}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"baseline": "nothing"}, "the baseline 'nothing' is no arm"),
        ({"arms": [ARM, ARM], "baseline": None}, "two arms are named 'none'"),
        ({"arms": [{**ARM, "control": "x"}]}, "the control 'x' is no arm"),
        ({"arms": []}, "arms: List should have at least 1 item"),
        ({"seeds": [1, 1]}, "a seed is given twice"),
        ({"seeds": "many"}, "seeds: Input should be a valid list"),
        ({"folds": 1}, "folds: Input should be greater than or equal to 2"),
        ({"folds": 5, "split": "test"}, "leave split out"),
        ({"colour": "red"}, "colour: Extra inputs are not permitted"),
        ({"arms": [{**ARM, "set": {"text.alpha": -1}}]}, "arm 'none': text.alpha must be 0 or"),
        ({"arms": [{**ARM, "set": {"epoch": 3}}]}, "arm 'none': Option 'epoch' is not accepted"),
        ({"arms": [{**ARM, "set": {"epochs.a": 3}}]}, "arm 'none': epochs of epochs.a is no group"),
        ({"arms": [{**ARM, "set": {"text": 5}}]}, "arm 'none': 'text' is a group of settings"),
        ({"arms": [{**ARM, "set": {"text": None}}]}, "arm 'none': 'text' is a group of settings"),
        ({"arms": [{**ARM, "set": {"epochs": "x"}}]}, "arm 'none': .*epochs.* Expected"),
        (
            {"arms": [ARM], "blocks": [{"name": "b", "set": {"seed": "x"}}, {"name": "c"}]},
            None,
        ),
        ({"arms": [{"name": "a b"}, {"name": "a/b"}], "baseline": None}, "two cells .* a_b-s0"),
        ({"recipe": "none.yaml"}, "cannot read none.yaml"),
    ],
)
def test_impossible_matrices_are_one_line(
    tmp_path: Path, changes: dict[str, Any], message: str | None
) -> None:
    path = write(tmp_path, **changes)
    if message is None:  # the matrix's own seeds win over a block's
        assert {cell.seed for cell in cells(read_matrix(path), path)} == {0, 1}
        return
    with pytest.raises(GspmcError, match=message) as failure:
        cells(read_matrix(path), path)
    assert "\n" not in str(failure.value)


def test_settings_that_hold_themselves_are_one_line(tmp_path: Path) -> None:
    path = write(tmp_path)
    path.write_text(path.read_text().replace("text.alpha: 0", "text: &a [*a]"))
    with pytest.raises(GspmcError, match="arm 'none': ") as failure:
        cells(read_matrix(path), path)
    assert "\n" not in str(failure.value)


@pytest.mark.parametrize("text", ["[1, 2]", "a: [", "\x00", "[" * 9999])
def test_files_that_are_no_matrix(tmp_path: Path, text: str) -> None:
    path = tmp_path / "m.yaml"
    path.write_text(text)
    with pytest.raises(GspmcError, match="m.yaml") as failure:
        read_matrix(path)
    assert "\n" not in str(failure.value)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_shipped_matrix_is_possible_and_has_its_controls(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    matrix = read_matrix(path)
    found = cells(matrix, path)
    assert len({cell.seed for cell in found}) >= 3
    by_name = {arm.name: arm for arm in matrix.arms}
    for arm in matrix.arms:
        for name in arm.control:
            control = by_name[name].set
            assert "text.control" in control or control["text.alpha"] == 0
            assert "text.control" not in arm.set
            if control.get("text.control") in ("shuffled", "random"):
                assert control.get("text.kinds") == arm.set.get("text.kinds")
                assert by_name[name].descriptions == arm.descriptions


def test_an_arm_wins_over_its_block_and_the_block_over_the_matrix(tmp_path: Path) -> None:
    block = {"name": "b", "clips": "c2", "descriptions": "d2", "set": {"epochs": 7}}
    arms = [{"name": "x"}, {"name": "y", "clips": "c3", "set": {"epochs": 8}}]
    path = write(tmp_path, baseline=None, arms=arms, blocks=[block, {"name": "plain"}])
    found = {cell.name: cell for cell in cells(read_matrix(path), path) if cell.seed == 0}
    told = {name: (c.clips, c.descriptions, c.recipe.epochs) for name, c in found.items()}
    assert told == {
        "b-x-s0": ("c2", "d2", 7),
        "b-y-s0": ("c3", "d2", 8),
        "plain-x-s0": ("$STORE/clips", "texts.jsonl", 5),
        "plain-y-s0": ("c3", "texts.jsonl", 8),
    }
