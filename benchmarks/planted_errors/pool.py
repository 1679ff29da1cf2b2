"""What the words of planted errors are kept in."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Pool:
    """Wordings of every kind of error that is a sentence of its own, and words to swap."""

    references: tuple[str, ...]
    """{name}: a headword in capitals; {word}: the same in small letters."""
    letters: tuple[str, ...]
    """{letter}: the name of a handshape."""
    meanings: tuple[str, ...]
    """{word}: the label."""
    padding: tuple[str, ...]
    """True of any sign, so that a text only grows."""
    left_hand: tuple[str, ...]
    mistagged: tuple[tuple[str, tuple[str, ...]], ...]
    """A part text, and tags that disagree with it."""
    both_hands: tuple[str, ...]
    one_hand: tuple[str, ...]
    places: tuple[tuple[str, str, str], ...]
    """(minor location, part, how it is said)."""
    at: tuple[str, ...]
    """{place}: where the hand is said to be."""
    touching: tuple[str, ...]
    not_touching: tuple[str, ...]
    once: tuple[str, ...]
    repeated: tuple[str, ...]
    bent: tuple[str, ...]
    """{fingers}: the fingers which the codes select, with {are} for the verb."""
    straight: tuple[str, ...]
    paths: tuple[tuple[str, str], ...]
    """(Movement code, how it is said)."""
    swaps: tuple[tuple[str, str, str], ...]
    """(kind, expression, replacement), done in place."""
    edits: tuple[tuple[str, str], ...]
    """Changes of single words that leave a text nearly the same."""
