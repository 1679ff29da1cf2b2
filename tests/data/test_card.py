"""The card of a sign shows each text once, under the parts that it speaks of."""

from pathlib import Path

import numpy as np

from gspmc.data.canvas import PART_COLOURS, save_figure
from gspmc.data.clip import Clip
from gspmc.data.plot import sign_card
from gspmc.pose import PoseSequence


def a_clip() -> Clip:
    keypoints = np.random.default_rng(0).uniform(0.4, 1, (9, 87, 3)).astype(np.float32)
    return Clip("c1", "price $5 or $6", "s1", "train", PoseSequence(keypoints, "gsp87", fps=25.0))


def test_card_shows_each_text_once_under_its_parts(tmp_path: Path) -> None:
    texts = {
        "left_hand": ["Both hands are flat."],
        "right_hand": ["Both hands are flat.", "The right hand rises."],
        "mouth": ["The lips say $5 or $6. " * 10],
    }
    figure = sign_card(a_clip(), texts, "Both flat hands rise.", frames=4)
    assert len(figure.axes) == 4
    (_, below) = figure.subfigs
    shown = [text.get_text() for text in below.texts]
    assert shown.count("Both hands are flat.") == 1
    assert shown.count("right hand") == 2
    assert shown[:2] == ["whole sign", "Both flat hands rise."]
    at = {text.get_text(): text.get_position()[1] for text in below.texts}
    assert at["left hand"] == at["Both hands are flat."]
    heights = [text.get_position()[1] for text in below.texts]
    assert min(heights) > 0
    assert max(heights) == 1
    colours = {text.get_text(): text.get_color() for text in below.texts}
    assert colours["mouth"] == PART_COLOURS["mouth"]
    save_figure(figure, tmp_path / "card.png", dpi=30)
    assert (tmp_path / "card.png").read_bytes().startswith(b"\x89PNG")


def test_card_wraps_wide_characters_earlier() -> None:
    def lines(text: str) -> int:
        (_, below) = sign_card(a_clip(), {}, text, frames=2).subfigs
        return len(below.texts) - 1

    assert lines("a" * 100) == 1
    assert lines("手" * 100) == 2
