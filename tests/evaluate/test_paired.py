"""Two models on the same clips: counted by hand."""

import math

import numpy as np
import pytest

from gspmc.errors import GspmcError
from gspmc.evaluate.paired import ClassGain, class_gains, pair, sign_test
from gspmc.evaluate.scores import Scores

CLASSES = ("book", "drink", "who")


def scored(answers: str, truth: str = "bbbddw", classes: tuple[str, ...] = CLASSES) -> Scores:
    """One clip a letter: b, d, w, or x for a class that the model does not know."""
    index = {name[0]: place for place, name in enumerate(classes)} | {"x": -1}
    logits = np.zeros((len(answers), len(classes)))
    logits[np.arange(len(answers)), [index[answer] for answer in answers]] = 1
    return Scores(
        ids=np.array([f"clip{place}" for place in range(len(answers))]),
        labels=np.array([index[label] for label in truth]),
        logits=logits,
        classes=classes,
        signers=np.array([f"s{place}" for place in range(len(answers))]),
        split="val",
    )


def test_gains_are_counted_class_by_class_greatest_first() -> None:
    gains = class_gains(pair(scored("bbdwww"), scored("ddbdbw")))
    assert gains == [
        ClassGain("book", 3, pytest.approx(2 / 3), pytest.approx(1 / 3), won=2, lost=1),
        ClassGain("who", 1, 1.0, 1.0, won=0, lost=0),
        ClassGain("drink", 2, 0.0, 0.5, won=0, lost=1),
    ]
    assert [gain.gain for gain in gains] == [pytest.approx(1 / 3), 0, -0.5]


def test_order_of_clips_and_of_classes_does_not_matter() -> None:
    own, baseline = scored("bbdwww"), scored("ddbdbw", classes=("who", "drink", "book"))
    turned = Scores(
        baseline.ids[::-1],
        baseline.labels[::-1],
        baseline.logits[::-1],
        baseline.classes,
        baseline.signers[::-1],
        "val",
    )
    assert class_gains(pair(own, turned)) == class_gains(pair(own, scored("ddbdbw")))


def test_clips_of_unknown_classes_do_not_count() -> None:
    hits = pair(scored("bb", "bx"), scored("bd", "bx"))
    assert hits.labels.tolist() == ["book"]
    assert hits.signers.tolist() == ["s0"]


@pytest.mark.parametrize(
    ("baseline", "message"),
    [
        (scored("bbb", "bbb"), r"different clips \(3 were scored by one"),
        (scored("bbbddw", "bbbddd"), "'clip5' has two labels"),
        (scored("bbbddb", "bbbddb", ("book", "drink", "where")), "different classes"),
    ],
)
def test_what_cannot_be_paired_is_refused(baseline: Scores, message: str) -> None:
    with pytest.raises(GspmcError, match=message):
        pair(scored("bbbddw"), baseline)


@pytest.mark.parametrize(("won", "lost"), [(0, 0), (6, 0), (5, 0), (2, 7), (3, 3)])
def test_the_sign_test_is_the_binomial_sum(won: int, lost: int) -> None:
    n = won + lost
    tail = sum(math.comb(n, k) for k in range(max(won, lost), n + 1)) / 2**n
    assert sign_test(won, lost) == pytest.approx(min(1, 2 * tail))


def test_six_of_one_kind_are_needed() -> None:
    assert sign_test(5, 0) > 0.05 > sign_test(6, 0)
