"""Texts of a bank sorted into the terms of the objective."""

import pytest
import torch

from gspmc.errors import GspmcError
from gspmc.losses import text_targets
from gspmc.skeleton import PARTS
from gspmc.text.bank import TextBank


def bank(*rows: tuple[int, str, set[str]]) -> TextBank:
    return TextBank(
        vectors=torch.eye(len(rows)),
        texts=[f"text {row}" for row in range(len(rows))],
        labels=torch.tensor([label for label, _, _ in rows]),
        kind=tuple(kind for _, kind, _ in rows),
        parts=torch.tensor([[part in tags for part in PARTS] for _, _, tags in rows]),
        classes=("a", "b"),
        encoder="none",
    )


def test_every_text_goes_to_the_terms_it_speaks_of() -> None:
    targets = text_targets(
        bank(
            (0, "refined", set()),
            (0, "synonym", set()),
            (0, "synonym", set()),
            (0, "part", {"left_hand", "right_hand"}),
            (0, "part", {"left_hand"}),
            (1, "refined", set()),
            (1, "part", {"mouth"}),
        )
    )
    assert {name: term.rows.tolist() for name, term in targets.terms.items()} == {
        "refined": [0, 5],
        "synonym": [1, 2],
        "part/left_hand": [3, 4],
        "part/right_hand": [3],
        "part/mouth": [6],
    }
    assert targets.labels.tolist() == [0, 0, 0, 0, 0, 1, 1]


def test_classes_share_what_reads_the_same_in_one_term_alone() -> None:
    texts = bank(
        (0, "refined", set()),
        (1, "refined", set()),
        (0, "part", {"left_hand"}),
        (1, "part", {"left_hand"}),
        (1, "part", {"left_hand"}),
        (1, "part", {"right_hand"}),
    )
    texts.texts[3] = texts.texts[5] = texts.texts[2]
    terms = text_targets(texts).terms
    assert terms["refined"].describes.tolist() == [[True, False], [False, True]]
    assert terms["part/left_hand"].describes.tolist() == [[True, True, False], [True, True, True]]
    assert terms["part/right_hand"].describes.tolist() == [[False], [True]]


def test_near_identical_texts_are_positives_of_both_classes() -> None:
    texts = bank(
        (0, "refined", set()),
        (1, "refined", set()),
        (0, "synonym", set()),
        (1, "synonym", set()),
        (0, "part", {"face"}),
        (1, "part", {"face"}),
        (1, "part", {"mouth"}),
    )
    angle = torch.tensor([0.0, 30.0, 0.0, 60.0, 10.0, 20.0, 10.0]).deg2rad()
    texts.vectors[:, :2] = torch.stack([angle.cos(), angle.sin()], dim=1)
    texts.vectors[:, 2:] = 0
    by_words = text_targets(texts).terms
    near = text_targets(texts, near_identical=0.8).terms  # up to 36.9 degrees
    assert near["refined"].describes.tolist() == [[True, True], [True, True]]
    assert near["synonym"].describes.tolist() == [[True, False], [False, True]]
    assert near["part/face"].describes.all()
    assert near["part/mouth"].describes.tolist() == [[False], [True]]  # terms do not mix
    strict = text_targets(texts, near_identical=0.999).terms
    for term in by_words:
        assert strict[term].describes.equal(by_words[term].describes)


def test_near_identity_against_a_slow_count() -> None:
    generator = torch.Generator().manual_seed(0)
    texts = bank(*((row % 2, "refined", set()) for row in range(12)))
    texts.vectors[:] = torch.nn.functional.normalize(torch.randn(12, 12, generator=generator))
    texts.texts[7] = texts.texts[2]
    texts.vectors[7] = texts.vectors[2]
    term = text_targets(texts, near_identical=0.3).terms["refined"]
    for label in range(2):
        for column in range(12):
            own = [row for row in range(12) if row % 2 == label]
            close = any(
                float(texts.vectors[row] @ texts.vectors[column]) >= 0.3 or row == column
                for row in own
            )
            assert bool(term.describes[label, column]) == close


def test_a_term_without_texts_is_not_there() -> None:
    assert set(text_targets(bank((0, "refined", set()))).terms) == {"refined"}


def test_moving_keeps_everything() -> None:
    targets = text_targets(bank((0, "refined", set()), (1, "part", {"face"})))
    moved = targets.to("meta")
    assert moved.vectors.shape == targets.vectors.shape
    assert moved.terms.keys() == targets.terms.keys()
    terms = [tensor for term in moved.terms.values() for tensor in (term.rows, term.describes)]
    tensors = [moved.vectors, moved.labels, *terms]
    assert all(tensor.device.type == "meta" for tensor in tensors)


def test_kinds_choose_the_terms_and_none_is_refused() -> None:
    texts = bank((0, "refined", set()), (0, "part", {"face"}), (1, "part", {"face", "mouth"}))
    assert set(text_targets(texts, ["part"]).terms) == {"part/face", "part/mouth"}
    assert set(text_targets(texts, ["refined", "synonym"]).terms) == {"refined"}
    with pytest.raises(GspmcError, match="no text of kind synonym"):
        text_targets(texts, ["synonym"])
