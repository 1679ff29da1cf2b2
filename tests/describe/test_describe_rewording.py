import re

import pytest

from gspmc.describe.rewording import PHRASES, reworded, synonyms_of
from gspmc.describe.statements import components_of, parts_of, statements_of

SENTENCES = [
    "The right hand holds all four fingers straight and together, the thumb open.",
    "The right hand starts at the chin and ends near the head, with contact.",
    "The right hand moves repeatedly in a straight line while the right wrist twists.",
]


def test_three_synonyms_that_differ() -> None:
    synonyms = synonyms_of(statements_of(SENTENCES))
    assert len({*synonyms, " ".join(SENTENCES)}) == 4
    assert synonyms[0].startswith("The right hand keeps all four fingers extended side by side")
    assert synonyms[1].startswith("The right hand goes again and again in a line")


@pytest.mark.parametrize("variant", [0, 1, 2])
def test_a_rewording_keeps_component_and_parts(variant: int) -> None:
    for sentence in SENTENCES:
        other = reworded(sentence, variant)
        assert other != sentence
        assert components_of(other) == components_of(sentence)
        assert parts_of(other) == parts_of(sentence)


def test_no_alternative_is_rewritten_again() -> None:
    assert reworded("It moves to and fro.", 0) == "It travels back and forth."
    assert reworded("It moves back and forth.", 0) == "It travels to and fro."
    assert all(phrase not in alternatives for phrase, alternatives in PHRASES.items())


def test_what_leans_on_the_order_stays_in_it() -> None:
    later = ["Then the right hand makes a fist.", "The right hand moves once."]
    for synonym in synonyms_of(statements_of([*SENTENCES, *later])):
        assert re.search(r"(After that|Next|Afterwards) the right hand makes a fist\.", synonym)
        assert synonym.rstrip(".").endswith(("a single time", "one time"))
    pronoun = ["The right hand moves once.", "The right hand makes a fist.", "It is at the chin."]
    for synonym in synonyms_of(statements_of(pronoun)):
        assert synonym.endswith("makes a fist. It is at the chin.")


def test_there_is_always_one() -> None:
    assert synonyms_of(statements_of(["The brows rise."])) == ["In this sign, the brows rise."]
    assert synonyms_of([]) == []
