"""A sign on a card: its skeletons over time, and beneath them what its description says."""

import textwrap
from collections.abc import Mapping, Sequence
from unicodedata import east_asian_width

from matplotlib.figure import Figure

from gspmc.data.canvas import PART_COLOURS, styled
from gspmc.data.clip import Clip
from gspmc.data.plot.strip import STRIP_WIDTH, chosen_frames, draw_strip, strip_height
from gspmc.data.view import part_name
from gspmc.skeleton import PARTS

_CHARACTERS = 114
"""Latin characters a line of a card's text holds beside the part's name."""
_LINE = 0.235  # inches


def _wrapped(text: str) -> list[str]:
    """Lines of a text; characters of double width (Chinese, Korean) count twice."""
    wide = any(east_asian_width(character) in "WF" for character in text)
    return textwrap.wrap(text, _CHARACTERS // 2 if wide else _CHARACTERS)


@styled
def sign_card(
    clip: Clip, part_texts: Mapping[str, Sequence[str]], refined: str, frames: int = 6
) -> Figure:
    """A sign as a skeleton strip, and beneath it what its description says, part by part.

    Args:
        clip: keypoints (T, V, C) of any layout.
        part_texts: part -> its texts. A text given for several parts is shown once, under the
            names of all of them.
        refined: the text of the whole sign.
        frames: how many skeletons.
    """
    parts_of_text: dict[str, list[str]] = {}
    for part in PARTS:
        for text in part_texts.get(part, ()):
            parts_of_text.setdefault(text, []).append(part)
    entries = [(["whole sign"], _wrapped(refined))] + [
        (parts, _wrapped(text)) for text, parts in parts_of_text.items()
    ]
    lines = [max(len(names), len(wrapped)) + 0.5 for names, wrapped in entries]

    chosen = chosen_frames(clip.pose.visible, frames)
    heights = [strip_height(clip, chosen), sum(lines) * _LINE]
    figure = Figure(figsize=(STRIP_WIDTH, sum(heights) + 0.5), layout="constrained")
    figure.suptitle(clip.label, x=0.01, ha="left", fontsize=15, fontweight="bold")
    above, below = figure.subfigures(2, 1, height_ratios=heights, squeeze=False)[:, 0]
    draw_strip(above.subplots(1, len(chosen), squeeze=False)[0], clip, chosen)

    top, line = 1.0, 1 / sum(lines)
    for (names, wrapped), height in zip(entries, lines, strict=True):
        for row, name in enumerate(names):
            colour = PART_COLOURS.get(name, "black")
            below.text(
                0.012,
                top - row * line,
                part_name(name),
                color=colour,
                fontweight="bold",
                fontsize=11,
                va="top",
            )
        for row, text in enumerate(wrapped):
            below.text(0.13, top - row * line, text, fontsize=11, va="top")
        top -= height * line
    return figure
