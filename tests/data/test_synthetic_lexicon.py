from dataclasses import replace

import pytest

from gspmc.data.synthetic import LEXICON, UNSEEN, minimal_pairs
from gspmc.data.synthetic.lexicon import sign
from gspmc.data.synthetic.phonology import COMPONENTS, SignSpec, differing_components
from gspmc.errors import GspmcError


def test_lexicon_is_as_large_as_promised_and_every_sign_is_one_of_its_kind():
    signs = LEXICON + UNSEEN
    assert len(LEXICON) >= 40
    assert len(UNSEEN) >= 8
    assert len({spec.gloss for spec in signs}) == len(signs)
    assert len({spec.values for spec in signs}) == len(signs)


def test_minimal_pairs_differ_in_exactly_the_named_component():
    pairs = minimal_pairs()
    assert len(pairs) >= 10
    for one, other, component in pairs:
        assert one != other
        assert replace(sign(one), gloss=other, **{component: getattr(sign(other), component)}) == (
            sign(other)
        )


def test_minimal_pairs_touch_brows_mouth_body_and_hands():
    touched = {component for _, _, component in minimal_pairs()}
    assert touched >= {"brows", "mouth", "body", "second_hand", "handshape", "movement"}


@pytest.mark.parametrize("position, component", enumerate(COMPONENTS))
def test_the_lexicon_uses_every_value_of_every_component(position, component):
    assert {spec.values[position] for spec in LEXICON} == set(COMPONENTS[component])


def test_unseen_signs_differ_from_all_seen_ones_in_two_components_or_more():
    for unseen in UNSEEN:
        assert min(len(differing_components(unseen, seen)) for seen in LEXICON) >= 2


def test_a_value_that_no_component_has_is_refused():
    with pytest.raises(ValueError, match=r"NEW: brows has no value 'high'"):
        SignSpec("NEW", "flat", "up_forward", "chin", "hold", brows="high")


def test_an_unknown_gloss_is_a_clear_error():
    with pytest.raises(GspmcError, match="no synthetic sign 'BOAT'"):
        sign("BOAT")
