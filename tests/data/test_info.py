"""Counts over clips against counts by hand."""

import json
import weakref
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from gspmc.data.clip import Clip
from gspmc.data.info import print_info, summarise
from gspmc.errors import GspmcError
from gspmc.pose import PoseSequence
from gspmc.skeleton import get_layout


def a_clip(
    name: str,
    label: str = "book",
    signer: str = "s1",
    split: str = "train",
    frames: int = 4,
    unseen: tuple[tuple[int, str, int], ...] = (),
    layout: str = "hands42",
    size: int | None = 480,
) -> Clip:
    """A clip seen throughout but for (frame, part, the first so many points of it)."""
    points = get_layout(layout)
    keypoints = np.ones((frames, points.num_joints, len(points.channels)), dtype=np.float16)
    for frame, part, count in unseen:
        keypoints[frame, list(points.parts[part][:count])] = 0
    pose = PoseSequence(keypoints, layout, 25.0, size, size, "tracker", "1.0")
    return Clip(name, label, signer, split, pose)


def four_clips() -> Iterator[Clip]:
    yield a_clip("1", "book", "s1", "train", 4, ((0, "left_hand", 21), (1, "left_hand", 7)))
    yield a_clip("2", "book", "s1", "val", 6)
    yield a_clip("3", "[drink]", "", "train", 1, ((0, "right_hand", 21),))
    yield a_clip("4", "[drink]", "s2", "train", 9, size=None)


def printed(most: int = 20) -> str:
    stream = StringIO()
    print_info(summarise(four_clips()), Console(file=stream, width=100), most=most)
    return stream.getvalue()


def test_counts_by_split_class_and_signer() -> None:
    info = summarise(four_clips())
    assert (info.clips, info.frames, tuple(info.lengths)) == (4, 20, (1, 5.0, 9))
    assert info.splits == {"train": 3, "val": 1}
    assert info.classes == {"[drink]": {"train": 2}, "book": {"train": 1, "val": 1}}
    assert info.signers == {"": {"train": 1}, "s1": {"train": 1, "val": 1}, "s2": {"train": 1}}
    assert info.shared_signers == ["s1"]
    assert info.extractors == {"tracker 1.0": 4}
    assert info.unknown_size == 1


def test_missing_rates_by_part() -> None:
    missing = summarise(four_clips()).missing
    assert list(missing) == ["left_hand", "right_hand"]
    assert missing["left_hand"] == pytest.approx((1 / 20, 28 / (20 * 21), 0))
    assert missing["right_hand"] == pytest.approx((1 / 20, 1 / 20, 1 / 4))


def test_a_point_of_low_confidence_counts_as_missing() -> None:
    clip = a_clip("1")
    clip.pose.keypoints[..., -1] = 0.2
    assert summarise([clip]).missing["left_hand"] == (1, 1, 1)


def test_no_clip_is_kept() -> None:
    alive: list[weakref.ref[Clip]] = []
    most_alive = 0

    def stream() -> Iterator[Clip]:
        nonlocal most_alive
        for index in range(50):
            clip = a_clip(str(index))
            alive.append(weakref.ref(clip))
            most_alive = max(most_alive, sum(ref() is not None for ref in alive))
            yield clip

    assert summarise(stream()).clips == 50
    assert most_alive <= 3


def test_to_dict_is_json() -> None:
    values = summarise(four_clips()).to_dict()
    assert json.loads(json.dumps(values)) == values
    assert values["missing"]["right_hand"]["clips"] == 0.25
    assert values["fps"] == {"25": 4}
    assert values["lengths"] == {"shortest": 1, "median": 5.0, "longest": 9}


def test_print_shows_counts_and_warnings() -> None:
    shown = printed()
    assert "4 of 2 classes" in shown
    assert "1 to 9, median 5; 20 in all" in shown
    assert "1 clips, taken at aspect 1" in shown
    assert "signers in several splits" in shown
    assert "[drink]" in shown  # brackets are no markup
    assert "(unknown)" in shown
    assert "more," not in shown


def test_long_lists_are_cut_and_say_so() -> None:
    assert "(1 more, 2 to 2 clips each)" in printed(most=1)


def test_no_clips_and_mixed_layouts_are_refused() -> None:
    with pytest.raises(GspmcError, match="no clips"):
        summarise([])
    with pytest.raises(GspmcError, match="clip '2' is in layout gsp87"):
        summarise([a_clip("1"), a_clip("2", layout="gsp87")])


@pytest.mark.realdata
def test_counts_of_the_wlasl_hands(real_data: Path) -> None:
    """The counts that the data's description states: two frames of three show a hand."""
    with np.load(real_data / "wlasl-hands" / "wlasl300_train_val.npz") as archive:
        points, lengths = archive["x"], archive["length"][:60]
        ends = np.cumsum(lengths)
    clips = []
    for index, (end, length) in enumerate(zip(ends, lengths, strict=True)):
        hands = points[end - length : end].astype(np.float32)  # (T, 2, 21, 3)
        seen = (hands != -1).any(axis=(2, 3), keepdims=True)
        keypoints = np.concatenate([hands[..., :2], np.ones_like(hands[..., :1])], axis=-1) * seen
        pose = PoseSequence(keypoints.reshape(length, 42, 3), "hands42", 25.0)
        clips.append(Clip(str(index), "sign", "", "train", pose))
    info = summarise(clips)
    assert info.frames == lengths.sum()
    assert info.unknown_size == 60
    for rate in info.missing.values():
        assert rate.frames == pytest.approx(rate.points)  # a hand is found whole or not at all
    assert 0.2 < info.missing["left_hand"].frames < 0.5
