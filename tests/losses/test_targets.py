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
