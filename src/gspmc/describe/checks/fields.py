"""The encoded texts of a description one by one, each with the name of its place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gspmc.skeleton import Part
from gspmc.text.bank import Kind
from gspmc.text.description import Check, Description


@dataclass(frozen=True)
class FieldText:
    """One text that is encoded."""

    field: str
    """``refined``, ``synonyms[0]``, ``parts[2]``: counted from 0 as in the file."""
    kind: Kind
    text: str
    tags: tuple[Part, ...] = ()

    def check(self, rule: str, quote: str, message: str) -> Check:
        """A finding about this text."""
        return Check(rule=rule, field=self.field, quote=quote, message=message)


def texts_of(description: Description) -> Iterator[FieldText]:
    """Refined text, synonyms, part texts; where there is no refined text the primary stands in."""
    yield FieldText("refined", "refined", description.refined_text)
    for row, text in enumerate(description.synonyms):
        yield FieldText(f"synonyms[{row}]", "synonym", text)
    for row, part in enumerate(description.parts):
        yield FieldText(f"parts[{row}]", "part", part.text, tuple(part.parts))
