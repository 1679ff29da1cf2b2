"""The four streams against literal loops."""

import pytest
import torch
from tests.tiny import roots
from torch import Tensor

from gspmc.data.streams import Stream, to_stream
from gspmc.skeleton import get_layout
from gspmc.skeleton.registry import layout_names

STREAMS: tuple[Stream, ...] = ("joint", "bone", "joint_motion", "bone_motion")


def batch(layout: str, frames: int = 4, clips: int = 2) -> Tensor:
    """(N, C, T, V)."""
    size, channels = get_layout(layout).num_joints, len(get_layout(layout).channels)
    generator = torch.Generator().manual_seed(0)
    return torch.rand(clips, channels, frames, size, generator=generator)


def literal_bone(clip: list, parents: tuple[int, ...]) -> list:
    """clip[c][t][v] in Python floats."""
    last = len(clip) - 1
    return [
        [
            [
                min(frame[joint], frame[parent])
                if channel == last
                else frame[joint] - frame[parent]
                for joint, parent in enumerate(parents)
            ]
            for frame in clip[channel]
        ]
        for channel in range(len(clip))
    ]


def literal_motion(clip: list) -> list:
    last_channel, last_frame = len(clip) - 1, len(clip[0]) - 1
    moved = []
    for channel, frames in enumerate(clip):
        rows = []
        for time, frame in enumerate(frames):
            following = frames[min(time + 1, last_frame)]
            if channel == last_channel:
                rows.append([min(now, then) for now, then in zip(frame, following, strict=True)])
            elif time == last_frame:
                rows.append([0.0] * len(frame))
            else:
                rows.append([then - now for now, then in zip(frame, following, strict=True)])
        moved.append(rows)
    return moved


@pytest.mark.parametrize("layout", ["gsp87", "hands42", "kinect20"])
@pytest.mark.parametrize("frames", [1, 2, 5])
@pytest.mark.parametrize("stream", STREAMS)
def test_equals_the_loops(layout: str, frames: int, stream: Stream) -> None:
    x = batch(layout, frames)
    expected = []
    for clip in x.tolist():
        if stream.startswith("bone"):
            clip = literal_bone(clip, get_layout(layout).parents)
        if stream.endswith("motion"):
            clip = literal_motion(clip)
        expected.append(clip)
    torch.testing.assert_close(to_stream(x, stream, get_layout(layout)), torch.tensor(expected))


@pytest.mark.parametrize("stream", ["joint_motion", "bone_motion"])
def test_the_last_frame_does_not_move(stream: Stream) -> None:
    moved = to_stream(batch("hands42"), stream, get_layout("hands42"))
    assert not moved[:, :-1, -1].any()
    assert moved[:, :-1, :-1].any()
    assert (moved[:, -1] > 0).all()


def test_roots_have_bones_of_length_zero_and_their_own_confidence() -> None:
    layout = get_layout("hands42")
    x = batch("hands42")
    bones = to_stream(x, "bone", layout)
    ends = roots(layout)
    assert not bones[:, :-1, :, ends].any()
    torch.testing.assert_close(bones[:, -1:, :, ends], x[:, -1:, :, ends])


def test_bones_add_up_to_the_joint() -> None:
    """From any joint up to the root, bone after bone, is the joint's place seen from the root."""
    layout = get_layout("gsp87")
    x = batch("gsp87").double()
    bones = to_stream(x, "bone", layout)
    for joint in range(layout.num_joints):
        total, at = torch.zeros_like(x[:, :-1, :, 0]), joint
        while layout.parents[at] != at:
            total += bones[:, :-1, :, at]
            at = layout.parents[at]
        torch.testing.assert_close(total, x[:, :-1, :, joint] - x[:, :-1, :, at])


@pytest.mark.parametrize("stream", STREAMS)
def test_confidence_is_the_lesser(stream: Stream) -> None:
    """One unseen point takes the confidence of all that is derived from it, and of nothing else."""
    layout = get_layout("hands42")
    x = batch("hands42")
    x[:, -1] = 1
    knuckle, time = layout.index("left_hand.index_mcp"), 2
    x[:, -1, time, knuckle] = 0
    joints = {knuckle}
    if stream.startswith("bone"):
        joints.add(layout.index("left_hand.index_pip"))
    times = {time, time - 1} if stream.endswith("motion") else {time}
    empty = {(int(t), int(v)) for t, v in (to_stream(x, stream, layout)[0, -1] == 0).nonzero()}
    assert empty == {(t, v) for t in times for v in joints}


@pytest.mark.parametrize("stream", STREAMS)
def test_the_input_stays(stream: Stream) -> None:
    x = batch("hands42")
    before = x.clone()
    to_stream(x, stream, get_layout("hands42"))
    assert torch.equal(x, before)


@pytest.mark.parametrize("stream", ["bone", "joint_motion", "bone_motion"])
def test_place_does_not_matter_to_derived_streams(stream: Stream) -> None:
    layout = get_layout("hands42")
    x = batch("hands42").double()
    shifted = x.clone()
    shifted[:, 0] += 3
    shifted[:, 1] -= 2
    torch.testing.assert_close(to_stream(shifted, stream, layout), to_stream(x, stream, layout))


LAYOUTS = [name for name in layout_names() if not name.startswith("mediapipe")]
"""Those that models are trained on; the others are there to convert from."""


def literal_difference(minuend: list[float], subtrahend: list[float]) -> list[float]:
    """Of one point, (C,): coordinates and confidence, with unknown points at zero."""
    known = any(minuend[:-1]) and any(subtrahend[:-1])
    moved = [one - two if known else 0.0 for one, two in zip(minuend, subtrahend, strict=True)]
    return [*moved[:-1], min(minuend[-1], subtrahend[-1])]


def literal_stream(clip: list, stream: str, parents: tuple[int, ...]) -> list:
    """clip[t][v][c] in Python floats, one point at a time."""
    if "bone" in stream:
        clip = [
            [literal_difference(frame[v], frame[parents[v]]) for v in range(len(parents))]
            for frame in clip
        ]
    if "motion" in stream:
        following = [*clip[1:], clip[-1]]
        clip = [
            [literal_difference(then, now) for then, now in zip(*frames, strict=True)]
            for frames in zip(following, clip, strict=True)
        ]
    return clip


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("stream", STREAMS)
def test_every_layout_with_points_missing_equals_the_loops(layout: str, stream: Stream) -> None:
    x = batch(layout, frames=3)
    missing = torch.rand(x[:, :1].shape, generator=torch.Generator().manual_seed(1)) < 0.2
    x[:, :-1] *= ~missing
    by_point = x.permute(0, 2, 3, 1)  # (N, T, V, C)
    parents = get_layout(layout).parents
    expected = torch.tensor([literal_stream(clip, stream, parents) for clip in by_point.tolist()])
    found = to_stream(x, stream, get_layout(layout)).permute(0, 2, 3, 1)
    torch.testing.assert_close(found, expected)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_mirror_of_a_bone_is_the_bone_of_the_mirror(layout: str) -> None:
    """So augmentation may mirror joints before the stream is derived."""
    named, x = get_layout(layout), batch(layout)
    mirror = list(named.mirror)
    for stream in STREAMS:
        torch.testing.assert_close(
            to_stream(x[..., mirror], stream, named), to_stream(x, stream, named)[..., mirror]
        )
