import pytest

from gspmc.describe.mentions import find_mention, find_names


@pytest.mark.parametrize(
    ("sentence", "form", "name", "components"),
    [
        ('Use the same handshape as in "BLICK".', "same", "BLICK", ("handshape",)),
        ("The same location as in ICE_CREAM.", "same", "ICE_CREAM", ("location",)),
        ("Same movement as in the sign for tree.", "same", "tree", ("movement",)),
        ("The movement is the same as in “OAK”.", "same", "OAK", ("movement",)),
        (
            "The same handshape and the same location as for «OAK».",
            "same",
            "OAK",
            ("handshape", "location"),
        ),
        ("Like the sign for TREE but at the chin.", "like", "TREE", ()),
        ('This sign is the same as "TREE".', "like", "TREE", ()),
        ("See OTHER.", "see", "OTHER", ()),
        ('see "ice cream"', "see", "ice cream", ()),
        ("Make the sign for TREE, then touch the chin.", "make", "TREE", ()),
    ],
)
def test_forms(sentence: str, form: str, name: str, components: tuple[str, ...]) -> None:
    mention = find_mention(sentence)
    assert mention is not None
    assert (mention.form, mention.names, mention.components) == (form, (name,), components)
    assert find_names(sentence) == (name,)


def test_what_stands_around_a_reference() -> None:
    mention = find_mention('The left hand has the same handshape as in "A B" and taps.')
    assert mention is not None
    assert (mention.before, mention.after) == ("The left hand", "and taps")
    mention = find_mention("Like OAK, except that the hand moves down.")
    assert mention is not None
    assert mention.after == "the hand moves down"


def test_letters_and_gaps() -> None:
    letter = find_mention("The right hand makes the handshape Q.")
    assert letter is not None
    assert letter.names == ("handshape Q", "Q handshape", "letter Q")
    gap = find_mention('Use the same handshape as in "".')
    assert gap is not None
    assert gap.names == ()


@pytest.mark.parametrize(
    "sentence",
    ["A hand moves up.", "See the chin.", "The hands move like wings.", "Make a fist.", "Sign it."],
)
def test_what_is_no_reference(sentence: str) -> None:
    assert find_mention(sentence) is None
    assert find_names(sentence) == ()
