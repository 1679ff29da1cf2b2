"""The hands that a sentence is about: "Both hands hold" said as "The left hand holds"."""

from __future__ import annotations

import re
from typing import Literal

Hands = Literal["right", "left", "both"]

SUBJECTS: dict[Hands, str] = {
    "right": "the right hand",
    "left": "the left hand",
    "both": "both hands",
}
IRREGULAR = {"is": "are", "has": "have", "does": "do", "goes": "go"}
"""Third person singular -> plural, where it is no matter of an s."""
_PLURAL_TO_SINGULAR = {plural: singular for singular, plural in IRREGULAR.items()}

_SUBJECT = re.compile(
    r"^(?P<then>then )?(?:(?P<both>(?:both|the two|the) hands)|(?:the|your|one|a) "
    r"(?:(?P<side>right|left|dominant|non-?dominant) )?hand)\b(?P<aside>, [^,]*,)? "
    r"(?P<verb>\w+)(?P<second> and \w+)?",
    re.IGNORECASE,
)


def hands_of(sentence: str) -> Hands | None:
    """The hands that are the subject of a sentence; None: something else is."""
    found = _SUBJECT.match(sentence)
    if not found:
        return None
    if found["both"]:
        return "both"
    return (
        "left"
        if (found["side"] or "").lower() in ("left", "nondominant", "non-dominant")
        else "right"
    )


def with_hands(sentence: str, hands: Hands) -> str:
    """The sentence with other hands as its subject, its verbs agreeing.

    A sentence whose subject is not a hand is returned as it is.

    >>> with_hands("Both hands hold all four fingers straight.", "left")
    'The left hand holds all four fingers straight.'
    """
    found = _SUBJECT.match(sentence)
    before = hands_of(sentence)
    if not found or before is None or before == hands:
        return sentence
    verbs = [found["verb"]]
    if found["second"]:
        verbs.append(found["second"].removeprefix(" and "))
    if (before == "both") != (hands == "both"):
        verbs = [plural(verb) if hands == "both" else _singular(verb) for verb in verbs]
    aside = (found["aside"] or "") if hands == "both" else ""
    text = f"{found['then'] or ''}{SUBJECTS[hands]}{aside} {' and '.join(verbs)}"
    return f"{text[0].upper()}{text[1:]}{sentence[found.end() :]}"


def _singular(verb: str) -> str:
    if verb in _PLURAL_TO_SINGULAR:
        return _PLURAL_TO_SINGULAR[verb]
    return f"{verb}es" if verb.endswith(("ch", "sh", "ss", "x")) else f"{verb}s"


def plural(verb: str) -> str:
    """A verb in the third person singular, put into the plural."""
    if verb in IRREGULAR:
        return IRREGULAR[verb]
    if verb.endswith(("ches", "shes", "sses", "xes")):
        return verb[:-2]
    return verb.removesuffix("s")
