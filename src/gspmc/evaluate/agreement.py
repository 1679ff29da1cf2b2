"""Whether scores may be put together: the same clips, classes and split, in the same order."""

from collections.abc import Sequence

import numpy as np

from gspmc.errors import GspmcError
from gspmc.evaluate.scores import Scores

Named = Sequence[tuple[str, Scores]]
"""Scores with the name that messages give them."""


def refuse_different(named: Named) -> None:
    """Make sure that row n of all scores is the same clip, and column k the same class.

    Raises:
        GspmcError: they differ; the first difference is named.
    """
    first_name, first = named[0]
    for name, scores in named[1:]:
        difference = _first_difference(first, scores)
        if difference:
            raise GspmcError(
                f"{name} does not go with {first_name}: {difference}; "
                "evaluate both on the same clips of the same store"
            )


def refuse_shared_clips(fitted: Scores, reported: Scores) -> None:
    """Make sure that nothing is reported on clips that something was fitted on.

    Raises:
        GspmcError: a clip is in both; it is named.
    """
    shared = np.intersect1d(fitted.ids, reported.ids)
    if len(shared):
        raise GspmcError(
            f"{len(shared)} clips are both in {fitted.split!r}, which is fitted on, and in "
            f"{reported.split!r}, which is reported, first {str(shared[0])!r}: take them out of one"
        )


def absent_classes(scores: Scores) -> list[str]:
    """Classes that the model knows and no clip of the split shows."""
    seen = set(scores.labels.tolist())
    return [name for number, name in enumerate(scores.classes) if number not in seen]


def known_clips(scores: Scores) -> np.ndarray:
    """bool (N,): the model knows the clip's class.

    Raises:
        GspmcError: it knows none.
    """
    if not scores.known.any():
        raise GspmcError(
            f"none of the {len(scores)} clips of split {scores.split!r} has a class that the model "
            "knows: nothing can be fitted on them"
        )
    return scores.known


def _first_difference(first: Scores, other: Scores) -> str | None:
    if other.split != first.split:
        return f"it was scored on {other.split!r}, not on {first.split!r}"
    if other.classes != first.classes:
        return _difference_of_classes(first.classes, other.classes)
    for number, (one, two) in enumerate(zip(first.ids, other.ids, strict=False), start=1):
        if one != two:
            same = set(first.ids.tolist()) == set(other.ids.tolist())
            order = ", the same clips in another order" if same else ""
            return f"clip {number} is {str(two)!r}, not {str(one)!r}{order}"
    if len(other) != len(first):
        return f"it has {len(other)} clips, not {len(first)}"
    for what, ones, twos in (
        ("label", first.labels, other.labels),
        ("signer", first.signers, other.signers),
    ):
        different = np.flatnonzero(ones != twos)
        if len(different):
            at = different[0]
            return f"the {what} of clip {str(first.ids[at])!r} is {twos[at]}, not {ones[at]}"
    return None


def _difference_of_classes(first: tuple[str, ...], other: tuple[str, ...]) -> str:
    for number, (one, two) in enumerate(zip(first, other, strict=False)):
        if one != two:
            return f"class {number} is {two!r}, not {one!r}"
    return f"it has {len(other)} classes, not {len(first)}"
