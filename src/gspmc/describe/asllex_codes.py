"""ASL-LEX's codes of signs as a table: see :mod:`gspmc.text.codes`."""

from __future__ import annotations

import json
from collections.abc import Iterable

from gspmc.describe.asllex_values import NOT_CODED
from gspmc.describe.choice import choose_entry
from gspmc.describe.knowledge import KnowledgeBase
from gspmc.describe.labels import Label
from gspmc.errors import GspmcError

WHOLE_SIGN = (
    *("SignType", "Movement", "RepeatedMovement", "Contact"),
    *("MajorLocation", "MinorLocation", "SecondMinorLocation"),
)
DOMINANT_HAND = (
    *("Handshape", "SelectedFingers", "Flexion", "FlexionChange", "Spread", "SpreadChange"),
    *("ThumbPosition", "ThumbContact", "UlnarRotation"),
)
OTHER_HAND = ("NonDominantHandshape",)
COLUMNS = {
    **{field: field for field in WHOLE_SIGN},
    **{field: f"right_hand/{field}" for field in DOMINANT_HAND},
    **{field: f"left_hand/{field}" for field in OTHER_HAND},
}
"""Field of ASL-LEX -> column of the file. The dominant hand is the right one, as in the texts."""


def codes_of_labels(labels: Iterable[str], kb: KnowledgeBase) -> dict[str, dict[str, str]]:
    """Label -> column -> value, of the first morpheme of the entry that would be described.

    Labels without an entry, or whose entry holds no codes, are not there.

    Raises:
        GspmcError: none of the labels has codes.
    """
    found: dict[str, dict[str, str]] = {}
    for label in labels:
        choice = choose_entry(Label(label), kb, None)
        morphemes = json.loads(choice.entry.codes or "{}").get("morphemes") if choice else None
        if morphemes:
            values = {COLUMNS[field]: morphemes[0].get(field, "") for field in COLUMNS}
            found[label] = {
                column: "" if value in NOT_CODED else value for column, value in values.items()
            }
    if not found:
        raise GspmcError(
            f"{kb.uri} holds no codes of these labels: give a knowledge base that `gspmc kb build "
            "asl-lex` made"
        )
    return found
