from pathlib import Path

import numpy as np
import pytest
import torch

from gspmc.errors import GspmcError
from gspmc.skeleton import PARTS
from gspmc.text.bank import TextBank, build_bank
from gspmc.text.description import Description, PartText
from gspmc.text.encoder import TooLongError
from gspmc.text.matching import match_descriptions


class LetterCounts:
    """A stand-in for a text encoder: vectors are letter counts, so a test can work them out."""

    name, width, limit = "letters", 26, 1000

    def __init__(self, fingerprint: str = "0") -> None:
        self.fingerprint = fingerprint
        self.encoded: list[str] = []

    def encode(self, texts: list[str]) -> np.ndarray:
        self.encoded += texts
        rows = [[text.lower().count(chr(97 + i)) for i in range(26)] for text in texts]
        vectors = np.array(rows, dtype=np.float32).reshape(len(texts), 26)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def descriptions() -> dict[str, Description]:
    shared = PartText(text="fist", parts=["right_hand", "left_hand"])
    return {
        "go": Description(
            label="go",
            primary="primary go",
            refined="refined go",
            synonyms=["one", "two"],
            parts=[shared, PartText(text="brow", parts=["face"])],
        ),
        "no": Description(label="no", primary="primary no", parts=[shared]),
        "unused": Description(label="unused", primary="never", parts=[]),
    }


def check_rows(bank: TextBank) -> None:
    assert bank.texts == ["primary no", "fist", "refined go", "one", "two", "fist", "brow"]
    assert bank.labels.tolist() == [0, 0, 1, 1, 1, 1, 1]
    assert bank.kind == ("refined", "part", "refined", "synonym", "synonym", "part", "part")
    assert bank.classes == ("no", "go")
    hands = [part in ("left_hand", "right_hand") for part in PARTS]
    assert bank.parts.dtype == torch.bool
    assert bank.parts[[1, 5]].tolist() == [hands, hands]
    assert bank.parts[6].tolist() == [part == "face" for part in PARTS]
    assert not bank.parts[[0, 2, 3, 4]].any()
    torch.testing.assert_close(bank.vectors, torch.from_numpy(LetterCounts().encode(bank.texts)))


def test_rows_follow_the_classes() -> None:
    encoder = LetterCounts()
    check_rows(build_bank(descriptions(), ["no", "go"], encoder))
    assert sorted(encoder.encoded) == sorted(set(encoder.encoded)), "a shared text is encoded once"
    assert not any("primary go" in text or "never" in text for text in encoder.encoded)


def test_the_cache_is_read_and_keyed_by_texts_and_encoder(tmp_path: Path) -> None:
    first, again = LetterCounts(), LetterCounts()
    build_bank(descriptions(), ["no", "go"], first, tmp_path)
    check_rows(build_bank(descriptions(), ["no", "go"], again, tmp_path))
    assert first.encoded
    assert not again.encoded
    other_weights = LetterCounts(fingerprint="1")
    build_bank(descriptions(), ["no", "go"], other_weights, tmp_path)
    other_texts = LetterCounts()
    changed = descriptions()
    changed["no"].refined = "another"
    build_bank(changed, ["no", "go"], other_texts, tmp_path)
    assert other_weights.encoded
    assert other_texts.encoded
    assert len(list(tmp_path.iterdir())) == 3


@pytest.mark.parametrize("damage", ["cut", "foreign", "empty", "zero vector"])
def test_a_damaged_or_foreign_cache_is_rebuilt(tmp_path: Path, damage: str) -> None:
    build_bank(descriptions(), ["no", "go"], LetterCounts(), tmp_path)
    (path,) = tmp_path.iterdir()
    whole = path.read_bytes()
    if damage == "cut":
        path.write_bytes(whole[: len(whole) // 2])
    elif damage == "foreign":
        build_bank(descriptions(), ["no"], LetterCounts(), tmp_path)
        (other,) = set(tmp_path.iterdir()) - {path}
        other.replace(path)
    elif damage == "empty":
        path.write_bytes(b"")
    else:
        path.write_bytes(whole[: -26 * 4] + bytes(26 * 4))
    encoder = LetterCounts()
    check_rows(build_bank(descriptions(), ["no", "go"], encoder, tmp_path))
    assert encoder.encoded
    assert path.read_bytes() == whole


def test_missing_labels_are_listed() -> None:
    with pytest.raises(GspmcError, match=r"2 of 3 labels have no description: yes, maybe;"):
        build_bank(descriptions(), ["yes", "go", "maybe"], LetterCounts())


def test_matching_lists_both_sides() -> None:
    missing, unused = match_descriptions(["yes", "go", "yes"], descriptions())
    assert missing == ["yes"]
    assert unused == ["no", "unused"]


def test_labels_without_a_description_can_be_left_without_texts() -> None:
    bank = build_bank(descriptions(), ["maybe", "no", "yes"], LetterCounts(), undescribed="leave")
    assert bank.classes == ("maybe", "no", "yes")
    assert bank.labels.tolist() == [1, 1] and bank.texts == ["primary no", "fist"]
    with pytest.raises(GspmcError, match="1 of 1 labels have no description: maybe;"):
        build_bank(descriptions(), ["maybe"], LetterCounts(), undescribed="leave")


def test_the_sign_of_a_text_that_is_too_long_is_named() -> None:
    class Short(LetterCounts):
        def encode(self, texts: list[str]) -> np.ndarray:
            raise TooLongError("text of 9 tokens is over 3", "fist")

    with pytest.raises(GspmcError, match=r"^sign 'no', part text of 9 tokens is over 3$"):
        build_bank(descriptions(), ["no", "go"], Short())
