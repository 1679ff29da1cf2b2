"""How an expert text mentions another sign: the forms that are understood, as expressions."""

from __future__ import annotations

import re
from dataclasses import dataclass

from gspmc.describe.statements import split_sentences

COMPONENT_WORDS = {
    "handshape": "handshape",
    "hand shape": "handshape",
    "hand configuration": "handshape",
    "location": "location",
    "place of articulation": "location",
    "place": "location",
    "movement": "movement",
    "motion": "movement",
    "palm orientation": "orientation",
    "orientation": "orientation",
    "second hand": "second_hand",
    "facial expression": "nonmanual",
    "expression": "nonmanual",
    "non-manual": "nonmanual",
}
"""What a corpus calls a component -> our name for it."""

_COMPONENT = "|".join(sorted(COMPONENT_WORDS, key=len, reverse=True))
_OPEN, _CLOSE = "[\"“”«‘']", "[\"“”»’']"
_NAME = (
    rf"(?:the sign (?:for |of )?)?(?:{_OPEN}(?P<quoted>[^\"“”«»‘’']*){_CLOSE}|"
    r"(?P<capitals>[A-Z][A-Z0-9]+(?:[_-][A-Z0-9]+)*(?: [A-Z][A-Z0-9]+)*)\b)"
)
"""A headword: quoted, or in capitals (two letters at least). Empty quotes are a gap."""
_SIGN_FOR = r"the sign for (?P<plain>[a-z][\w-]*)"

SAME = re.compile(
    rf"(?i:\b(?:the )?same (?P<components>(?:{_COMPONENT})(?:(?:,| and|, and)(?: the same| the)? "
    rf"(?:{_COMPONENT}))*) (?:as|that) (?:(?:in|for|of|with|that of|is used in) )?)"
    rf"(?:{_NAME}|{_SIGN_FOR})"
)
"""the same handshape (location, movement, …) as in "OTHER"."""

IS_SAME = re.compile(
    rf"(?i:\b(?:the )?(?P<components>{_COMPONENT}) (?:is|are) (?:the same )?(?:as|that) "
    rf"(?:(?:in|for|of|with|that of) )?)(?:{_NAME}|{_SIGN_FOR})"
)
"""the movement is the same as in "OTHER"."""

LETTER = re.compile(
    r"(?:the )?(?:[\"“](?P<quoted>[A-Z0-9])[\"”]|(?P<capitals>[A-Z0-9]))[- ][Hh]and ?shape\b|"
    r"(?:the )?(?:[Hh]and ?shape|[Mm]anual (?:letter|alphabet)) [\"“]?(?P<after>[A-Z0-9])\b[\"”]?"
)
"""A handshape by its letter: "handshape Q", the "5" handshape, the manual letter A."""

LIKE = re.compile(
    r"^(?i:(?:this (?:sign )?is |it is |is )?(?:made |signed |done |formed )?"
    rf"(?:the same as|same as|just like|like|similar to) (?:in )?)(?:{_NAME}|{_SIGN_FOR})"
    r"(?i:,? (?:but|except(?: that)?|only) (?P<change>.+?))?[.!]?$"
)
"""like the sign for OTHER (but …)."""

SEE = re.compile(rf"^(?i:see|=|same sign as|refer to):? ?(?:{_NAME}|{_SIGN_FOR})[.!]?$")
"""see OTHER."""

MAKE = re.compile(
    rf"^(?i:(?:first )?(?:make|sign|form|do|perform|produce) )(?:{_NAME}|{_SIGN_FOR})"
    r"(?i:,?(?: and)? then (?P<rest>.+?))?[.!]?$"
)
"""Make the sign for OTHER, then …"""

ANY = re.compile(
    rf"(?i:the sign (?:for|of) )(?:{_NAME}|(?P<plain>[a-z][\w-]*))|{_OPEN}(?P<loose>"
    r"[A-Z][A-Z0-9_ -]*)[\"“”»’']"
)
"""A mention in a form that is not understood."""

SIGN_OF_ONE = re.compile(
    r"(?i:sign (?:for|of)\b|hand ?shape|manual (?:letter|alphabet))|[\"“”«»‘’']|[A-Z][A-Z0-9]"
)
"""What every form of a mention has at least: most prose is passed over by it, ten times as fast."""

_PARTICIPLE = re.compile(
    r"[,;]?\s*(?i:\b(?:by using|using|uses|use|with|has|have|having|takes?|makes?|keeps?|holds?|in|"
    r"at|is|are))?\s*$"
)
"""What joins a reference to its sentence, to be taken away with it."""


@dataclass(frozen=True)
class Mention:
    """One reference of a sentence, in a form that is understood."""

    form: str
    """same, like, see or make"""
    names: tuple[str, ...]
    """Headwords to look up, in order; none: the text has a gap where the name should be."""
    components: tuple[str, ...] = ()
    """Of the form "same": what is taken over."""
    before: str = ""
    """The sentence before the reference, its joining word taken away."""
    after: str = ""
    """The sentence after it: the change ("but …"), or what follows ("then …")."""


def find_mention(sentence: str) -> Mention | None:
    """The reference of a sentence, where it has one in a form that is understood."""
    for form, pattern, group in (
        ("like", LIKE, "change"),
        ("see", SEE, None),
        ("make", MAKE, "rest"),
    ):
        found = pattern.match(sentence)
        if found:
            after = (found.group(group) or "") if group else ""
            return Mention(form, _names(found), after=after)
    found = SAME.search(sentence) or IS_SAME.search(sentence)
    if found:
        words = re.split(r",? and |, ", found["components"].lower())
        named = [COMPONENT_WORDS[word.removeprefix("the ").removeprefix("same ")] for word in words]
        components = tuple(dict.fromkeys(named))
        return Mention("same", _names(found), components, *_around(sentence, found))
    found = LETTER.search(sentence)
    if found:
        letter = found["quoted"] or found["capitals"] or found["after"]
        names = (f"handshape {letter}", f"{letter} handshape", f"letter {letter}")
        return Mention("same", names, ("handshape",), *_around(sentence, found))
    return None


def find_names(text: str) -> tuple[str, ...]:
    """Every headword that a text mentions in any form, once each."""
    if not SIGN_OF_ONE.search(text):
        return ()
    names: list[str] = []
    for sentence in split_sentences(text):
        mention = find_mention(sentence)
        names += mention.names if mention else ()
        names += [name for found in ANY.finditer(sentence) for name in _names(found)]
    return tuple(dict.fromkeys(names))


def _names(found: re.Match[str]) -> tuple[str, ...]:
    groups = found.groupdict()
    name = next(
        (groups[key] for key in ("quoted", "capitals", "plain", "loose") if groups.get(key)), ""
    ).strip()
    return (name,) if name else ()


def _around(sentence: str, found: re.Match[str]) -> tuple[str, str]:
    before = _PARTICIPLE.sub("", sentence[: found.start()]).strip()
    return before, sentence[found.end() :].strip().rstrip(".").strip()
