"""Example clips as the page draws them."""

import numpy as np
import pytest
from tests.tiny import clip, keypoints, pose

from gspmc.data.clip import Clip
from gspmc.data.store import ClipStore
from gspmc.describe.review.examples import (
    MOST_EXAMPLES,
    clip_json,
    examples_of,
    layout_json,
    read_example,
)
from gspmc.skeleton import PARTS, get_layout, layout_names


@pytest.mark.parametrize("name", layout_names())
def test_every_layout_is_drawn_whole(name: str) -> None:
    layout = get_layout(name)
    parts = layout_json(layout)["parts"]
    assert sorted(i for part in parts for i in part["points"]) == list(range(layout.num_joints))
    for part in parts:
        assert part["name"] in PARTS
        assert all(layout.parents[a] == b and a != b for a, b in part["bones"])
    hand = next(part for part in parts if part["name"] == "right_hand")
    assert len(hand["bones"]) >= len(hand["points"]) - 1 or name.startswith("mediapipe")


def test_missing_points_are_null_and_leave_the_box_alone() -> None:
    points = keypoints(4)
    points[1, 3] = 0
    found = clip_json(Clip("c", "book", "s0", "train", pose(points)))
    assert [frame[3] is None for frame in found["frames"]] == [False, True, False, False]
    assert found["frames"][0][0] == pytest.approx(points[0, 0, :2].tolist(), abs=1e-4)
    assert found["box"][0] > 0.2 and found["box"][3] < 0.8
    assert "0.2 seconds, 4 frames, signer s0" in found["words"]
    assert "left hand in 100%" in found["words"]


def test_a_clip_that_shows_nothing() -> None:
    found = clip_json(Clip("c", "book", "", "train", pose(np.zeros_like(keypoints(2)))))
    assert found["box"] == [0, 0, 1, 1] and found["frames"][0][0] is None
    assert "right hand in 0%" in found["words"]


def test_depth_is_seen_from_the_front() -> None:
    found = clip_json(clip("c", layout="kinect20"))
    assert len(found["frames"][0]) == 20 and len(found["frames"][0][0]) == 2


def test_the_most_complete_example_comes_first(tmp_path) -> None:
    half, none = keypoints(6, seed=1), keypoints(6, seed=2)
    half[:3], none[:] = 0, 0
    clips = [
        Clip("none", "book", "s0", "train", pose(none)),
        Clip("half", "book", "s0", "train", pose(half)),
        clip("whole", "book"),
        clip("whole too", "book"),
        clip("other", "drink"),
        *(clip(f"many{i}", "many") for i in range(MOST_EXAMPLES + 3)),
    ]
    store = ClipStore.create(tmp_path / "store", clips)
    assert [row["id"] for row in examples_of(store, "book")] == [
        "whole",
        "whole too",
        "half",
        "none",
    ]
    assert len(examples_of(store, "many")) == MOST_EXAMPLES
    assert examples_of(store, "nothing") == []
    found = read_example(store, "half")
    assert found is not None and found.id == "half"
    assert read_example(store, "nowhere") is None
