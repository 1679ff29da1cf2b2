import pytest
from hypothesis import given
from hypothesis import strategies as st

from gspmc.errors import GspmcError
from gspmc.text.controls import shuffle_descriptions
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
