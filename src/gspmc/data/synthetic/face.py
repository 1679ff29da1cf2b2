"""Head, brows and mouth of the signer."""

from collections.abc import Mapping

import numpy as np

# Head frame: origin between the ears, x to the signer's left, y down, z out of the face; in
# shoulder widths for an average head. The right side is the mirror image of the left.
_MIDLINE = {
    "nose": (0.0, 0.03, 0.27),
    "face.nose_tip": (0.0, 0.04, 0.28),
    "face.chin": (0.0, 0.27, 0.19),
    "mouth.inner_upper": (0.0, 0.135, 0.22),
    "mouth.inner_lower": (0.0, 0.145, 0.22),
}
_PAIRED = {
    "{}_eye": (0.085, -0.06, 0.2),
    "{}_ear": (0.2, -0.02, 0.0),
    "mouth.outer_{}_corner": (0.07, 0.14, 0.2),
    "mouth.outer_upper_{}": (0.028, 0.118, 0.23),
    "mouth.outer_lower_{}": (0.03, 0.168, 0.22),
    "mouth.inner_{}_corner": (0.056, 0.14, 0.2),
    "face.jaw_{}_2": (0.075, 0.245, 0.16),
    "face.jaw_{}_4": (0.135, 0.19, 0.1),
    "face.jaw_{}_6": (0.175, 0.09, 0.04),
    "face.jaw_{}_8": (0.195, -0.02, 0.0),
    "face.brow_{}_outer": (0.14, -0.115, 0.17),
    "face.brow_{}_middle": (0.095, -0.14, 0.21),
    "face.brow_{}_inner": (0.038, -0.122, 0.22),
    "face.eye_{}_outer": (0.122, -0.06, 0.18),
    "face.eye_{}_inner": (0.046, -0.058, 0.2),
}
# What an action adds to a point (its mirror image on the right side).
_ACTIONS: dict[str, dict[str, tuple[float, float]]] = {
    "raised": {
        "face.brow_{}_outer": (0.0, -0.045),
        "face.brow_{}_middle": (0.0, -0.055),
        "face.brow_{}_inner": (0.0, -0.05),
    },
    "furrowed": {
        "face.brow_{}_outer": (-0.012, 0.015),
        "face.brow_{}_middle": (-0.018, 0.032),
        "face.brow_{}_inner": (-0.02, 0.045),
    },
    "open": {
        "mouth.outer_{}_corner": (-0.008, 0.03),
        "mouth.inner_{}_corner": (-0.008, 0.03),
        "mouth.outer_upper_{}": (0.0, -0.008),
        "mouth.outer_lower_{}": (0.0, 0.08),
        "mouth.inner_upper": (0.0, -0.006),
        "mouth.inner_lower": (0.0, 0.08),
        "face.chin": (0.0, 0.07),
        "face.jaw_{}_2": (0.0, 0.06),
        "face.jaw_{}_4": (0.0, 0.035),
    },
    "pursed": {
        "mouth.outer_{}_corner": (-0.04, 0.0),
        "mouth.inner_{}_corner": (-0.036, 0.0),
        "mouth.outer_upper_{}": (-0.012, -0.012),
        "mouth.outer_lower_{}": (-0.012, 0.016),
        "mouth.inner_upper": (0.0, -0.008),
        "mouth.inner_lower": (0.0, 0.01),
    },
    "spread": {
        "mouth.outer_{}_corner": (0.042, -0.022),
        "mouth.inner_{}_corner": (0.038, -0.02),
        "mouth.outer_upper_{}": (0.014, 0.004),
        "mouth.outer_lower_{}": (0.014, -0.006),
    },
}


def _both_sides(
    midline: Mapping[str, tuple[float, ...]], paired: Mapping[str, tuple[float, ...]]
) -> dict[str, np.ndarray]:
    points = {name: np.array(place) for name, place in midline.items()}
    for pattern, place in paired.items():
        points[pattern.format("left")] = np.array(place)
        points[pattern.format("right")] = np.array(place) * ([-1] + [1] * (len(place) - 1))
    return points


_NEUTRAL = _both_sides(_MIDLINE, _PAIRED)
FACE_JOINTS = tuple(name for name in _NEUTRAL if name.startswith(("mouth.", "face.")))
HEAD_JOINTS = tuple(_NEUTRAL)


def _action_offsets(action: str) -> np.ndarray:
    """(len(HEAD_JOINTS), 3) what the full action adds."""
    changes = _ACTIONS.get(action, {})
    planar = _both_sides(
        {name: change for name, change in changes.items() if "{}" not in name},
        {name: change for name, change in changes.items() if "{}" in name},
    )
    offsets = np.zeros((len(HEAD_JOINTS), 3))
    for name, change in planar.items():
        offsets[HEAD_JOINTS.index(name), :2] = change
    return offsets


_OFFSETS = {action: _action_offsets(action) for action in ("neutral", *_ACTIONS)}
_NEUTRAL_POINTS = np.array(list(_NEUTRAL.values()))
_IN_FACE = [HEAD_JOINTS.index(name) for name in FACE_JOINTS]


def head_points(
    brows: str, mouth: str, strength: np.ndarray, size: float, shape: np.ndarray
) -> np.ndarray:
    """The points of a head that looks straight ahead.

    Args:
        brows, mouth: keys of BROWS and MOUTHS.
        strength: (T, 2) how far the brow and the mouth action are carried out.
        size: factor on the head.
        shape: (30, 3) how this face differs, in the order of FACE_JOINTS.

    Returns:
        (T, 35, 3) in the order of HEAD_JOINTS, shoulder widths, origin between the ears.
    """
    still = _NEUTRAL_POINTS.copy()
    still[_IN_FACE] += shape
    moved = (
        still
        + strength[:, 0, None, None] * _OFFSETS[brows]
        + strength[:, 1, None, None] * _OFFSETS[mouth]
    )
    return size * moved
