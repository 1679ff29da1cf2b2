"""The expert corpus of the synthetic language: prose with cross references and asides.

Like a real dictionary it tells some signs by way of another one, and tells things that are no
movement. All references point to signs that stand earlier, so they end.
"""

import json
from pathlib import Path

import numpy as np

from gspmc.data.synthetic.lexicon import LEXICON, UNSEEN
from gspmc.data.synthetic.phonology import SignSpec, differing_components
from gspmc.data.synthetic.wording import both_hands, component_sentences
from gspmc.files import atomic_path

SOURCE = "synthetic-signer"
_CORPUS_STREAM = 3
_LIKENED = ("handshape", "movement", "brows", "mouth", "body")
"""Components in which a sign may differ from the one it is likened to."""
_LIKE_SHARE = 0.6
_SAME_SHARE = 0.4
"""Share of the signs that could refer to an earlier one that do."""

_SIZES = ("small", "wooden", "heavy", "bright", "foreign", "narrow", "broken", "round")
_THINGS = ("boat", "lamp", "ladder", "basket", "bridge", "kettle", "gate", "coat", "wheel", "map")
_ORIGINS = (
    "from the shape of a sail",
    "from a tool that weavers used",
    "from the sign of a neighbouring town",
    "from an older sign of two movements",
    "uncertain",
)
_USES = ("Usage: mostly by older signers.", "Usage: common in schools.")


def synthetic_corpus(seed: int = 0) -> list[dict]:
    """One dictionary entry for every sign, held-out ones included.

    Args:
        seed: another seed refers otherwise and has other meanings; the movements stay.

    Returns:
        headword, aliases, text, language and source of each entry. The text is sentences, one a
        component. In place of some of them stand references:
        `The handshape is the same as in "OTHER".`, `The movement is the same as in "OTHER".` and
        `Like the sign for OTHER, but the brows are raised.` (OTHER's entry with that one sentence
        put in its place, or added). Sentences that begin with Meaning, Etymology or Usage tell
        nothing of the movement.
    """
    rng = np.random.default_rng([seed, _CORPUS_STREAM])
    specs = LEXICON + UNSEEN
    likened = _choose(rng, _like_references(specs), _LIKE_SHARE)
    rest = tuple(spec for spec in specs if spec.gloss not in likened)
    same = {
        component: _choose(rng, _same_references(rest, specs, component), _SAME_SHARE)
        for component in ("handshape", "movement")
    }
    meanings = [f"{size} {thing}" for size in _SIZES for thing in _THINGS]
    order = rng.permutation(len(meanings))

    entries = []
    for number, spec in enumerate(specs):
        sentences = component_sentences(spec)
        for component, references in same.items():
            if spec.gloss in references:
                other = references[spec.gloss]
                sentences[component] = f'The {component} is the same as in "{other}".'
        text = [likened.get(spec.gloss) or " ".join(sentences.values())]
        meaning = meanings[order[number]]
        text.insert(int(rng.integers(2)), f"Meaning: a {meaning}.")
        if rng.random() < 0.5:
            text.append(f"Etymology: {_ORIGINS[rng.integers(len(_ORIGINS))]}.")
        if rng.random() < 0.25:
            text.append(_USES[rng.integers(len(_USES))])
        entries.append(
            {
                "headword": spec.gloss,
                "aliases": [meaning],
                "text": " ".join(text),
                "language": "en",
                "source": SOURCE,
            }
        )
    return entries


def write_corpus(path: str | Path, seed: int = 0) -> None:
    """Write the corpus as JSON lines.

    Raises:
        GspmcError: the file cannot be written; nothing is left behind.
    """
    lines = [json.dumps(entry, ensure_ascii=False) + "\n" for entry in synthetic_corpus(seed)]
    with atomic_path(Path(path)) as temporary:
        temporary.write_text("".join(lines), encoding="utf-8")


def _like_references(specs: tuple[SignSpec, ...]) -> dict[str, str]:
    """gloss -> the sentence that likens it to the first earlier sign of which it is a variant."""
    found = {}
    for position, spec in enumerate(specs):
        for other in specs[:position]:
            differing = differing_components(spec, other)
            if len(differing) == 1 and differing[0] in _LIKENED:
                sentence = component_sentences(spec).get(differing[0])
                if sentence:
                    clause = sentence[0].lower() + sentence[1:]
                    found[spec.gloss] = f"Like the sign for {other.gloss}, but {clause}"
                    break
    return found


def _same_references(
    specs: tuple[SignSpec, ...], all_specs: tuple[SignSpec, ...], component: str
) -> dict[str, str]:
    """gloss -> the nearest earlier sign with the same value, told of the same hands."""
    found = {}
    for spec in specs:
        for other in all_specs[: all_specs.index(spec)]:
            alike = getattr(spec, component) == getattr(other, component)
            if alike and both_hands(spec) == both_hands(other):
                found[spec.gloss] = other.gloss
    return found


def _choose(rng: np.random.Generator, references: dict[str, str], share: float) -> dict[str, str]:
    count = round(share * len(references))
    kept = set(rng.choice(len(references), count, replace=False).tolist())
    return {gloss: to for number, (gloss, to) in enumerate(references.items()) if number in kept}
