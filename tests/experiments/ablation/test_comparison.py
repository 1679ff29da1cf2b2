"""Pooling over folds and seeds, differences and verdicts, by hand."""

from collections.abc import Mapping

import pytest

from gspmc.errors import GspmcError
from gspmc.experiments.ablation.comparison import compare
from gspmc.experiments.ablation.matrix import Arm, Cell, Matrix
from gspmc.experiments.ablation.outcomes import Outcome, ScoredClips
from gspmc.experiments.ablation.table import columns, markdown, numbers
from gspmc.train.recipe import Recipe

FOLDS = {
    "f0": ScoredClips(labels=["x", "y"] * 4, signers=[*"aabbccdd"]),
    "f1": ScoredClips(labels=["x", "y"] * 4, signers=[*"eeffgghh"]),
}
MATRIX = Matrix(
    title="t",
    recipe="r.yaml",
    clips="store",
    seeds=[0, 1, 2],
    folds=2,
    baseline="none",
    arms=[
        Arm(name="none"),
        Arm(name="texts", control="shuffled"),
        Arm(name="shuffled"),
        Arm(name="alone"),
    ],
)


def placed(
    ranks: Mapping[str, int | list[int]], missing: tuple[tuple[str, int, int], ...] = ()
) -> list[tuple[Cell, Outcome | None]]:
    """Every cell of MATRIX; an arm ranks every clip alike, or those of every fold as listed."""
    found = []
    for seed in MATRIX.seeds:
        for fold in range(2):
            for arm in MATRIX.arms:
                cell = Cell(arm.name, "", seed, fold, Recipe(seed=seed), "store", None)
                own = ranks[arm.name]
                outcome = Outcome(
                    arm=arm.name,
                    block="",
                    seed=seed,
                    fold=fold,
                    key=cell.name,
                    clips=f"f{fold}",
                    ranks=" ".join(map(str, own if isinstance(own, list) else [own] * 8)),
                    seconds=60,
                    environment={"commit": "abc"},
                )
                found.append((cell, None if (arm.name, seed, fold) in missing else outcome))
    return found


RANKS = {"none": 7, "texts": 0, "shuffled": 3, "alone": 0}


def test_a_gain_needs_baseline_and_control() -> None:
    none, texts, shuffled, alone = compare(MATRIX, placed(RANKS), FOLDS)
    assert none.pooled is not None and len(none.pooled.labels) == 16
    assert (none.verdict, texts.verdict) == ("", "gain shown")
    assert texts.pooled.mean_and_deviation(1) == (1, 0)
    assert texts.over_baseline.top1 == texts.over_controls[0].top1 == (1, 1, 1)
    # Eight signers: 2 of 256 sign changes are as far from zero; four comparisons, Holm.
    assert texts.over_baseline.p == pytest.approx(4 * 2 / 256)
    assert shuffled.pooled.mean_and_deviation(5) == (1, 0)
    assert shuffled.verdict == "no gain shown"
    assert alone.verdict == "better; no control beside it"


def test_a_gain_needs_three_seeds() -> None:
    _, texts, *_ = compare(MATRIX, placed(RANKS, (("shuffled", 2, 1),)), FOLDS)
    assert texts.over_baseline.seeds == 3 and texts.over_controls[0].seeds == 2
    assert texts.verdict == "fewer than 3 seeds"
    assert ", 2 seeds) shuffled" in columns(MATRIX)["minus its controls"](texts)
    alone = tuple((arm, seed, 0) for arm in ("shuffled",) for seed in (1, 2))
    _, texts, *_ = compare(MATRIX, placed(RANKS, alone), FOLDS)
    assert ", 1 seed) shuffled" in columns(MATRIX)["minus its controls"](texts)


def test_a_gain_that_the_control_has_too_is_none_of_the_content() -> None:
    _, texts, shuffled, _ = compare(MATRIX, placed({**RANKS, "shuffled": 0}), FOLDS)
    assert texts.verdict == "gain, but so has shuffled"
    assert shuffled.verdict == "better; no control beside it"


def test_a_control_that_only_lies_between_has_no_gain_of_its_own() -> None:
    half = [0, 7] * 4  # one of the two clips of every signer
    some = [0, 0, 7, 7, 7, 7, 7, 7]  # two of the eight signers
    _, texts, shuffled, _ = compare(
        MATRIX, placed({**RANKS, "texts": half, "shuffled": some}), FOLDS
    )
    assert texts.over_controls[0].top1.value == pytest.approx(0.25)
    assert (texts.verdict, shuffled.verdict) == (
        "gain, not shown over shuffled",
        "no gain shown",
    )


def test_every_control_must_stay_behind() -> None:
    arms = [
        arm.model_copy(update={"control": ("shuffled", "alone")}) if arm.name == "texts" else arm
        for arm in MATRIX.arms
    ]
    matrix = MATRIX.model_copy(update={"arms": arms})
    _, texts, *_ = compare(matrix, placed(RANKS), FOLDS)
    assert [each.other for each in texts.over_controls] == ["shuffled", "alone"]
    assert texts.over_baseline.p == pytest.approx(5 * 2 / 256)
    assert texts.verdict == "gain, but so has alone"
    _, texts, *_ = compare(matrix, placed({**RANKS, "alone": 5}), FOLDS)
    assert texts.verdict == "gain shown"
    assert columns(matrix)["minus its controls"](texts).endswith(" alone")


def test_a_loss_is_called_one() -> None:
    rows = compare(MATRIX, placed({**RANKS, "none": 0, "texts": 7}), FOLDS)
    assert [row.verdict for row in rows] == ["", "worse", "worse", "no gain shown"]


def test_five_signers_who_agree_show_nothing() -> None:
    few = {name: ScoredClips(labels=["x"] * 8, signers=[*"aabbcdde"]) for name in FOLDS}
    rows = compare(MATRIX, placed(RANKS), few)
    assert rows[1].over_baseline.top1 == (1, None, None)
    assert columns(MATRIX)["95 %"](rows[1]) == "fewer than 6 signers"
    assert [row.verdict for row in rows] == ["", *["too few signers"] * 3]


def test_a_control_that_is_not_finished_is_told() -> None:
    unfinished = tuple(("shuffled", seed, 0) for seed in MATRIX.seeds)
    _, texts, shuffled, _ = compare(MATRIX, placed(RANKS, unfinished), FOLDS)
    assert texts.verdict == "better; a control is not finished"
    assert texts.over_baseline.p == pytest.approx(4 * 2 / 256)  # of four comparisons, as planned
    assert shuffled.verdict == ""


def test_a_seed_counts_once_all_its_folds_are_there() -> None:
    everywhere = ((arm, 2, 0) for arm in ("none", "texts", "alone"))
    missing = (("texts", 1, 0), ("none", 0, 1), ("alone", 0, 0), ("alone", 1, 1), *everywhere)
    none, texts, _, alone = compare(MATRIX, placed(RANKS, missing), FOLDS)
    assert [*none.pooled.ranks] == [1] and [*texts.pooled.ranks] == [0]
    assert texts.over_baseline is None  # no seed in common: nothing is compared
    assert texts.over_controls
    assert alone.pooled is None and alone.missing == 3
    table = columns(MATRIX)
    assert table["seeds"](texts) == "1 (2 cells missing)"
    assert table["top-1"](alone) == "–"


def test_arms_of_different_clips_are_not_compared() -> None:
    cells = placed(RANKS)
    swapped = [
        (cell, outcome.model_copy(update={"clips": "f0"}) if cell.arm == "texts" else outcome)
        for cell, outcome in cells
    ]
    with pytest.raises(GspmcError, match="'none' and 'texts' were scored on different clips"):
        compare(MATRIX, swapped, FOLDS)
    other_seed = [
        (cell, outcome.model_copy(update={"clips": "f0"}) if cell.seed else outcome)
        for cell, outcome in cells
    ]
    with pytest.raises(GspmcError, match="other clips with another seed"):
        compare(MATRIX, other_seed, FOLDS)


def test_the_markdown_says_what_was_run_and_on_what() -> None:
    cells = placed(RANKS)
    rows = compare(MATRIX, cells, FOLDS)
    text = markdown(MATRIX, rows, cells, "gspmc ablate m.yaml")
    assert "| texts | 3 | 16 | 8 | 100.0 ± 0.0 | 100.0 to 100.0 | 100.0 ± 0.0 | +100.0 (" in text
    assert "24 cells, 0.4 hours of training in all; commit abc, processor None, " in text
    assert numbers(rows)[1]["over_controls"][0]["top1"] == [1, 1, 1]
    assert numbers(rows)[1]["over_controls"][0]["seeds"] == 3
    assert "No cell is finished." in markdown(MATRIX, rows, [], "x")
    assert "not scored" not in text


def test_clips_that_are_not_scored_are_told_once_a_fold() -> None:
    cells = [
        (cell, outcome.model_copy(update={"excluded": 3 * (cell.fold or 0)}))
        for cell, outcome in placed(RANKS)
    ]
    text = markdown(MATRIX, compare(MATRIX, cells, FOLDS), cells, "gspmc ablate m.yaml")
    assert "Clips of classes without a training clip are not scored: 3 (fold 1).\n" in text


def test_arms_that_were_trained_in_another_way_are_told() -> None:
    cells = [
        (cell, outcome.model_copy(update={"environment": {"commit": "def"}}))
        if cell.arm == "texts" and cell.seed
        else (cell, outcome)
        for cell, outcome in placed(RANKS)
    ]
    text = markdown(MATRIX, compare(MATRIX, cells, FOLDS), cells, "gspmc ablate m.yaml")
    assert "Not all in one way" in text
    lines = [
        line.split(", processor")[0] + ":" + line.split(":")[1]
        for line in text.split("\n")
        if line.startswith("- commit")
    ]
    assert lines == ["- commit abc: none, texts, shuffled, alone", "- commit def: texts"]


def test_clips_of_unknown_signers_are_counted() -> None:
    some = {
        name: clips.model_copy(update={"signers": ["", "", *"ccddee"]})
        for name, clips in FOLDS.items()
    }
    rows = compare(MATRIX, placed(RANKS), some)
    assert columns(MATRIX)["signers"](rows[0]) == "3 and 4 clips of unknown ones"
