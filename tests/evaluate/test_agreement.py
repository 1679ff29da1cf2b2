"""Scores that do not belong together are refused by their first difference."""

import numpy as np
import pytest
from tests.scored import changed, drawn_scores

from gspmc.errors import GspmcError
from gspmc.evaluate.agreement import (
    absent_classes,
    known_clips,
    refuse_different,
    refuse_shared_clips,
)
from gspmc.evaluate.scores import Scores

ONE = drawn_scores(clips=5, classes=3)


def with_clip(field: str, place: int, value: object) -> Scores:
    array = getattr(ONE, field).copy().astype(object)
    array[place] = value
    return changed(ONE, **{field: array.tolist()})


def backwards() -> Scores:
    return changed(
        ONE,
        ids=ONE.ids[::-1],
        labels=ONE.labels[::-1],
        logits=ONE.logits[::-1],
        signers=ONE.signers[::-1],
    )


def shorter() -> Scores:
    return changed(
        ONE, ids=ONE.ids[:4], labels=ONE.labels[:4], logits=ONE.logits[:4], signers=ONE.signers[:4]
    )


def more_classes() -> Scores:
    logits = np.zeros((5, 4), np.float32)
    return changed(ONE, classes=(*ONE.classes, "new"), logits=logits)


DIFFERENT = {
    "split": (changed(ONE, split="test"), "scored on 'test', not on 'val'"),
    "class": (
        changed(ONE, classes=("sign0", "other", "sign2")),
        "class 1 is 'other', not 'sign1'",
    ),
    "classes": (more_classes(), "it has 4 classes, not 3"),
    "clip": (with_clip("ids", 2, "x"), "clip 3 is 'x', not 'val2'; evaluate both"),
    "order": (backwards(), "clip 1 is 'val4', not 'val0', the same clips in another order"),
    "clips": (shorter(), "it has 4 clips, not 5"),
    "label": (
        with_clip("labels", 3, (ONE.labels[3] + 1) % 3),
        f"the label of clip 'val3' is {(ONE.labels[3] + 1) % 3}, not {ONE.labels[3]}",
    ),
    "signer": (with_clip("signers", 4, "him"), "the signer of clip 'val4' is him, not s4"),
    "no signers": (changed(ONE, signers=[""] * 5), "the signer of clip 'val0' is , not s0"),
}


@pytest.mark.parametrize("what", DIFFERENT)
def test_the_first_difference_is_named(what: str) -> None:
    other, message = DIFFERENT[what]
    with pytest.raises(GspmcError) as failure:
        refuse_different([("a.npz", ONE), ("b.npz", ONE), ("c.npz", other)])
    said = str(failure.value)
    assert said.startswith("c.npz does not go with a.npz: ") and message in said
    assert "\n" not in said


def test_labels_numbered_from_one_in_one_file_are_a_difference() -> None:
    """Where the last class has no clip, the file alone does not show it."""
    from_zero = changed(ONE, labels=[0, 1, 1, 0, 0])
    from_one = changed(ONE, labels=from_zero.labels + 1)
    with pytest.raises(GspmcError, match="the label of clip 'val0' is 1, not 0"):
        refuse_different([("a", from_zero), ("b", from_one)])


def test_other_logits_are_no_difference() -> None:
    refuse_different([("a", ONE), ("b", changed(ONE, logits=-ONE.logits))])


def test_a_clip_in_both_splits_is_named() -> None:
    test = drawn_scores(clips=3, classes=3, split="test")
    refuse_shared_clips(ONE, test)
    leaking = changed(test, ids=["test0", "val4", "val1"])
    with pytest.raises(GspmcError, match="2 clips are both in 'val'.* first 'val1'"):
        refuse_shared_clips(ONE, leaking)


def test_classes_without_clips_and_clips_without_class() -> None:
    scores = changed(ONE, labels=[0, -1, 2, 2, 0])
    assert absent_classes(scores) == ["sign1"]
    assert known_clips(scores).tolist() == [True, False, True, True, True]
    with pytest.raises(GspmcError, match="none of the 5 clips of split 'val' has a class"):
        known_clips(changed(ONE, labels=[-1] * 5))
