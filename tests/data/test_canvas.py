"""The look that figures share."""

from pathlib import Path

import pytest
from matplotlib.figure import Figure

from gspmc.data.canvas import PART_COLOURS, save_figure
from gspmc.errors import GspmcError
from gspmc.skeleton import PARTS


def luminance(colour: str) -> float:
    """Relative luminance of sRGB (WCAG 2)."""
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("part", PARTS)
def test_part_colours_can_be_read_as_text(part: str) -> None:
    assert 1.05 / (luminance(PART_COLOURS[part]) + 0.05) >= 4.5


def test_characters_without_a_font_are_one_line_in_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    figure = Figure(figsize=(1, 1))
    figure.text(0, 0, "\U000f0000\U000f0001")  # private use: no font has them
    save_figure(figure, tmp_path / "figure.png")
    assert [record.message[:12] for record in caplog.records] == ["2 characters"]


def test_the_ending_names_the_format_and_an_unknown_one_leaves_nothing(tmp_path: Path) -> None:
    figure = Figure(figsize=(1, 1))
    save_figure(figure, tmp_path / "figure.svg")
    assert "<svg" in (tmp_path / "figure.svg").read_text()
    with pytest.raises(GspmcError, match=r"figure\.doc.*png"):
        save_figure(figure, tmp_path / "figure.doc")
    assert [path.name for path in tmp_path.iterdir()] == ["figure.svg"]
