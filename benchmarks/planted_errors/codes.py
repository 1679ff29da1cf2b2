"""What is certainly wrong of a sign, by its expert codes alone (no rule of the checks is used)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

Morphemes = Sequence[Mapping[str, str]]

MAJOR = {
    **dict.fromkeys(
        ("Forehead", "Chin", "CheekNose", "Mouth", "Eye", "HeadTop", "UnderChin", "UpperLip"),
        "Head",
    ),
    **dict.fromkeys(
        (
            *("TorsoTop", "TorsoMid", "TorsoBottom", "Shoulder", "Waist", "Neck", "Hips"),
            "Clavicle",
        ),
        "Body",
    ),
    **dict.fromkeys(("ForearmBack", "ElbowBack", "WristFront", "WristBack", "ElbowFront"), "Arm"),
}
CLOSE = (
    {"Chin", "Mouth", "UnderChin", "UpperLip"},
    {"Forehead", "HeadTop", "Eye"},
    {"Eye", "CheekNose", "UpperLip", "Mouth"},
    {"TorsoTop", "Clavicle", "Shoulder", "Neck"},
    {"TorsoTop", "TorsoMid", "TorsoBottom"},
    {"TorsoBottom", "Waist", "Hips"},
)
"""Places too close to each other for one to be an error for the other."""

PLACE_WORDS = {
    **{"forehead": "Forehead", "nose": "CheekNose", "chin": "Chin", "throat": "Neck"},
    **{"waist": "Waist", "stomach": "TorsoBottom", "belly": "TorsoBottom"},
    **{"shoulder": "Shoulder", "neck": "Neck"},
}
"""Words that replace a place in a text -> their minor location."""

FINGERS = {
    "imrp": "all four fingers",
    "im": "the index and middle fingers",
    "i": "the index finger",
    "p": "the little finger",
}


def same(morphemes: Morphemes, column: str) -> str:
    """The value of a column where every morpheme has it and all agree; else empty."""
    values = {morpheme.get(column, "") for morpheme in morphemes}
    return values.pop() if len(values) == 1 else ""


def is_wrong_place(minor: str, morphemes: Morphemes) -> bool:
    """Whether a place is neither coded nor close to one that is."""
    majors = {morpheme.get("MajorLocation") for morpheme in morphemes}
    coded = {
        morpheme.get(column)
        for morpheme in morphemes
        for column in ("MinorLocation", "SecondMinorLocation")
    } - {None}
    if "Other" in majors or "OtherAway" in coded:
        return False
    if MAJOR[minor] not in majors:
        return True
    own = {place for place in coded if MAJOR.get(str(place)) == MAJOR[minor]}
    vague = coded & {f"{MAJOR[minor]}Away", "Other", "Away"}
    near = {place for group in CLOSE if minor in group for place in group}
    return bool(own) and not vague and not own & (near | {minor})


def wrong(kind: str, morphemes: Morphemes) -> bool:
    """Whether a claim of this kind contradicts the codes."""
    alone = len(morphemes) == 1
    sign_type = same(morphemes, "SignType")
    if kind in ("both_hands", "left_hand"):
        is_free = all(m.get("MajorLocation") not in ("Hand", "Arm") for m in morphemes)
        return sign_type == "OneHanded" and is_free
    if kind == "one_hand":
        return sign_type not in ("", "OneHanded")
    if kind in ("touching", "not_touching"):
        return same(morphemes, "Contact") == ("0" if kind == "touching" else "1")
    if kind in ("once", "repeated"):
        return same(morphemes, "RepeatedMovement") == ("1" if kind == "once" else "0")
    if kind in ("bent", "straight"):
        flexion = same(morphemes, "Flexion")
        if not alone or same(morphemes, "FlexionChange") != "0":
            return False
        if same(morphemes, "SelectedFingers") not in FINGERS:
            return False
        if kind == "bent":
            return flexion == "FullyOpen"
        return flexion in ("FullyClosed", "Curved", "Bent")
    raise ValueError(kind)


def is_wrong_path(movement: str, morphemes: Morphemes) -> bool:
    """Whether a path is not the one coded for a sign of one morpheme."""
    coded = same(morphemes, "Movement")
    return (
        len(morphemes) == 1
        and coded in ("Straight", "Curved", "Circular", "None")
        and (coded != movement and {coded, movement} != {"Curved", "Circular"})
    )
