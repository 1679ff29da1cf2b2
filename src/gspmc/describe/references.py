"""References of an expert text, followed through the knowledge base, never guessed (METHOD §3)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from gspmc.describe.entry import Entry
from gspmc.describe.keywords import MODIFIERS_ONLY
from gspmc.describe.knowledge import KnowledgeBase
from gspmc.describe.mentions import ANY, Mention, find_mention
from gspmc.describe.referred import UNRESOLVED, NotFollowed, referred_entry
from gspmc.describe.statements import (
    Statement,
    components_of,
    is_movement,
    parts_of,
    split_sentences,
    statements_of,
    without_meaning_clause,
)
from gspmc.describe.subjects import Hands, hands_of, with_hands
from gspmc.text.description import Check

NOT_MOVEMENT = "not_movement"
"""Rule under which sentences that were left out are recorded."""


@dataclass
class Resolved:
    """Sentences about movement without references, and what happened on the way."""

    sentences: list[str] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    used: list[Entry] = field(default_factory=list)
    """Other entries that were followed."""

    def report(self, rule: str, quote: str, message: str) -> None:
        self.checks.append(Check(rule=rule, field="refined", quote=quote, message=message))


def resolve_references(entry: Entry, kb: KnowledgeBase) -> Resolved:
    """Sentences of an entry with its references replaced by what they refer to.

    Sentences of meaning, etymology, usage and homophones are dropped first, here and in every entry
    referred to. What cannot be resolved is left out and reported as a check, by rule:
    ``not_movement`` (dropped), ``unresolved_reference`` (no such entry, or an entry that does not
    speak of the component alone), ``reference_gap`` (a name is missing), ``reference_cycle``,
    ``reference_depth``, ``reference_form`` (a form that is not understood; the sentence stays),
    ``unclear_change`` ("like … but …", where what changes cannot be told from what stays).
    """
    result = Resolved()
    result.sentences = _Resolver(kb, result).sentences(entry, (entry,))
    return result


class _Resolver:
    """One descent through the references, collecting into one result."""

    def __init__(self, kb: KnowledgeBase, result: Resolved) -> None:
        self.kb = kb
        self.result = result

    def sentences(self, entry: Entry, path: tuple[Entry, ...]) -> list[str]:
        """Resolved sentences of an entry; ``path`` are the entries that led here, itself last."""
        own: list[str] = []
        for sentence in split_sentences(entry.text):
            if not is_movement(sentence):
                if len(path) == 1:
                    self.result.report(NOT_MOVEMENT, sentence, "not about movement, left out")
                continue
            own.append(without_meaning_clause(sentence))
        hands = _hands_of_text(own)
        return [piece for sentence in own for piece in self._resolve(sentence, hands, path)]

    def _resolve(self, sentence: str, hands: Hands, path: tuple[Entry, ...]) -> list[str]:
        mention = find_mention(sentence)
        if mention is None:
            if ANY.search(sentence):
                self.result.report(
                    "reference_form", sentence, "mentions a sign in a form that is not understood"
                )
            return [sentence]
        if mention.form == "same":
            return self._same(sentence, mention, hands, path)
        donor = self._follow(sentence, mention, path)
        after = [_as_sentence(mention.after)] if mention.after else []
        if mention.form == "make" or not after:
            after = [f"Then {text[0].lower()}{text[1:]}" for text in after]
            return [*(donor or []), *after]
        changes = [piece for text in after for piece in self._resolve(text, hands, path)]
        return self._changed(sentence, donor, changes)

    def _follow(self, sentence: str, mention: Mention, path: tuple[Entry, ...]) -> list[str] | None:
        """Resolved sentences of the entry mentioned; None and a check where there is none."""
        entry = referred_entry(self.kb, mention.names, path[-1].language, path, len(path))
        if isinstance(entry, NotFollowed):
            self.result.report(entry.rule, sentence, entry.message)
            return None
        if entry not in self.result.used:
            self.result.used.append(entry)
        return self.sentences(entry, (*path, entry))

    def _same(
        self, sentence: str, mention: Mention, hands: Hands, path: tuple[Entry, ...]
    ) -> list[str]:
        """Sentences of the entry mentioned that speak of the components asked for, and the rest.

        What went wrong in sentences of that entry that were not asked for is not reported.
        """
        reported = len(self.result.checks)
        donor = self._follow(sentence, mention, path)
        lacking = []
        carrier = hands_of(f"{mention.before} is") or hands
        taken: list[str] = []
        for component in mention.components if donor is not None else ():
            pure = [
                statement
                for statement in statements_of(donor or [])
                if statement.components == {component}
            ]
            if not pure:
                lacking.append(component)
            taken += [_adapted(statement, carrier) for statement in pure]
        if donor is not None and not lacking:
            del self.result.checks[reported:]
        for component in lacking:
            self.result.report(
                UNRESOLVED,
                sentence,
                f"'{mention.names[0]}' has no sentence that speaks of its {component} alone",
            )
        return [*taken, *_rest(mention)]

    def _changed(self, sentence: str, donor: list[str] | None, changes: list[str]) -> list[str]:
        """The donor's sentences without those that the changes replace, then the changes."""
        kept: list[str] = []
        replaced = [statement for text in changes if (statement := _replacement(text))]
        if donor is not None and len(replaced) < len(changes) and not _only_modifies(changes):
            self.result.report("unclear_change", sentence, "cannot tell what the change replaces")
        for statement in statements_of(donor or []):
            hit = next((change for change in replaced if _overlap(statement, change)), None)
            if hit is None:
                kept.append(statement.text)
            elif not statement.components <= hit.components:
                self.result.report(
                    "unclear_change",
                    statement.text,
                    "left out: it speaks of what changes and of other things together",
                )
        return [*kept, *changes]


def _hands_of_text(sentences: Iterable[str]) -> Hands:
    """The hands that a text is mostly about: both, where any sentence has both as its subject."""
    subjects = {hands_of(sentence) for sentence in sentences}
    return "both" if "both" in subjects else "right"


def _adapted(statement: Statement, hands: Hands) -> str:
    """A donor's sentence said of the hands of the referring sign; side and "then" removed."""
    text = with_hands(statement.text, hands)
    return re.sub(r"^Then (\w)", lambda found: found[1].upper(), text)


def _rest(mention: Mention) -> list[str]:
    """What a sentence says beside its reference, as a sentence of its own."""
    before, after = mention.before, re.sub(r"^[,;:]\s*", "", mention.after)
    is_subject = hands_of(f"{before} is") is not None or before.lower() in ("it", "they")
    is_empty = before.lower() in ("", "the", "a", "with", "then", "by", "and")
    if not after:
        return [] if is_subject or is_empty else [_as_sentence(before)]
    change = re.match(r"(?:but|except)\s+(.*)", after, flags=re.IGNORECASE)
    if change:
        return [
            *([] if is_subject or is_empty else [_as_sentence(before)]),
            _as_sentence(change[1]),
        ]
    verb_phrase = re.sub(r"^and (?:then )?", "", after)
    if is_subject:
        return [_as_sentence(f"{before} {verb_phrase}")]
    if not is_empty:
        return [_as_sentence(before), _as_sentence(verb_phrase)]
    starts_with_subject = hands_of(after) is not None or re.match(r"(?i:the|both|it|they)\b", after)
    return [_as_sentence(after if starts_with_subject else f"the right hand {verb_phrase}")]


def _as_sentence(words: str) -> str:
    """Words after "but" as a sentence: a clause as it stands, a phrase after "The sign is made"."""
    words = words.strip().rstrip(".")
    phrase = re.match(
        r"(?i:with(?:out)?|at|in|on|near|over|under|above|below|beside|before|from|to|towards?|"
        r"against|only|\w+ly|\w+ing|twice|once|repeated)\b",
        words,
    )
    text = f"the sign is made {words}" if phrase and not find_mention(words) else words
    return f"{text[0].upper()}{text[1:]}."


def _replacement(text: str) -> Statement | None:
    """What a change replaces; None where it only modifies, or speaks of nothing known."""
    components = components_of(text)
    parts = parts_of(text)
    if parts == ("left_hand",):
        components = frozenset({"second_hand"})
    if _only_modifies([text]):
        return None
    if not components and set(parts) - {"left_hand", "right_hand"}:
        components = frozenset({"nonmanual"})
    return Statement(text, components, parts) if components else None


def _only_modifies(changes: Iterable[str]) -> bool:
    """Whether changes say how a movement is made (repeated, slower) and no other path."""
    for text in changes:
        bare, count = re.subn(MODIFIERS_ONLY, "", text.rstrip("."), flags=re.IGNORECASE)
        bare = re.sub(r"(?i:^(?:the )?(?:movement|motion|sign) is (?:made )?)", "", bare).strip()
        if not count or components_of(re.sub(r"\bmoves?$", "", bare)):
            return False
    return True


def _overlap(statement: Statement, change: Statement) -> bool:
    """Whether a statement speaks of a component that a change replaces, of the same parts."""
    if not statement.components & change.components:
        return False
    if "nonmanual" in change.components:
        return bool(set(statement.parts) & set(change.parts))
    return True
