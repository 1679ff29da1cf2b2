"""Folds: every clip in one, no signer in two, whatever the order."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.scored import changed, drawn_scores

from gspmc.errors import GspmcError
from gspmc.evaluate.folds import deal_folds


@given(clips=st.integers(2, 40), signers=st.integers(1, 9), seed=st.integers(0, 99))
@settings(deadline=None)
def test_a_signer_is_in_one_fold(clips: int, signers: int, seed: int) -> None:
    scores = drawn_scores(clips, seed=seed, signers=signers)
    folds = deal_folds(scores)
    assert set(folds.of_clip.tolist()) == set(range(folds.total))
    names = set(scores.signers.tolist())
    if len(names) > 1:
        assert folds.by == "signer" and folds.total == min(5, len(names))
        for name in names:
            assert len(set(folds.of_clip[scores.signers == name].tolist())) == 1
    else:
        assert folds.by == "clip" and folds.total == min(5, clips)
        sizes = np.bincount(folds.of_clip)
        assert sizes.max() - sizes.min() <= 1


@pytest.mark.parametrize("signer", ["named", ""])
def test_the_order_of_clips_does_not_matter(signer: str) -> None:
    scores = drawn_scores(23)
    if not signer:
        scores = changed(scores, signers=["", *scores.signers[1:]])
    turned = changed(
        scores,
        ids=scores.ids[::-1],
        labels=scores.labels[::-1],
        logits=scores.logits[::-1],
        signers=scores.signers[::-1],
    )
    assert deal_folds(scores).by == ("signer" if signer else "clip")
    assert deal_folds(turned).of_clip[::-1].tolist() == deal_folds(scores).of_clip.tolist()


def test_clips_of_unknown_signers_leave_the_others_together() -> None:
    scores = drawn_scores(23, signers=4)
    scores = changed(scores, signers=["", "", *scores.signers[2:]])
    folds = deal_folds(scores)
    assert folds.by == "clip" and folds.total == 5
    for name in set(scores.signers.tolist()) - {""}:
        assert len(set(folds.of_clip[scores.signers == name].tolist())) == 1


def test_one_clip_is_too_few() -> None:
    with pytest.raises(GspmcError, match="has 1 clip: two are needed"):
        deal_folds(drawn_scores(1))
