"""What a text refers to, in any script, followed through the knowledge base and never guessed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from gspmc.describe.entry import Entry, headword_key
from gspmc.describe.knowledge import KnowledgeBase
from gspmc.describe.mentions import find_names
from gspmc.describe.referred import UNRESOLVED, NotFollowed, referred_entry
from gspmc.text.description import Check

QUOTES = re.compile(
    r"\"([^\"\n]{0,40})\"|“([^“”\n]{0,40})”|”([^“”\n]{0,40})”|„([^„“”\n]{0,40})[“”]|"
    r"«([^«»\n]{0,40})»|‘([^‘’\n]{0,40})’|「([^「」\n]{0,40})」|『([^『』\n]{0,40})』|"
    r"《([^《》\n]{0,40})》"
)
"""Quoted words of the scripts that dictionaries are written in."""

CUES = re.compile(
    r"\b(?:signs?|hand ?shapes?|letter|same|like|see|as (?:in|for))\b|"
    r"手势|手語|手语|指式|手形|手型|字母|同|"
    r"수어|수화|손\s?모양|수형|지문자|같|처럼|"
    r"işaret|el şekli|\bharf|\bgibi\b|\baynı\b|"
    r"\bteck(?:en|net|nen)|handform|bokstav|\bsamma\b",
    re.IGNORECASE,
)
"""Words near a quotation which tell that a sign is meant: English, Chinese, Korean, Turkish,
Swedish."""
MOST = 20
"""Entries that are followed from one text; a sign refers to a few."""
NEAR = 14
"""Characters around a quotation in which a cue counts."""

BARE_NAMES = (
    re.compile(r"同([\u3400-\u9fff]{1,8}?)的?手[势勢語语]"),
    re.compile(r"(?:같은|처럼)\s*([가-힣]{1,8})\s*(?:수어|수화)"),
)
"""Names of signs without quotation marks."""

LETTERS = (
    re.compile(r"(?:手指)?字母\s?([A-Z])(?![A-Za-z])|([A-Z])\s?(?:字母)?(?:指式|手形|手型)"),
    re.compile(r"지문자\s?([ㄱ-ㅎㅏ-ㅣA-Z])"),
    re.compile(r"\b([A-ZÇĞİÖŞÜ]) harfi", re.IGNORECASE),
    re.compile(r"\bbokstaven ([A-ZÅÄÖ])\b|\b([A-ZÅÄÖ])-hand(?:en|form)?\b"),
)
"""Handshapes by a letter; the English ones stand in ``mentions``."""
LETTER_NAMES = ("{}", "手指字母{}", "字母{}", "지문자 {}", "{} harfi", "bokstaven {}", "{}-hand")
"""What a corpus may call the entry of a letter."""


@dataclass
class Followed:
    """Entries that a text leads to, and what could not be followed."""

    entries: list[Entry] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)

    def report(self, rule: str, quote: str, message: str) -> None:
        check = Check(rule=rule, field="primary", quote=quote, message=message)
        if check not in self.checks:
            self.checks.append(check)


def follow_references(
    text: str, kb: KnowledgeBase, language: str, start: Entry | None = None
) -> Followed:
    """Entries of the signs, handshapes and letters that a text names, and of those that they name.

    Checks, by rule: ``unresolved_reference`` (no such entry), ``reference_gap`` (a name is
    missing), ``reference_cycle``, ``reference_depth`` and ``reference_many``.

    Args:
        language: of the entries that are followed.
        start: the entry that the text was taken from.
    """
    followed = Followed()
    _follow(text, kb, language, (start,) if start else (), followed)
    return followed


def _follow(
    text: str,
    kb: KnowledgeBase,
    language: str,
    path: tuple[Entry, ...],
    followed: Followed,
    level: int = 1,
) -> None:
    for names, quote, is_certain in _mentions(text):
        entry = referred_entry(kb, names, language, path, level)
        if isinstance(entry, NotFollowed):
            if is_certain or entry.rule != UNRESOLVED:
                followed.report(entry.rule, quote, entry.message)
        elif entry not in followed.entries and len(followed.entries) == MOST:
            followed.report("reference_many", quote, f"not followed: over {MOST} of them")
        elif entry not in followed.entries:
            followed.entries.append(entry)
            _follow(entry.text, kb, language, (*path, entry), followed, level + 1)


def _mentions(text: str) -> Iterator[tuple[tuple[str, ...], str, bool]]:
    """Names to look up in order (none: a gap), the words of the text, and whether a sign is meant
    for certain rather than possibly."""
    seen: set[str] = set()
    for found in QUOTES.finditer(text):
        name = next((group for group in found.groups() if group is not None), "").strip()
        around = text[max(0, found.start() - NEAR) : found.start()] + " "
        around += text[found.end() : found.end() + NEAR]
        if not name or set(name) == {"\ufffd"}:
            yield (), found[0], True
        elif headword_key(name) not in seen:
            seen.add(headword_key(name))
            names = (name,) if len(name) > 1 else _letter_names(name)
            yield names, found[0], CUES.search(around) is not None
    for pattern in (*BARE_NAMES, *LETTERS):
        for found in pattern.finditer(text):
            name = next(group for group in found.groups() if group)
            if headword_key(name) not in seen:
                seen.add(headword_key(name))
                names = (name,) if pattern in BARE_NAMES else _letter_names(name)
                yield names, found[0], True
    # English: capitals and letters. What is found in two forms is one mention.
    for name in find_names(text):
        if headword_key(name) not in seen and headword_key(name[-1]) not in seen:
            seen.add(headword_key(name))
            is_letter = re.fullmatch(r"(?:handshape|letter) (\w)|(\w) handshape", name)
            names = (name,)
            if is_letter:
                letter = is_letter[1] or is_letter[2]
                seen.add(headword_key(letter))
                names = _letter_names(letter)
            yield names, name, True


def _letter_names(letter: str) -> tuple[str, ...]:
    english = (f"handshape {letter}", f"{letter} handshape", f"letter {letter}")
    return (*english, *(form.format(letter) for form in LETTER_NAMES))
