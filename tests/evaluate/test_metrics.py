"""Accuracies against a literal count, and the interval against its defining equation."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gspmc.errors import GspmcError
from gspmc.evaluate import Scores, compute_metrics, wilson_interval


def random_scores(seed: int, clips: int, classes: int, unknown: bool = False) -> Scores:
    rng = np.random.default_rng(seed)
    labels = rng.integers(-1 if unknown else 0, classes, clips)
    logits = rng.normal(size=(clips, classes))
    logits[np.arange(clips), labels] += 1.0
    return Scores(
        ids=np.array([f"clip {index}" for index in range(clips)]),
        labels=labels,
        logits=logits,
        classes=tuple(f"sign {index}" for index in range(classes)),
        signers=np.array([f"s{index % 3}" for index in range(clips)]),
        split="val",
    )


def literal_ranks(scores: Scores) -> dict[int, int]:
    """By clip of a known class: how many classes have a higher logit than the true one."""
    return {
        clip: sum(logit > row[scores.labels[clip]] for logit in row)
        for clip, row in enumerate(scores.logits)
        if scores.labels[clip] >= 0
    }


@given(
    seed=st.integers(0, 2**31),
    clips=st.integers(1, 40),
    classes=st.integers(2, 9),
    unknown=st.booleans(),
)
@settings(max_examples=40, deadline=None)
def test_accuracies_equal_a_literal_count(
    seed: int, clips: int, classes: int, unknown: bool
) -> None:
    scores = random_scores(seed, clips, classes, unknown)
    ranks = literal_ranks(scores)
    if not ranks:
        return
    metrics = compute_metrics(scores)

    assert metrics.count == len(ranks)
    assert metrics.excluded == clips - len(ranks)
    assert metrics.k == min(5, classes)
    assert metrics.top1 == sum(rank == 0 for rank in ranks.values()) / len(ranks)
    assert metrics.top5 == sum(rank < metrics.k for rank in ranks.values()) / len(ranks)
    assert metrics.top1_interval == wilson_interval(
        sum(rank == 0 for rank in ranks.values()), len(ranks)
    )

    for rows, groups in (
        (metrics.per_class, [scores.classes[label] for label in scores.labels]),
        (metrics.per_signer, list(scores.signers)),
    ):
        hits: dict[str, list[bool]] = {}
        for clip, rank in ranks.items():
            hits.setdefault(str(groups[clip]), []).append(rank == 0)
        assert {row[0]: (row.clips, row.top1) for row in rows} == {
            name: (len(found), sum(found) / len(found)) for name, found in hits.items()
        }
    recalls = [row.top1 for row in metrics.per_class]
    assert metrics.class_mean == pytest.approx(sum(recalls) / len(recalls))


def test_a_class_that_is_only_predicted_does_not_lower_the_class_mean() -> None:
    scores = Scores(
        ids=np.array(["a", "b", "c", "d"]),
        labels=np.array([0, 0, 0, 1]),
        logits=np.array([[3, 0, 0], [3, 0, 0], [0, 0, 3], [0, 3, 0]]),
        classes=("book", "drink", "who"),
        signers=np.array(["x", "x", "y", ""]),
        split="test",
    )
    metrics = compute_metrics(scores)
    assert metrics.top1 == 0.75
    assert metrics.class_mean == pytest.approx((2 / 3 + 1) / 2)
    assert [row.label for row in metrics.per_class] == ["book", "drink"]
    assert [tuple(row) for row in metrics.per_signer] == [("", 1, 1.0), ("x", 2, 1.0), ("y", 1, 0)]


def test_no_clip_of_a_known_class_is_an_error() -> None:
    scores = Scores(
        ids=np.array(["a"]),
        labels=np.array([-1]),
        logits=np.array([[0.0, 1.0]]),
        classes=("book", "drink"),
        signers=np.array(["x"]),
        split="test",
    )
    with pytest.raises(GspmcError, match="none of the 1 clips of split 'test'"):
        compute_metrics(scores)


def test_the_json_file_holds_every_figure(tmp_path: Path) -> None:
    metrics = compute_metrics(random_scores(3, 30, 7, unknown=True))
    metrics.write(tmp_path / "metrics.json")
    found = json.loads((tmp_path / "metrics.json").read_text(encoding="utf-8"))
    assert found == metrics.to_dict()
    assert found["version"] == 1
    assert found["excluded"] == metrics.excluded > 0
    assert found["per_signer"][0] == {
        "signer": "s0",
        "clips": metrics.per_signer[0].clips,
        "top1": metrics.per_signer[0].top1,
    }


@given(trials=st.integers(1, 5000), data=st.data())
@settings(deadline=None)  # the first call loads SciPy
def test_wilson_ends_solve_the_score_equation(trials: int, data: st.DataObject) -> None:
    """Each end p satisfies |share - p| = z sqrt(p (1 - p) / n), which defines the interval."""
    successes = data.draw(st.integers(0, trials))
    share = successes / trials
    interval = wilson_interval(successes, trials)
    assert 0 <= interval.low <= share <= interval.high <= 1
    for end in interval:
        deviation = 1.959963984540054 * math.sqrt(end * (1 - end) / trials)
        assert abs(share - end) == pytest.approx(deviation, abs=1e-6)


def test_wilson_of_known_values_and_of_nothing() -> None:
    assert wilson_interval(8, 10) == pytest.approx((0.4902, 0.9433), abs=5e-5)
    assert wilson_interval(0, 10) == pytest.approx((0.0, 0.2775), abs=5e-5)
    assert wilson_interval(0, 0) == (0, 1)
    with pytest.raises(ValueError, match="not be greater than n"):
        wilson_interval(11, 10)
