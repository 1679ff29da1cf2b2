"""Windows: resampling against NumPy's interpolation, batches against their clips one by one."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import torch

from gspmc.data.augment import NO_AUGMENTATION, Augmentation
from gspmc.data.streams import Stream, to_stream
from gspmc.data.windows import ClipWindows
from gspmc.errors import GspmcError
from gspmc.skeleton import PARTS, get_layout

FRAMES = 8
LENGTHS = (8, 1, 3, 20, 2, 65)


def clip(length: int, layout: str = "hands42") -> np.ndarray:
    """(T, V, C) float32, as preprocessing gives it."""
    names = get_layout(layout)
    rng = np.random.default_rng(length)
    out = rng.normal(size=(length, names.num_joints, len(names.channels)))
    out[..., -1] = rng.uniform(0.3, 1, size=out.shape[:-1])
    return out.astype(np.float32)


def windows(lengths: tuple[int, ...] = LENGTHS, layout: str = "hands42") -> ClipWindows:
    clips = [clip(length, layout) for length in lengths]
    return ClipWindows(clips, range(len(clips)), get_layout(layout), FRAMES)


def rows(*positions: int) -> torch.Tensor:
    return torch.tensor(positions)


def test_windows_mapped_from_a_file_are_those_in_memory(tmp_path: Path) -> None:
    clips = [clip(length) for length in LENGTHS]
    layout = get_layout("hands42")
    mapped = ClipWindows(iter(clips), range(len(clips)), layout, FRAMES, tmp_path)
    assert list(tmp_path.iterdir()) == [], "the file has a name, and stays when the process dies"
    chosen = rows(2, 0, 5, 1)
    held = windows().batch(chosen)
    for field in dataclasses.fields(held):
        one, other = (getattr(batch, field.name) for batch in (held, mapped.batch(chosen)))
        assert torch.equal(one, other), field.name


def test_a_folder_that_cannot_hold_them_is_told(tmp_path: Path) -> None:
    with pytest.raises(GspmcError, match=r"cannot keep the clips in .*absent: No such file"):
        ClipWindows([clip(3)], [0], get_layout("hands42"), FRAMES, tmp_path / "absent")


@pytest.mark.parametrize("layout", ["hands42", "gsp87", "kinect20"])
def test_a_clip_of_the_windows_length_comes_out_as_it_is(layout: str) -> None:
    x = windows((FRAMES,), layout).batch(rows(0)).x
    expected = torch.from_numpy(clip(FRAMES, layout)).permute(2, 0, 1)[None]  # (1, C, T, V)
    assert x.dtype == torch.float32 and x.is_contiguous()
    torch.testing.assert_close(x, expected, atol=1e-5, rtol=0)


@pytest.mark.parametrize("frames", [16, 48, 64, 100])
def test_so_it_does_for_every_usual_length(frames: int) -> None:
    only = ClipWindows([clip(frames)], [0], get_layout("hands42"), frames)
    expected = torch.from_numpy(clip(frames)).permute(2, 0, 1)[None]
    torch.testing.assert_close(only.batch(rows(0)).x, expected, atol=1e-4, rtol=0)


def test_resampling_is_linear_interpolation() -> None:
    x = windows().batch(rows(*range(len(LENGTHS)))).x
    assert x.shape == (len(LENGTHS), 3, FRAMES, 42)
    for position, length in enumerate(LENGTHS):
        source = clip(length)
        times = np.linspace(0, length - 1, FRAMES)
        for joint in (0, 17, 41):
            for channel in range(3):
                expected = np.interp(times, np.arange(length), source[:, joint, channel])
                np.testing.assert_allclose(
                    x[position, channel, :, joint], expected, atol=2e-5 * max(length, 8)
                )


def test_a_clip_of_one_frame_stands_still() -> None:
    x = windows().batch(rows(1)).x
    expected = torch.from_numpy(clip(1)).permute(2, 0, 1).expand(3, FRAMES, 42)
    torch.testing.assert_close(x[0], expected)


def test_a_clip_of_one_frame_survives_every_augmentation() -> None:
    change = Augmentation(crop=0.1, speed_warp=0.9, jitter=0.1, drop_hand=0.5, mirror=0.5)
    x = windows().batch(rows(1, 1, 1), "bone_motion", change, torch.Generator()).x
    assert x.isfinite().all()


@pytest.mark.parametrize("stream", ["joint", "bone_motion"])
def test_a_clip_does_not_depend_on_its_batch(stream: Stream) -> None:
    data = windows()
    together = data.batch(rows(5, 0, 3, 1, 3), stream)
    for position, row in enumerate([5, 0, 3, 1, 3]):
        alone = data.batch(rows(row), stream)
        assert torch.equal(together.x[position], alone.x[0])
        assert torch.equal(together.visible[position], alone.visible[0])
        assert together.labels[position] == alone.labels[0] == row


def test_without_augmentation_the_generator_does_not_matter() -> None:
    data = windows()
    plain = data.batch(rows(0, 3)).x
    seeded = data.batch(rows(0, 3), generator=torch.Generator().manual_seed(9)).x
    assert torch.equal(plain, seeded)
    same = dataclasses.replace(NO_AUGMENTATION)  # equal, not the same object
    assert torch.equal(data.batch(rows(0, 3), augmentation=same).x, plain)


def test_augmentation_follows_its_generator() -> None:
    data = windows()

    def draw(seed: int) -> torch.Tensor:
        generator = torch.Generator().manual_seed(seed)
        return data.batch(rows(0, 3, 5), "joint", Augmentation(), generator).x

    assert torch.equal(draw(1), draw(1))
    assert not torch.equal(draw(1), draw(2))


def test_a_crop_stays_inside_its_clip() -> None:
    """Neighbours in memory hold other numbers: a value from outside the clip would show."""
    names = get_layout("hands42")
    clips = [np.full((length, 42, 3), index, np.float32) for index, length in enumerate(LENGTHS)]
    data = ClipWindows(clips, [0] * len(clips), names, FRAMES)
    change = dataclasses.replace(NO_AUGMENTATION, crop=0.3, speed_warp=0.9)
    every = torch.arange(len(clips)).repeat(50)
    x = data.batch(every, "joint", change, torch.Generator().manual_seed(0)).x
    assert torch.equal(x, every[:, None, None, None].expand_as(x).float())


@pytest.mark.parametrize("stream", ["joint", "bone", "joint_motion", "bone_motion"])
def test_streams_are_derived_from_the_window(stream: Stream) -> None:
    data = windows()
    joint = data.batch(rows(0, 3)).x
    expected = to_stream(joint, stream, get_layout("hands42"))
    assert torch.equal(data.batch(rows(0, 3), stream).x, expected)


def test_labels_travel_along() -> None:
    clips = [clip(length) for length in LENGTHS]
    data = ClipWindows(clips, [4, -1, 2, 2, 0, 7], get_layout("hands42"), FRAMES)
    batch = data.batch(rows(5, 1, 1))
    assert len(data) == len(LENGTHS)
    assert batch.labels.tolist() == [7, -1, -1] and batch.labels.dtype == torch.long


def test_parts_are_visible_when_the_window_shows_them() -> None:
    layout = get_layout("gsp87")
    clips = [np.zeros((FRAMES, 87, 3), dtype=np.float32) for _ in range(4)]
    clips[0][2, layout.index("left_hand.pinky_tip"), -1] = 0.3  # once is enough
    clips[1][:, layout.index("mouth.inner_upper"), -1] = 0.29  # not sure enough
    clips[2][0, layout.index("face.chin"), -1] = 1
    clips[2][3, layout.index("nose"), -1] = 1
    clips[3][..., -1] = 1
    data = ClipWindows(clips, [0] * 4, layout, FRAMES)
    visible = data.batch(rows(3, 0, 2, 1)).visible
    assert visible.dtype == torch.bool
    seen = [{part for part, flag in zip(PARTS, row, strict=True) if flag} for row in visible]
    assert seen == [set(PARTS), {"left_hand"}, {"body", "face"}, set()]


def test_a_part_below_the_given_confidence_is_not_visible() -> None:
    layout = get_layout("hands42")
    clip = np.full((FRAMES, 42, 3), 0.4, dtype=np.float32)
    clip[:, layout.index("left_hand.root"), -1] = 0.5
    data = ClipWindows([clip], [0], layout, FRAMES, min_confidence=0.5)
    (row,) = data.batch(rows(0)).visible
    assert [part for part, flag in zip(PARTS, row, strict=True) if flag] == ["left_hand"]


def test_a_part_that_the_layout_lacks_is_never_visible() -> None:
    visible = windows((4,)).batch(rows(0)).visible[0]
    assert dict(zip(PARTS, visible.tolist(), strict=True)) == {
        "body": False,
        "left_hand": True,
        "right_hand": True,
        "mouth": False,
        "face": False,
    }


def test_the_clips_in_memory_stay_as_they_were() -> None:
    data = windows()
    before = data.points.clone()
    change = Augmentation(mirror=1.0, drop_hand=1.0, jitter=0.2, part_shift=0.2)
    data.batch(rows(0, 1, 2), "bone", change, torch.Generator())
    assert torch.equal(data.points, before)


def test_a_point_that_appears_does_not_fly_in_from_the_centre() -> None:
    layout = get_layout("hands42")
    appearing = np.zeros((3, 42, 3), dtype=np.float32)
    appearing[2] = (4.0, -2.0, 1.0)
    data = ClipWindows([appearing], [0], layout, 5)
    x = data.batch(rows(0)).x[0]  # (C, 5, V)
    assert x[0, :, 0].tolist() == [0, 0, 0, 4, 4]
    assert x[2, :, 0].tolist() == [0, 0, 0, 0.5, 1]


@pytest.mark.gpu
@pytest.mark.parametrize("stream", ["joint", "bone_motion"])
def test_a_gpu_makes_the_batches_that_the_cpu_makes(stream: Stream) -> None:
    everything = Augmentation(
        crop=0.5, speed_warp=0.3, rotation=0.3, yaw=0.2, scale=0.2, shift=0.1, part_shift=0.1,
        jitter=0.01, mask_probability=0.5, drop_hand=0.5, mirror=0.5,
    )  # fmt: skip
    clips = [clip(length) for length in LENGTHS]
    held = ClipWindows(clips, [0, 0, 1, 1, 0, 1], get_layout("hands42"), FRAMES)
    for augmentation in (NO_AUGMENTATION, everything):
        batches = [
            each.batch(rows(5, 2, 0, 1), stream, augmentation, torch.Generator().manual_seed(3))
            for each in (held, held.to("cuda"))
        ]
        assert batches[1].x.is_cuda
        for field in dataclasses.fields(batches[0]):
            one, other = (getattr(batch, field.name).cpu() for batch in batches)
            torch.testing.assert_close(other, one, msg=lambda told, n=field.name: f"{n}: {told}")
