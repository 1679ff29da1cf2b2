"""A sign's specification in words: one sentence a component, and the truth by part."""

from gspmc.data.synthetic.handshapes import HANDSHAPES
from gspmc.data.synthetic.lexicon import sign
from gspmc.data.synthetic.phonology import (
    BODIES,
    BROWS,
    LOCATIONS,
    MOUTHS,
    MOVEMENTS,
    ORIENTATIONS,
    SECOND_HANDS,
    TWO_HANDED,
    SignSpec,
)

_OF_THE_HAND = ("handshape", "orientation", "location", "movement")
_COMPONENT_PARTS = {
    "second_hand": ("left_hand",),
    "brows": ("face",),
    "mouth": ("mouth",),
    "body": ("body",),
}
"""The part that a component speaks of; the four of the hand speak of the hands that do it."""


def both_hands(spec: SignSpec) -> bool:
    """Whether what is said of the right hand is said of both hands."""
    return spec.second_hand in TWO_HANDED


def component_sentences(spec: SignSpec) -> dict[str, str]:
    """What each component of the sign says, in the order of telling; neutral ones say nothing.

    The texts speak of a right-handed signer; a left-handed one signs the mirror image.
    """
    handshape = HANDSHAPES[spec.handshape].words
    orientation = ORIENTATIONS[spec.orientation]
    location = LOCATIONS[spec.location].words
    movement = MOVEMENTS[spec.movement]
    if both_hands(spec):
        hands = {
            "handshape": f"The handshape of both hands is {handshape}.",
            "orientation": f"Both palms {orientation.plural}.",
            "location": f"Both hands are held {location}, each on its own side of the middle.",
            "movement": f"The movement is {movement.title}: both hands {movement.plural}.",
        }
    else:
        hands = {
            "handshape": f"The handshape of the right hand is {handshape}.",
            "orientation": f"The right palm {orientation.words}.",
            "location": f"The right hand is held {location}.",
            "movement": f"The movement is {movement.title}: the right hand {movement.words}.",
        }
    sentences = hands | {
        "second_hand": SECOND_HANDS[spec.second_hand],
        "brows": BROWS[spec.brows],
        "mouth": MOUTHS[spec.mouth],
        "body": BODIES[spec.body],
    }
    return {component: sentence for component, sentence in sentences.items() if sentence}


def ground_truth_parts(gloss: str) -> dict[str, str]:
    """What the sign does, by part: the truth that a described part is tested against.

    Returns:
        part -> text, for those of body, left_hand, right_hand, mouth and face of which there is
        something to say.

    Raises:
        GspmcError: there is no such sign.
    """
    spec = sign(gloss)
    said: dict[str, list[str]] = {}
    for component, sentence in component_sentences(spec).items():
        if component in _OF_THE_HAND:
            parts = ("left_hand", "right_hand") if both_hands(spec) else ("right_hand",)
        else:
            parts = _COMPONENT_PARTS[component]
        for part in parts:
            said.setdefault(part, []).append(sentence)
    return {part: " ".join(sentences) for part, sentences in said.items()}
