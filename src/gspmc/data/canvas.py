"""The look that all figures share: colours, type and how a figure is saved.

Figures are built without pyplot, so none is registered anywhere: a figure that is no longer
referred to is gone, and nothing needs to be closed.
"""

import logging
import warnings
from collections.abc import Callable
from functools import lru_cache, wraps
from pathlib import Path
from typing import Any, BinaryIO, ParamSpec

import matplotlib
from matplotlib import font_manager
from matplotlib.figure import Figure

from gspmc.errors import GspmcError
from gspmc.files import atomic_path

PART_COLOURS = {
    "body": "#4d4d4d",
    "left_hand": "#0072b2",
    "right_hand": "#c25100",
    "mouth": "#b0488a",
    "face": "#008264",
}
"""Told apart with any colour vision: Okabe and Ito's palette (jfly.uni-koeln.de/color, 2008), its
vermilion, purple and green darkened to a contrast of 4.5 to 1 on white, so that they serve as text.
"""

TIME_COLOURS = "cividis"
"""Rises evenly in lightness, also without colour vision."""

_WIDE_FONTS = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "WenQuanYi Zen Hei",
    "PingFang SC",
    "Microsoft YaHei",
    "Arial Unicode MS",
)
"""Fonts with Chinese and Korean glosses' characters, which matplotlib's own font lacks."""

P = ParamSpec("P")
_log = logging.getLogger(__name__)


@lru_cache(maxsize=1)
def _style() -> Any:  # matplotlib's releases type its settings differently
    installed = set(font_manager.get_font_names())
    return {
        "font.family": ["DejaVu Sans", *(font for font in _WIDE_FONTS if font in installed)],
        "font.size": 9,
        "axes.titlesize": 10,
        "axes.titlelocation": "left",
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.edgecolor": "#666666",
        "text.parse_math": False,  # a description may hold dollar signs
        "legend.frameon": False,
        "savefig.facecolor": "white",
        "figure.facecolor": "white",
    }


def styled(draw: Callable[P, Figure]) -> Callable[P, Figure]:
    """Let a function that returns a figure draw it in this style."""

    @wraps(draw)
    def drawn(*args: P.args, **kwargs: P.kwargs) -> Figure:
        with matplotlib.rc_context(_style()):
            return draw(*args, **kwargs)

    return drawn


def render(figure: Figure, stream: BinaryIO, file_format: str = "png", dpi: int = 144) -> None:
    """Draw a figure into a stream; characters that no font here has are one line in the log."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        figure.savefig(stream, format=file_format, dpi=dpi)
    lacking = {str(warning.message) for warning in caught if "Glyph" in str(warning.message)}
    if lacking:
        _log.warning(
            "%d characters of a figure have no font here and are drawn as boxes: "
            "install Noto Sans CJK",
            len(lacking),
        )
    for warning in caught:
        if str(warning.message) not in lacking:
            warnings.warn_explicit(
                warning.message, warning.category, warning.filename, warning.lineno
            )


def save_figure(figure: Figure, path: str | Path, dpi: int = 144) -> None:
    """Write a figure as PNG, or as what the file's ending names, atomically.

    Raises:
        GspmcError: the ending names no format, or the file cannot be written; nothing is left
            behind.
    """
    path = Path(path)
    file_format = path.suffix.removeprefix(".") or "png"
    if file_format not in figure.canvas.get_supported_filetypes():
        raise GspmcError(f"cannot draw {path}: its ending names no image format; use .png")
    with atomic_path(path) as temporary, temporary.open("wb") as stream:
        render(figure, stream, file_format, dpi)
