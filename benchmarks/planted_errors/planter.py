"""One error of any kind put into a description, and what is wrong then."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from benchmarks.planted_errors.codes import (
    FINGERS,
    PLACE_WORDS,
    Morphemes,
    is_wrong_path,
    is_wrong_place,
    same,
    wrong,
)
from benchmarks.planted_errors.facts import disagreeing_tags, without_a_fact
from benchmarks.planted_errors.pool import Pool

from gspmc.describe.entry import Entry
from gspmc.text import Description, PartText
from gspmc.text.encoder import TextEncoder

WORDS = 60
LETTERS = ("A", "B", "C", "F", "G", "H", "K", "L", "Q", "S", "V", "W", "Y", "5", "bent-V", "open-8")
NAMES = ("LOVE", "FATHER", "HOUSE", "TREE", "MUSIC", "WATER", "MONEY", "FRIEND", "STAR", "TRAIN")


@dataclass(frozen=True)
class Planted:
    """One error, and the words that hold it."""

    label: str
    field: str
    rule: str
    quote: str
    other: str = ""
    """The other label of a near-identical pair."""
    scope: str = ""


class Planter:
    """Descriptions under change; what has been touched stays as it is."""

    def __init__(
        self,
        descriptions: dict[str, Description],
        entries: dict[str, Entry],
        encoder: TextEncoder,
        pool: Pool,
        seed: int,
    ) -> None:
        self.descriptions = {
            label: description.model_copy(deep=True) for label, description in descriptions.items()
        }
        self.original = descriptions
        self.entries = entries
        self.encoder = encoder
        self.pool = pool
        self.random = random.Random(seed)
        self.truth: list[Planted] = []
        self.used: set[tuple[str, str]] = set()
        self.whole: set[str] = set()
        """Labels with another sign's texts; nothing else is planted there."""

    def plant(self, rule: str, count: int) -> None:
        """Plant up to ``count`` errors of a rule, in labels drawn at random."""
        maker: Callable[[str], Planted | None] = getattr(
            self, f"_{rule.split('contradicted_')[-1]}"
        )
        labels = [label for _ in range(4) for label in self._shuffled(self.descriptions)]
        done = 0
        for label in labels:
            if done == count:
                break
            if label in self.whole:
                continue
            planted = maker(label)
            if planted is not None:
                self.truth.append(planted)
                self.used.add((planted.label, planted.field))
                done += 1

    def _shuffled(self, items: object) -> list:
        items = list(items)  # type: ignore[call-overload]
        self.random.shuffle(items)
        return items

    def _morphemes(self, label: str) -> Morphemes:
        return json.loads(self.entries[label].codes)["morphemes"]

    def _free(self, label: str, kinds: str = "refined synonyms parts") -> Iterator[str]:
        description = self.descriptions[label]
        fields = ["refined"] if "refined" in kinds else []
        if "synonyms" in kinds:
            fields += [f"synonyms[{row}]" for row in range(len(description.synonyms))]
        if "parts" in kinds:
            fields += [f"parts[{row}]" for row in range(len(description.parts))]
        for field in self._shuffled(fields):
            if (label, field) not in self.used:
                yield field

    def _text(self, label: str, field: str) -> str:
        description = self.descriptions[label]
        if field == "refined":
            return description.refined_text
        row = int(field.split("[")[1][:-1])
        return description.synonyms[row] if "syn" in field else description.parts[row].text

    def _write(self, label: str, field: str, text: str) -> None:
        description = self.descriptions[label]
        if field == "refined":
            description.refined = text
            return
        row = int(field.split("[")[1][:-1])
        if field.startswith("synonyms"):
            description.synonyms[row] = text
        else:
            description.parts[row].text = text

    def _add_part(self, label: str, text: str, parts: tuple[str, ...]) -> str:
        self.descriptions[label].parts.append(PartText(text=text, parts=list(parts)))  # type: ignore[arg-type]
        return f"parts[{len(self.descriptions[label].parts) - 1}]"

    def _sentence_in(
        self, label: str, rule: str, sentence: str, kinds: str = "refined synonyms parts"
    ) -> Planted | None:
        """Put a sentence at the end of a text, or after its first sentence."""
        field = next(self._free(label, kinds), None)
        if field is None:
            return None
        text = self._text(label, field)
        if text[-1] not in ".!?":
            text = f"{text}."
        first = re.match(r"[^.]+\.(?= )", text)
        if first and self.random.random() < 0.4:
            text = f"{first[0]} {sentence}{text[first.end() :]}"
        else:
            text = f"{text} {sentence}"
        self._write(label, field, text)
        return Planted(label, field, rule, sentence)

    def _swapped(self, label: str, rule: str, *kinds: str) -> Planted | None:
        """Replace words of a text by words of the opposite."""
        morphemes = self._morphemes(label)
        for kind, pattern, replacement in self._shuffled(self.pool.swaps):
            if kind not in kinds:
                continue
            if kind == "location":
                if not is_wrong_place(PLACE_WORDS[replacement], morphemes):
                    continue
            elif kind == "path":
                name = replacement.split()[0]
                movement = {"straight": "Straight", "circular": "Circular"}.get(name, "Curved")
                if not is_wrong_path(movement, morphemes):
                    continue
            elif not wrong(kind, morphemes):
                continue
            elif kind in ("bent", "straight") and "index" in pattern:
                if "i" not in same(morphemes, "SelectedFingers"):
                    continue
            elif kind == "bent" and same(morphemes, "SelectedFingers") != "imrp":
                continue
            for field in self._free(label):
                text, count = re.subn(pattern, replacement, self._text(label, field), count=1)
                if count:
                    self._write(label, field, text)
                    return Planted(label, field, rule, replacement)
        return None

    # one method a rule, by the rule's name

    def _reference_in_text(self, label: str) -> Planted | None:
        name = self.random.choice(NAMES)
        wording = self.random.choice(self.pool.references)
        sentence = wording.format(name=name, word=name.lower())
        return self._sentence_in(label, "reference_in_text", sentence)

    def _letter_in_text(self, label: str) -> Planted | None:
        letter = self.random.choice(LETTERS)
        sentence = self.random.choice(self.pool.letters).format(letter=letter)
        return self._sentence_in(label, "letter_in_text", sentence)

    def _meaning_in_text(self, label: str) -> Planted | None:
        sentence = self.random.choice(self.pool.meanings).format(word=label)
        return self._sentence_in(label, "meaning_in_text", sentence)

    def _over_word_target(self, label: str) -> Planted | None:
        return self._padded(label, "over_word_target", lambda text: len(text.split()) > WORDS)

    def _over_encoder_limit(self, label: str) -> Planted | None:
        limit = self.encoder.limit
        return self._padded(
            label,
            "over_encoder_limit",
            lambda text: self.encoder.count_tokens([text])[0] > limit,
        )

    def _padded(self, label: str, rule: str, is_long: Callable[[str], bool]) -> Planted | None:
        field = next(self._free(label), None)
        if field is None:
            return None
        text = self._text(label, field).rstrip(".") + "."
        while not is_long(text):
            text = f"{text} {self.random.choice(self.pool.padding)}"
        self._write(label, field, text)
        return Planted(label, field, rule, text)

    def _part_tags(self, label: str) -> Planted | None:
        if self.random.random() < 0.5:
            text, tags = self.random.choice(self.pool.mistagged)
            is_left = re.search(r"\b(?:left|both)\b", text, re.IGNORECASE)
            if is_left and wrong("left_hand", self._morphemes(label)):
                return None
            return Planted(label, self._add_part(label, text, tags), "part_tags", text)
        for field in self._free(label, "parts"):
            part = self.descriptions[label].parts[int(field[6:-1])]
            tags = disagreeing_tags(part, self.random)
            if tags:
                part.parts = tags  # type: ignore[assignment]
                return Planted(label, field, "part_tags", part.text)
        return None

    def _one_handed_left_hand(self, label: str) -> Planted | None:
        if not wrong("left_hand", self._morphemes(label)):
            return None
        sentence = self.random.choice(self.pool.left_hand)
        if self.random.random() < 0.6:
            field = self._add_part(label, sentence, ("left_hand",))
            return Planted(label, field, "one_handed_left_hand", sentence)
        return self._sentence_in(label, "one_handed_left_hand", sentence, "refined synonyms")

    def _near_identical(self, label: str) -> Planted | None:
        others = [name for name in self.original if name != label and name not in self.whole]
        other = self.random.choice(others)
        if self.random.random() < 0.25:
            if any(used == label for used, _ in self.used) or (other, "refined") in self.used:
                return None
            donor = self.original[other]
            copied = self.descriptions[label]
            copied.refined = self._edited(donor.refined_text)
            copied.synonyms = list(donor.synonyms)
            copied.parts = [part.model_copy(deep=True) for part in donor.parts]
            self.whole.add(label)
            self.used.add((other, "refined"))  # the other end of the pair stays as it is
            return Planted(label, "refined", "near_identical", copied.refined, other, "label")
        field = next(self._free(label, "synonyms"), None)
        row = int(field[9:-1]) if field else 0
        if (
            field is None
            or row >= len(self.original[other].synonyms)
            or ((other, field) in self.used)
        ):
            return None
        self._write(label, field, self._edited(self.original[other].synonyms[row]))
        self.used.add((other, field))  # the other end of the pair stays as it is
        return Planted(label, field, "near_identical", self._text(label, field), other)

    def _edited(self, text: str) -> str:
        """At most one word changed."""
        for pattern, replacement in self._shuffled(self.pool.edits)[:3]:
            edited, count = re.subn(pattern, replacement, text, count=1)
            if count:
                return edited
        return text

    def _lost_fact(self, label: str) -> Planted | None:
        if (label, "refined") in self.used:
            return None
        self.used.add((label, "refined"))  # what is lost is measured against it
        field = next(self._free(label, "synonyms"), None)
        if field is None:
            return None
        lost = without_a_fact(self._text(label, field), self.descriptions[label], self.random)
        if lost is None:
            return None
        self._write(label, field, lost)
        return Planted(label, field, "lost_fact", lost)

    def _handedness(self, label: str) -> Planted | None:
        rule = "contradicted_handedness"
        if self.random.random() < 0.4 and (found := self._swapped(label, rule, "both_hands")):
            return found
        for kind in self._shuffled(("both_hands", "one_hand")):
            if wrong(kind, self._morphemes(label)):
                sentence = self.random.choice(getattr(self.pool, kind))
                return self._sentence_in(label, rule, sentence)
        return None

    def _location(self, label: str) -> Planted | None:
        rule = "contradicted_location"
        if self.random.random() < 0.4 and (found := self._swapped(label, rule, "location")):
            return found
        for minor, part, place in self._shuffled(self.pool.places):
            if is_wrong_place(minor, self._morphemes(label)):
                sentence = self.random.choice(self.pool.at).format(place=place)
                if self.random.random() < 0.3:
                    tags = ("right_hand", part)
                    return Planted(label, self._add_part(label, sentence, tags), rule, sentence)
                return self._sentence_in(label, rule, sentence, "refined synonyms")
        return None

    def _claim(self, label: str, rule: str, *kinds: str) -> Planted | None:
        if self.random.random() < 0.4 and (found := self._swapped(label, rule, *kinds)):
            return found
        for kind in self._shuffled(kinds):
            morphemes = self._morphemes(label)
            if wrong(kind, morphemes):
                fingers = FINGERS.get(same(morphemes, "SelectedFingers"), "the fingers")
                several = fingers.endswith("s")
                sentence = self.random.choice(getattr(self.pool, kind)).format(
                    fingers=fingers, are="are" if several else "is"
                )
                return self._sentence_in(label, rule, sentence[0].upper() + sentence[1:])
        return None

    def _contact(self, label: str) -> Planted | None:
        return self._claim(label, "contradicted_contact", "touching", "not_touching")

    def _repetition(self, label: str) -> Planted | None:
        return self._claim(label, "contradicted_repetition", "once", "repeated")

    def _flexion(self, label: str) -> Planted | None:
        return self._claim(label, "contradicted_flexion", "bent", "straight")

    def _path(self, label: str) -> Planted | None:
        rule = "contradicted_path"
        if self.random.random() < 0.4 and (found := self._swapped(label, rule, "path")):
            return found
        for movement, sentence in self._shuffled(self.pool.paths):
            if is_wrong_path(movement, self._morphemes(label)):
                return self._sentence_in(label, rule, sentence)
        return None
