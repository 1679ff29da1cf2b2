"""The composite objective, term by term."""

import pytest
import torch
from torch import Tensor
from torch.nn import functional as F

from gspmc.losses import Term, TextTargets, gsp_objective, multi_positive_loss
from gspmc.skeleton import PARTS

LABELS = torch.tensor([0, 1, 2, 0])
LEFT, RIGHT = PARTS.index("left_hand"), PARTS.index("right_hand")


def unit(rows: int, seed: int) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return F.normalize(torch.randn(rows, 6, generator=generator), dim=-1)


def clip_side() -> tuple[Tensor, dict[str, Tensor]]:
    logits = torch.randn(4, 4, generator=torch.Generator().manual_seed(9))
    return logits, {"global": unit(4, 1), "left_hand": unit(4, 2), "right_hand": unit(4, 3)}


def text_side() -> TextTargets:
    """A refined text of classes 0-3; synonyms of 0, 0, 1; left 0, 0, 1; right 2; face 1."""
    labels = torch.tensor([0, 1, 2, 3, 0, 0, 1, 0, 0, 1, 2, 1])
    rows = {
        "refined": torch.tensor([0, 1, 2, 3]),
        "synonym": torch.tensor([4, 5, 6]),
        "part/left_hand": torch.tensor([7, 8, 9]),
        "part/right_hand": torch.tensor([10]),
        "part/face": torch.tensor([11]),
    }
    return TextTargets(
        vectors=unit(12, 4),
        labels=labels,
        terms={
            name: Term(own, torch.arange(4)[:, None] == labels[own]) for name, own in rows.items()
        },
    )


def rows_loss(feature: Tensor, rows: list[int], clips: list[int] | None = None) -> Tensor:
    """The term of given clips (all: None) against given rows of the text side."""
    targets, clips = text_side(), clips or [0, 1, 2, 3]
    positives = LABELS[clips][:, None] == targets.labels[rows]
    return multi_positive_loss(feature[clips], targets.vectors[rows], positives)


def test_without_texts_it_is_the_classification_loss() -> None:
    logits, features = clip_side()
    for losses in (gsp_objective(logits, LABELS), gsp_objective(logits, LABELS, features, None)):
        assert set(losses) == {"ce", "total"}
        torch.testing.assert_close(losses["total"], F.cross_entropy(logits, LABELS))


def test_label_smoothing_reaches_the_classification_term() -> None:
    logits, _ = clip_side()
    expected = F.cross_entropy(logits, LABELS, label_smoothing=0.1)
    losses = gsp_objective(logits, LABELS, label_smoothing=0.1)
    torch.testing.assert_close(losses["ce"], expected)
    assert losses["ce"] != F.cross_entropy(logits, LABELS)


def test_batch_negatives_are_the_texts_of_every_clip_with_duplicates() -> None:
    logits, features = clip_side()
    losses = gsp_objective(logits, LABELS, features, text_side(), negatives="batch")
    # clips 0 and 3 share a label: the texts of class 0 stand there twice, those of class 3 never
    torch.testing.assert_close(losses["refined"], rows_loss(features["global"], [0, 1, 2, 0]))
    left = rows_loss(features["left_hand"], [7, 8, 9, 7, 8])
    torch.testing.assert_close(losses["part/left_hand"], left)
    torch.testing.assert_close(losses["part/right_hand"], rows_loss(features["right_hand"], [10]))


def test_bank_negatives_are_all_texts_of_the_term() -> None:
    logits, features = clip_side()
    losses = gsp_objective(logits, LABELS, features, text_side(), negatives="bank")
    torch.testing.assert_close(losses["refined"], rows_loss(features["global"], [0, 1, 2, 3]))
    torch.testing.assert_close(losses["synonym"], rows_loss(features["global"], [4, 5, 6]))
    torch.testing.assert_close(
        losses["part/left_hand"], rows_loss(features["left_hand"], [7, 8, 9])
    )


@pytest.mark.parametrize("negatives", ["batch", "bank"])
def test_a_text_that_another_class_shares_is_its_positive_too(negatives) -> None:
    logits, features = clip_side()
    targets = text_side()
    shared = torch.arange(4)[:, None] == targets.labels[7:10]
    shared[1, 0] = True  # text 7 of class 0 reads like text 9 of class 1
    shared[0, 2] = True
    terms = {**targets.terms, "part/left_hand": Term(torch.tensor([7, 8, 9]), shared)}
    targets = TextTargets(targets.vectors, targets.labels, terms)
    losses = gsp_objective(logits, LABELS, features, targets, negatives=negatives)
    columns = [0, 1, 2, 0, 1] if negatives == "batch" else [0, 1, 2]
    expected = multi_positive_loss(
        features["left_hand"], targets.vectors[7:10][columns], shared[LABELS][:, columns]
    )
    torch.testing.assert_close(losses["part/left_hand"], expected)
    assert losses["part/left_hand"] != rows_loss(features["left_hand"], [7 + c for c in columns])


def test_total_is_the_classification_loss_plus_the_weighted_mean_of_present_terms() -> None:
    logits, features = clip_side()
    losses = gsp_objective(
        logits, LABELS, features, text_side(), alpha=0.3, negatives="bank", temperature=0.2
    )
    terms = ["refined", "synonym", "part/left_hand", "part/right_hand"]  # no feature for the face
    assert set(losses) == {"ce", "text", "total", *terms}
    mean = torch.stack([losses[term] for term in terms]).mean()
    torch.testing.assert_close(losses["text"], mean)
    torch.testing.assert_close(losses["total"], losses["ce"] + 0.3 * mean)


def test_one_synonym_is_drawn_per_clip_and_each_comes_up() -> None:
    logits, features = clip_side()
    possible = {
        (first, last): float(rows_loss(features["global"], [first, 6, last]))
        for first, last in ((4, 4), (4, 5), (5, 5))  # for clips 0 and 3; the order is no matter
    }
    generator = torch.Generator().manual_seed(0)
    counts = dict.fromkeys(possible, 0)
    for _ in range(200):
        losses = gsp_objective(logits, LABELS, features, text_side(), generator=generator)
        drawn = min(possible, key=lambda pair: abs(possible[pair] - float(losses["synonym"])))
        assert float(losses["synonym"]) == pytest.approx(possible[drawn], abs=1e-5)
        counts[drawn] += 1
    assert counts[4, 4] > 30 and counts[4, 5] > 70 and counts[5, 5] > 30, counts  # 50, 100, 50


def test_the_same_generator_state_draws_the_same_synonyms() -> None:
    logits, features = clip_side()

    def synonym_losses(seed: int) -> list[float]:
        generator = torch.Generator().manual_seed(seed)
        steps = [
            gsp_objective(logits, LABELS, features, text_side(), generator=generator)
            for _ in range(8)
        ]
        return [float(losses["synonym"]) for losses in steps]

    assert synonym_losses(1) == synonym_losses(1) != synonym_losses(2)


@pytest.mark.parametrize("negatives", ["batch", "bank"])
def test_a_clip_is_left_out_of_the_term_of_a_part_it_never_shows(negatives) -> None:
    logits, features = clip_side()
    features["left_hand"][1] = float("nan")  # would poison the term if it were used
    visible = torch.ones(4, len(PARTS), dtype=torch.bool)
    visible[1, LEFT] = False
    losses = gsp_objective(
        logits, LABELS, features, text_side(), visible=visible, negatives=negatives
    )
    rows = [7, 8, 7, 8] if negatives == "batch" else [7, 8, 9]
    expected = rows_loss(features["left_hand"], rows, [0, 2, 3])
    torch.testing.assert_close(losses["part/left_hand"], expected)
    assert torch.isfinite(losses["total"])


@pytest.mark.parametrize("negatives", ["batch", "bank"])
def test_a_part_that_no_clip_shows_adds_nothing_and_dilutes_nothing(negatives) -> None:
    logits, features = clip_side()
    features["right_hand"].requires_grad_()
    visible = torch.ones(4, len(PARTS), dtype=torch.bool)
    visible[:, RIGHT] = False

    def total(named: dict[str, Tensor]) -> dict[str, Tensor]:
        return gsp_objective(
            logits,
            LABELS,
            named,
            text_side(),
            visible=visible,
            negatives=negatives,
            generator=torch.Generator().manual_seed(0),
        )

    losses = total(features)
    assert losses["part/right_hand"] == 0
    losses["total"].backward()
    assert torch.equal(features["right_hand"].grad, torch.zeros(4, 6))
    without = {name: vectors for name, vectors in features.items() if name != "right_hand"}
    torch.testing.assert_close(losses["total"].detach(), total(without)["total"])


def test_every_feature_gets_a_gradient_and_half_precision_is_finite() -> None:
    logits, features = clip_side()
    logits = logits.bfloat16().requires_grad_()
    features = {name: vectors.bfloat16().requires_grad_() for name, vectors in features.items()}
    with torch.autocast("cpu", torch.bfloat16):
        losses = gsp_objective(logits, LABELS, features, text_side())
    losses["total"].backward()
    assert {loss.dtype for loss in losses.values()} == {torch.float32}
    for tensor in (logits, *features.values()):
        assert torch.isfinite(tensor.grad).all() and tensor.grad.abs().sum() > 0
