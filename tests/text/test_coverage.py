"""Labels beside descriptions."""

from gspmc.text.coverage import Coverage, coverage
from gspmc.text.description import Description


def described(label: str, refined: str) -> Description:
    return Description(label=label, primary="The sign.", refined=refined, parts=[])


def test_gaps_on_either_side_and_texts_alike() -> None:
    texts = {"a": "The hand  rises.", "b": "the hand rises.", "c": "It falls.", "d": "It falls."}
    read = {label: described(label, text) for label, text in texts.items()}
    assert coverage({"a", "b", "c", "e"}, read) == Coverage(["e"], ["d"], [["a", "b"]])
