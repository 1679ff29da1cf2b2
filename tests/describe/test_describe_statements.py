import pytest

from gspmc.describe.statements import (
    components_of,
    is_movement,
    parts_of,
    speaks_of_signing,
    split_sentences,
    statements_of,
    without_meaning_clause,
)


def test_sentences() -> None:
    assert split_sentences('One e.g. two. "Three" is. Four!\nfive') == [
        "One e.g. two.",
        '"Three" is.',
        "Four!",
        "five",
    ]
    assert split_sentences("右手。左手。") == ["右手。", "左手。"]
    assert split_sentences(" ") == []


@pytest.mark.parametrize(
    ("sentence", "component"),
    [
        ("The right hand makes a V: index and middle finger are straight.", "handshape"),
        ("Both hands hold all four fingers straight and together, the thumb open.", "handshape"),
        ("The right hand is in front of the chest.", "location"),
        ("The right hand starts at the chin and ends near the head, with contact.", "location"),
        ("The palm faces forward and the fingers point up.", "orientation"),
        ("The right hand moves up while the index finger bends.", "movement"),
        ("The right hand closes into a fist.", "movement"),
        ("The left hand keeps still, holding all four fingers straight.", "second_hand"),
        ("The non-dominant hand is a fist.", "second_hand"),
        ("The brows are raised.", "nonmanual"),
        ("The mouth is open and the jaw drops.", "nonmanual"),
        ("The shoulders are raised.", "nonmanual"),
    ],
)
def test_a_sentence_of_one_component(sentence: str, component: str) -> None:
    assert components_of(sentence) == {component}


def test_a_sentence_of_several_or_none() -> None:
    assert components_of("The flat hand taps the chin.") == {"handshape", "location", "movement"}
    assert components_of("A common word.") == frozenset()


@pytest.mark.parametrize(
    ("sentence", "parts"),
    [
        ("The right hand is at the chin.", {"right_hand", "face"}),
        ("The dominant hand taps the palm of the left hand.", {"right_hand", "left_hand"}),
        ("The palm faces left and the fingers point up.", {"right_hand"}),
        ("Both hands move.", {"right_hand", "left_hand"}),
        ("The other fingers are closed.", {"right_hand"}),
        ("The right hand is at the lips.", {"right_hand", "mouth"}),
        ("The right hand touches the left shoulder.", {"right_hand", "body"}),
        ("The eyebrows are raised.", {"face"}),
        ("The tongue is out.", {"mouth"}),
        ("The head nods.", {"face", "body"}),
        ("The body leans to the right.", {"body"}),
        ("Both palms face each other.", {"right_hand", "left_hand"}),
    ],
)
def test_parts(sentence: str, parts: set[str]) -> None:
    assert set(parts_of(sentence)) == parts


def test_a_pronoun_or_a_bare_hand_takes_over_the_hands_before() -> None:
    sentences = ["Both hands are fists.", "They move up.", "The brows are raised.", "It opens."]
    parts = [set(item.parts) for item in statements_of(sentences)]
    assert parts == [{"left_hand", "right_hand"}] * 2 + [{"face"}, {"left_hand", "right_hand"}]
    left = statements_of(["The left hand is flat.", "The palm faces up."])
    assert [set(item.parts) for item in left] == [{"left_hand"}] * 2


@pytest.mark.parametrize(
    "sentence",
    [
        "Etymology: the wings of a bird.",
        "Usage: formal.",
        "See also TREE.",
        "The sign means a house with a roof.",
        "It is often used for children.",
        "The hands represent two people.",
        "A homophone of BANK.",
        "Derived from the hand of a clock.",
        "Older signers move the hand twice.",
    ],
)
def test_what_is_not_movement(sentence: str) -> None:
    assert not is_movement(sentence)


@pytest.mark.parametrize(
    "sentence",
    ["The left hand is not used.", "The right hand moves up.", 'Use the handshape of "A".'],
)
def test_what_is(sentence: str) -> None:
    assert is_movement(sentence)


def test_a_meaning_clause_goes_alone() -> None:
    text = without_meaning_clause("The hand moves up, representing growth, and stops.")
    assert text == "The hand moves up, and stops."


def test_sentences_that_name_nothing_of_signing() -> None:
    assert speaks_of_signing("The nose wrinkles.")
    assert not speaks_of_signing("Common in the north.")
