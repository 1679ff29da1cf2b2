"""Layouts by name."""

from collections.abc import Callable
from functools import cache

from gspmc.errors import GspmcError
from gspmc.skeleton import kinect, mediapipe, wholebody
from gspmc.skeleton.layout import Layout

_LAYOUTS: dict[str, Callable[[], Layout]] = {
    "gsp87": wholebody.gsp87,
    "coco_wholebody133": wholebody.coco_wholebody133,
    "cosign76": wholebody.cosign76,
    "masa49": wholebody.masa49,
    "sam27": wholebody.sam27,
    "hands42": wholebody.hands42,
    "holistic75": mediapipe.holistic75,
    "mediapipe_holistic": mediapipe.mediapipe_holistic,
    "mediapipe_holistic478": lambda: mediapipe.mediapipe_holistic(478),
    "kinect20": kinect.kinect20,
}


def layout_names() -> tuple[str, ...]:
    """Every public layout name."""
    return tuple(_LAYOUTS)


@cache
def get_layout(name: str) -> Layout:
    """The layout of that name.

    Raises:
        GspmcError: there is none; the message lists those there are.
    """
    if name not in _LAYOUTS:
        raise GspmcError(f"unknown layout {name!r}: use one of {', '.join(_LAYOUTS)}")
    return _LAYOUTS[name]()
