from collections.abc import Callable

from gspmc.describe.fitting import fits, fitting_statements, fitting_text
from gspmc.describe.statements import statements_of
from gspmc.text.encoder import TextEncoder

SENTENCES = [
    "The right hand makes a fist.",
    "The right hand is at the chin.",
    "The right hand moves up.",
    "The left hand keeps still.",
    "The brows are raised.",
    "The palm faces down.",
    "All of it.",
]
DROPPED_FIRST = [6, 5, 4, 3, 2, 1]

Words = Callable[[int], TextEncoder]


def test_sentences_are_dropped_in_the_documented_order(words: Words) -> None:
    sizes = [len(sentence.split()) for sentence in SENTENCES]
    for count in range(len(DROPPED_FIRST) + 1):
        gone = DROPPED_FIRST[:count]
        room = sum(size for row, size in enumerate(sizes) if row not in gone) + 2
        kept, checks = fitting_statements(statements_of(SENTENCES), words(room))
        assert [item.text for item in kept] == [
            sentence for row, sentence in enumerate(SENTENCES) if row not in gone
        ]
        assert [check.quote for check in checks] == [SENTENCES[row] for row in gone]
        assert {check.rule for check in checks} <= {"over_token_limit"}


def test_within_a_component_the_last_goes_first(words: Words) -> None:
    sentences = ["The right hand moves up.", "The right hand moves down."]
    kept, checks = fitting_statements(statements_of(sentences), words(7))
    assert [item.text for item in kept] == sentences[:1]
    assert len(checks) == 1


def test_one_sentence_is_cut_at_clauses_then_words(words: Words) -> None:
    text = "The hand moves up, then down, then up again."
    short, check = fitting_text(text, "parts", words(8))
    assert short == "The hand moves up, then down."
    assert check is not None
    assert (check.field, check.quote) == ("parts", text)
    shorter, _ = fitting_text(text, "parts", words(5))
    assert shorter == "The hand moves."
    assert fitting_text(text, "parts", words(50)) == (text, None)


def test_a_single_long_sentence_still_fits(words: Words) -> None:
    statements = statements_of(["The right hand moves up, then down, then up again."])
    kept, checks = fitting_statements(statements, words(9))
    assert fits(kept[0].text, words(9))
    assert [check.rule for check in checks] == ["over_token_limit"]
