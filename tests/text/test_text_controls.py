import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from gspmc.errors import GspmcError
from gspmc.text.bank import TextBank
from gspmc.text.controls import name_signs_only, random_vectors, shuffle_descriptions
from gspmc.text.description import Description


def make(labels: list[str]) -> dict[str, Description]:
    return {
        label: Description(label=label, primary=f"text of {label}", parts=[]) for label in labels
    }


@given(count=st.integers(2, 12), seed=st.integers(0, 2**32))
def test_every_class_gets_the_texts_of_another(count: int, seed: int) -> None:
    own = make([f"sign{index}" for index in range(count)])
    shuffled = shuffle_descriptions(own, seed)
    assert shuffled.keys() == own.keys()
    assert all(item.label == label for label, item in shuffled.items())
    assert all(shuffled[label].primary != own[label].primary for label in own)
    assert {item.primary for item in shuffled.values()} == {item.primary for item in own.values()}


def test_the_seed_decides_and_the_order_does_not() -> None:
    labels = [f"sign{index}" for index in range(20)]
    shuffled = shuffle_descriptions(make(labels), 3)
    assert shuffle_descriptions(make(labels[::-1]), 3) == shuffled
    assert shuffle_descriptions(make(labels), 4) != shuffled


def test_the_originals_stay_as_they_were() -> None:
    own = make(["a", "b"])
    shuffle_descriptions(own, 0)["a"].parts.append(None)
    assert own == make(["a", "b"])


def test_one_class_cannot_be_shuffled() -> None:
    with pytest.raises(GspmcError, match="at least two"):
        shuffle_descriptions(make(["a"]), 0)


def test_the_label_is_all_that_stays_of_a_description() -> None:
    named = name_signs_only(make(["a", "b c"]))
    assert {label: text.refined_text for label, text in named.items()} == {"a": "a", "b c": "b c"}
    assert not any(text.parts or text.synonyms for text in named.values())


def test_random_vectors_are_shared_by_equal_texts_alone() -> None:
    bank = TextBank(
        vectors=torch.ones(3, 64) / 8,
        texts=["flat hand", "fist", "flat hand"],
        labels=torch.tensor([0, 1, 2]),
        kind=("part", "part", "part"),
        parts=torch.zeros(3, 5, dtype=torch.bool),
        classes=("a", "b", "c"),
        encoder="test",
    )
    drawn = random_vectors(bank, 0)
    flat, fist, again = drawn.vectors
    assert torch.equal(flat, again) and abs(float(flat @ fist)) < 0.5
    assert torch.allclose(drawn.vectors.norm(dim=1), torch.ones(3))
    assert torch.equal(random_vectors(bank, 0).vectors, drawn.vectors)
    assert not torch.equal(random_vectors(bank, 1).vectors, drawn.vectors)
