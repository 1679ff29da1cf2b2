"""Fusion against loops, closed forms and invariants."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.scored import changed, drawn_scores

from gspmc.errors import GspmcError
from gspmc.evaluate.fusion import fit_weights, fuse_cross_fitted, fuse_scores, read_weights
from gspmc.evaluate.scores import Scores
from gspmc.evaluate.temperature import likelihood_loss


def models(count: int, **options: int) -> list[tuple[str, Scores]]:
    return [(f"m{number}", drawn_scores(noise=number, **options)) for number in range(count)]


def test_the_sum_is_the_loop() -> None:
    named, weights = models(3, clips=4), [0.5, 0.3, 0.2]
    fused = fuse_scores(named, weights)
    for clip, of_class in itertools.product(range(4), range(4)):
        total = sum(
            w * float(s.logits[clip, of_class]) for w, (_, s) in zip(weights, named, strict=True)
        )
        assert fused.logits[clip, of_class] == np.float32(total)
    one = named[0][1]
    assert fused.classes == one.classes and fused.split == one.split
    for field in ("ids", "labels", "signers"):
        assert (getattr(fused, field) == getattr(one, field)).all()


logits = st.floats(-50, 50, width=32)


@given(
    table=st.lists(st.lists(logits, min_size=3, max_size=3), min_size=2, max_size=5),
    weights=st.lists(st.floats(0.01, 5), min_size=2, max_size=4),
)
@settings(deadline=None)
def test_a_run_fused_with_itself_is_itself(table: list[list[float]], weights: list[float]) -> None:
    scores = changed(drawn_scores(len(table), 3), logits=table)
    numbers = " ".join(map(repr, weights))
    found = read_weights(numbers, len(weights))
    assert found is not None
    fused = fuse_scores([("a", scores)] * len(weights), found)
    np.testing.assert_allclose(fused.logits, scores.logits, rtol=1e-6)
    assert (fused.logits.argsort(kind="stable") == scores.logits.argsort(kind="stable")).all()


@given(order=st.permutations(range(4)), seed=st.integers(0, 50))
@settings(deadline=None)
def test_with_equal_weights_the_order_of_runs_does_not_matter(order: list[int], seed: int) -> None:
    named = models(4, clips=6, seed=seed)
    weights = read_weights("equal", 4)
    assert weights is not None
    straight = fuse_scores(named, weights).logits
    np.testing.assert_allclose(
        fuse_scores([named[place] for place in order], weights).logits, straight, rtol=1e-5
    )


@given(seed=st.integers(0, 50))
@settings(deadline=None)
def test_logits_and_log_probabilities_fuse_to_the_same(seed: int) -> None:
    named = models(2, clips=5, seed=seed)
    weights = [0.7, 0.3]
    normed = [
        (name, changed(s, logits=s.logits - np.log(np.exp(s.logits).sum(axis=1, keepdims=True))))
        for name, s in named
    ]
    apart = fuse_scores(named, weights).logits - fuse_scores(normed, weights).logits
    np.testing.assert_allclose(apart, apart[:, :1].repeat(4, axis=1), atol=1e-5)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1e308 1e308 1e308 0", [1 / 3, 1 / 3, 1 / 3, 0]),
        ("5e-324 0 0 0", [1, 0, 0, 0]),
        ("equal", [0.25] * 4),
        ("0.8 0.8 0.2 0.2", [0.4, 0.4, 0.1, 0.1]),
        ("0.8, .8,0.2 , 2e-1", [0.4, 0.4, 0.1, 0.1]),
        ("3 0 0 0", [1, 0, 0, 0]),
    ],
)
def test_weights_as_they_are_typed(text: str, expected: list[float]) -> None:
    assert read_weights(text, 4) == pytest.approx(expected)
    assert read_weights("fit", 4) is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("even", "equal, fit or numbers"),
        ("", "0 weights for 4 runs"),
        ("1 1", "2 weights for 4 runs"),
        ("1 1 1 -1", "0 or more"),
        ("0 0 0 0", "not all 0"),
        ("1 1 1 nan", "0 or more"),
        ("1 1 1 inf", "0 or more"),
    ],
)
def test_impossible_weights(text: str, message: str) -> None:
    with pytest.raises(GspmcError, match=message):
        read_weights(text, 4)


def test_fitted_weights_are_the_best_of_a_grid() -> None:
    """No mixture of three models at any scale has less loss than the fitted direction's best."""
    named = models(3, clips=150)
    fitted = fit_weights(named)
    assert fitted.sum() == pytest.approx(1) and (fitted >= 0).all()

    def penalised(weights: np.ndarray) -> float:
        total = sum(w * s.logits.astype(float) for w, (_, s) in zip(weights, named, strict=True))
        fused = changed(named[0][1], logits=total)
        return 150 * likelihood_loss(fused) + ((3 * weights - 1) ** 2).sum() / 2

    best = min(penalised(scale * fitted) for scale in np.linspace(0.05, 3, 120))
    grid = itertools.product(np.linspace(0, 1, 9), repeat=3)
    assert best <= min(penalised(np.array(point)) for point in grid) + 1e-2


def test_alike_models_get_equal_weights_and_useless_ones_little() -> None:
    good = drawn_scores(300)
    noise = changed(good, logits=np.random.default_rng(5).normal(0, 2, good.logits.shape))
    assert fit_weights([("a", good), ("b", good)]) == pytest.approx([0.5, 0.5], abs=1e-4)
    assert fit_weights([("a", noise), ("b", good)])[0] < 0.1


def test_clips_that_are_all_right_leave_finite_weights() -> None:
    scores = drawn_scores(20)
    sure = changed(scores, logits=9 * np.eye(4)[scores.labels])
    assert fit_weights([("a", sure), ("b", sure)]) == pytest.approx([0.5, 0.5], abs=1e-3)


def test_clips_of_unknown_classes_have_no_say() -> None:
    named = models(2, clips=40)
    labels = named[0][1].labels.copy()
    labels[30:] = -1
    unknown = [(name, changed(s, labels=labels)) for name, s in named]
    fewer = [
        (
            n,
            changed(
                s, ids=s.ids[:30], labels=labels[:30], logits=s.logits[:30], signers=s.signers[:30]
            ),
        )
        for n, s in unknown
    ]
    assert fit_weights(unknown) == pytest.approx(fit_weights(fewer))
    with pytest.raises(GspmcError, match="nothing can be fitted"):
        fit_weights([(n, changed(s, labels=[-1] * 40)) for n, s in named])


def test_models_that_are_always_wrong_have_no_weights() -> None:
    scores = drawn_scores(50)
    wrong = changed(scores, logits=-20 * np.eye(4)[scores.labels])
    with pytest.raises(GspmcError, match="no run helps"):
        fit_weights([("a", wrong), ("b", wrong)])


def test_each_fold_is_fused_without_its_own_clips() -> None:
    """Other labels in a fold change nothing in that fold."""
    named = models(2, clips=48)
    fused, folds = fuse_cross_fitted(named)
    assert folds.by == "signer"
    mine = folds.of_clip == 0
    labels = np.where(mine, (named[0][1].labels + 1) % 4, named[0][1].labels)
    other, _ = fuse_cross_fitted([(n, changed(s, labels=labels)) for n, s in named])
    assert (other.logits[mine] == fused.logits[mine]).all()
    assert (other.logits[~mine] != fused.logits[~mine]).any()
    rest = [
        (
            n,
            changed(
                s,
                ids=s.ids[~mine],
                labels=s.labels[~mine],
                logits=s.logits[~mine],
                signers=s.signers[~mine],
            ),
        )
        for n, s in named
    ]
    np.testing.assert_allclose(
        fused.logits[mine], fuse_scores(named, fit_weights(rest)).logits[mine], rtol=1e-5
    )
