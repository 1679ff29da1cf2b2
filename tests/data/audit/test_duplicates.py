"""Copies of every kind are found in every kind of layout, and other performances are not."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np
import pytest
from benchmarks.planted_copies.plant import makers, plant
from tests.data.audit.planted import performed
from tests.tiny import pose

from gspmc.data.audit.duplicates import Pair, find_pairs
from gspmc.data.clip import Clip
from gspmc.skeleton import get_layout

LAYOUTS = ("gsp87", "hands42", "kinect20")
KINDS = {
    "exact": 1.0,
    "shifted by 30%": 1.0,
    "cropped to 80%": 1.0,
    "cropped to 60%": 0.9,
    "mirrored": 1.0,
    "noise 1%": 0.9,
    "hand lost in 10%": 1.0,
    "30 for 25 fps, told": 0.9,
    "30 for 25 fps, not told": 0.8,
    "half the frames, told": 0.8,
    "half the size, shifted": 1.0,
}
"""Kind of copy -> the least share of them that must be found."""


@lru_cache
def clips(layout: str) -> tuple[Clip, ...]:
    return tuple(performed(layout))


def pairs(found: list[Clip]) -> list[Pair]:
    return find_pairs((clip.pose for clip in found), get_layout(found[0].pose.layout))


@pytest.mark.parametrize("layout", LAYOUTS)
def test_other_performances_are_no_copies(layout: str) -> None:
    assert pairs(list(clips(layout))) == []


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("kind", KINDS)
def test_planted_copies_are_found(layout: str, kind: str) -> None:
    rng = np.random.default_rng(0)
    originals = [row for row in range(0, 96, 8)]
    copies = [plant(clips(layout)[row], kind, rng) for row in originals]
    found = {(pair.first, pair.second): pair for pair in pairs([*clips(layout), *copies])}
    expected = [(row, 96 + number) for number, row in enumerate(originals)]
    recall = np.mean([key in found for key in expected])
    assert recall >= KINDS[kind]
    assert set(found) <= set(expected)
    assert all(found[key].mirrored == (kind == "mirrored") for key in expected if key in found)


def test_a_squeezed_picture() -> None:
    rng = np.random.default_rng(0)
    some = list(clips("hands42")[:24])
    copy = plant(some[5], "squeezed from 16:9 to 4:3", rng)
    assert [(pair.first, pair.second) for pair in pairs([*some, copy])] == [(5, 24)]


def test_every_kind_of_the_benchmark_is_made() -> None:
    rng = np.random.default_rng(0)
    for kind in makers(get_layout("hands42")):
        made = plant(clips("hands42")[0], kind, rng, split="val")
        assert made.split == "val" and len(made.pose.keypoints) > 5


def test_where_a_piece_lies() -> None:
    """Frames 6 and on of a clip of 25 frames a second begin at 0.24 s."""
    whole = clips("gsp87")[0]
    points = whole.pose.keypoints[6:]
    piece = replace(whole, id="piece", pose=replace(whole.pose, keypoints=points))
    for order, sign in (([whole, piece], 1), ([piece, whole], -1)):
        (pair,) = pairs(order)
        assert pair.offset == pytest.approx(sign * 6 / whole.pose.fps, abs=0.006)
        assert pair.tempo == 1.0 and pair.distance < 1e-3 and pair.kind == "near"


def test_copies_of_copies_are_all_told() -> None:
    some = list(clips("hands42")[:10])
    rng = np.random.default_rng(0)
    again = [replace(some[4], id=f"again{i}") for i in range(12)]
    noisy = plant(some[4], "noise 1%", rng)
    found = pairs([*some, *again, noisy])
    rows = {4, *range(10, 23)}
    assert {(p.first, p.second) for p in found} == {(a, b) for a in rows for b in rows if a < b}
    assert sum(pair.kind == "exact" for pair in found) == 13 * 12 // 2


def test_clips_that_show_nothing_are_no_copies() -> None:
    nothing = pose(np.zeros((30, 42, 3), dtype=np.float16))
    assert find_pairs([nothing, nothing], get_layout("hands42")) == []


def test_frozen_clips_are_copies_only_when_exact() -> None:
    rng = np.random.default_rng(0)
    still = [np.repeat(rng.uniform(size=(1, 42, 3)).astype(np.float16), 30, axis=0) for _ in "ab"]
    for points in still:
        points[..., -1] = 1
    found = find_pairs([pose(still[0]), pose(still[1]), pose(still[0])], get_layout("hands42"))
    assert [(pair.first, pair.second, pair.kind) for pair in found] == [(0, 2, "exact")]
