"""The embedded lexicon: 48 invented signs, and ten held out that join their parts anew.

Glosses are invented words, so that nobody takes them for signs of a real language and no text
encoder knows them.
"""

from dataclasses import replace
from itertools import combinations

from gspmc.data.synthetic.phonology import SignSpec, differing_components
from gspmc.errors import GspmcError

_BALU = SignSpec("BALU", "flat", "up_forward", "temple", "outward")
_KELDO = SignSpec("KELDO", "index", "up_sideways", "chin", "bounce")
_ZENTO = SignSpec("ZENTO", "five", "across_inward", "chest", "wiggle")
_SULIN = SignSpec("SULIN", "flat", "across_down", "chest", "circle", "mirror")
_NIKTE = SignSpec("NIKTE", "fist", "across_inward", "chest", "circle")
_WUMEL = SignSpec("WUMEL", "claw", "up_forward", "side", "down")
_YANDI = SignSpec("YANDI", "v", "up_forward", "right_shoulder", "shake")
_QUIBO = SignSpec("QUIBO", "curved", "across_up", "belly", "up", "mirror")
_OMALI = SignSpec("OMALI", "pinch", "up_inward", "chin", "open")
_IRASK = SignSpec("IRASK", "bent", "across_down", "left_shoulder", "bounce")
_ANPUR = SignSpec("ANPUR", "index", "up_inward", "temple", "twist")
_LOMET = SignSpec("LOMET", "fist", "across_down", "chest", "bounce", "flat_base")
_PODRA = SignSpec("PODRA", "pinky", "up_sideways", "side", "zigzag")
_VIMAR = SignSpec("VIMAR", "thumb", "across_inward", "belly", "up")
_XANDO = SignSpec("XANDO", "five", "up_forward", "high", "wave")

LEXICON: tuple[SignSpec, ...] = (
    _BALU,
    replace(_BALU, gloss="VOREN", brows="raised"),
    replace(_BALU, gloss="TIMSA", handshape="horns"),
    _KELDO,
    replace(_KELDO, gloss="MURI", brows="furrowed"),
    replace(_KELDO, gloss="PASKA", mouth="pursed"),
    _ZENTO,
    replace(_ZENTO, gloss="LIVEK", mouth="open"),
    replace(_ZENTO, gloss="HARBO", location="belly"),
    _SULIN,
    replace(_SULIN, gloss="FENDA", second_hand="none"),
    replace(_SULIN, gloss="GORAM", second_hand="alternate"),
    _NIKTE,
    replace(_NIKTE, gloss="ROLPA", handshape="v"),
    replace(_NIKTE, gloss="DAVIX", body="nod"),
    _WUMEL,
    replace(_WUMEL, gloss="JOSTA", movement="up"),
    replace(_WUMEL, gloss="CRELO", mouth="spread"),
    _YANDI,
    replace(_YANDI, gloss="PLOVA", orientation="across_inward"),
    _QUIBO,
    replace(_QUIBO, gloss="STOVI", body="shrug"),
    replace(_QUIBO, gloss="TRENU", brows="raised"),
    _OMALI,
    replace(_OMALI, gloss="UDRIN", location="forehead"),
    _IRASK,
    replace(_IRASK, gloss="ELVOT", orientation="down_inward"),
    _ANPUR,
    replace(_ANPUR, gloss="KIVAR", movement="circle"),
    _LOMET,
    replace(_LOMET, gloss="MESKU", second_hand="fist_base"),
    replace(_LOMET, gloss="NARIP", brows="furrowed"),
    _PODRA,
    replace(_PODRA, gloss="RISTOV", handshape="index"),
    _VIMAR,
    replace(_VIMAR, gloss="WESTIL", body="lean"),
    _XANDO,
    replace(_XANDO, gloss="YORIM", movement="close"),
    replace(_XANDO, gloss="ZUPEL", brows="raised", mouth="spread"),
    SignSpec("SAVUN", "horns", "across_down", "belly", "shake", "mirror", mouth="open"),
    SignSpec("TOLBE", "flat", "across_up", "belly", "outward", "mirror", "raised", "pursed"),
    SignSpec("BINDO", "pinch", "across_inward", "cheek", "twist", mouth="pursed"),
    SignSpec("CAVERI", "curved", "up_sideways", "side", "arc", "mirror", "furrowed", body="lean"),
    SignSpec("DELMUK", "v", "across_down", "chest", "outward", "flat_base", mouth="spread"),
    SignSpec("FARSO", "claw", "across_inward", "belly", "circle", "alternate", mouth="open"),
    SignSpec("GUNTA", "index", "up_forward", "forehead", "arc", brows="furrowed", body="shake"),
    SignSpec("HELVI", "bent", "down_inward", "chest", "hold", "mirror", body="shrug"),
    SignSpec("KRIDAN", "thumb", "up_sideways", "right_shoulder", "hold", body="nod"),
)
"""The signs of the default clips."""

UNSEEN: tuple[SignSpec, ...] = (
    SignSpec("ILDAR", "v", "up_inward", "forehead", "twist"),
    SignSpec("JUMEK", "claw", "across_down", "chest", "up", "mirror"),
    SignSpec("KORSA", "flat", "up_sideways", "cheek", "wave", mouth="open"),
    SignSpec("LUNDEV", "index", "across_inward", "belly", "zigzag", brows="raised"),
    SignSpec("MOPRI", "pinky", "up_forward", "high", "circle"),
    SignSpec("NELTU", "horns", "up_inward", "side", "shake", body="nod"),
    SignSpec("OSKIB", "five", "across_up", "chest", "bounce", "fist_base", mouth="pursed"),
    SignSpec("PARVEN", "fist", "up_inward", "temple", "open", brows="furrowed"),
    SignSpec("QUENDO", "pinch", "across_down", "belly", "arc", "mirror", body="shrug"),
    SignSpec("RUMAS", "bent", "up_forward", "left_shoulder", "wiggle", mouth="spread"),
)
"""Unseen combinations of components that LEXICON has, each two components or more from any sign."""

_BY_GLOSS = {spec.gloss: spec for spec in LEXICON + UNSEEN}


def sign(gloss: str) -> SignSpec:
    """The specification of a sign, held out or not.

    Raises:
        GspmcError: there is no such sign.
    """
    if gloss not in _BY_GLOSS:
        raise GspmcError(f"no synthetic sign {gloss!r}: the lexicon has {', '.join(_BY_GLOSS)}")
    return _BY_GLOSS[gloss]


def minimal_pairs() -> list[tuple[str, str, str]]:
    """Pairs of signs of the lexicon that differ in one component: (gloss, gloss, component)."""
    pairs = []
    for one, other in combinations(LEXICON, 2):
        differing = differing_components(one, other)
        if len(differing) == 1:
            pairs.append((one.gloss, other.gloss, differing[0]))
    return pairs
