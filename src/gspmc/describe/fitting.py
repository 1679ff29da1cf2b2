"""What is dropped where a text does not fit the encoder, in a documented order."""

from __future__ import annotations

import re
from collections.abc import Sequence

from gspmc.describe.statements import Statement
from gspmc.text.description import Check
from gspmc.text.encoder import TextEncoder

DROP_ORDER = (
    "",
    "orientation",
    "nonmanual",
    "second_hand",
    "movement",
    "location",
    "handshape",
)
"""Components from the first dropped to the last; "": a sentence of no known component.

Within a component the last sentence goes first. A sentence of several components counts as the one
that is dropped last. One sentence always stays.
"""

RULE = "over_token_limit"
"""Rule under which everything that was dropped or cut is listed."""

_CLAUSE = re.compile(r"[,;:] [^,;:]*$")


def fitting_statements(
    statements: Sequence[Statement], encoder: TextEncoder
) -> tuple[list[Statement], list[Check]]:
    """The statements whose joined text fits the encoder, and a check for each one dropped."""
    kept = list(statements)
    checks = []
    while len(kept) > 1 and not fits(" ".join(item.text for item in kept), encoder):
        dropped = min(range(len(kept)), key=lambda row: (_rank(kept[row]), -row))
        statement = kept.pop(dropped)
        checks.append(
            Check(
                rule=RULE,
                field="refined",
                quote=statement.text,
                message=f"left out: over {encoder.limit} tokens of {encoder.name}",
            )
        )
    if kept:
        text, check = fitting_text(kept[0].text, "refined", encoder)
        if check and len(kept) == 1:
            kept = [Statement(text, kept[0].components, kept[0].parts)]
            checks.append(check)
    return kept, checks


def fitting_text(text: str, field: str, encoder: TextEncoder) -> tuple[str, Check | None]:
    """One sentence cut at its last clauses, or its last words, until it fits; the cut is listed."""
    whole = text
    while not fits(text, encoder):
        shorter = _CLAUSE.sub("", text.rstrip(".")) + "."
        if shorter.rstrip(".") == text.rstrip("."):
            shorter = " ".join(text.rstrip(".").split()[:-1]) + "."
        if len(shorter) >= len(text) or len(shorter) < 2:
            break
        text = shorter
    if text == whole:
        return text, None
    message = f"cut after '{text[-30:]}': over {encoder.limit} tokens of {encoder.name}"
    return text, Check(rule=RULE, field=field, quote=whole, message=message)


def fits(text: str, encoder: TextEncoder) -> bool:
    """Whether a text is within the encoder's limit, special tokens included."""
    return encoder.count_tokens([text])[0] <= encoder.limit


def _rank(statement: Statement) -> int:
    return max((DROP_ORDER.index(name) for name in statement.components), default=0)
