"""Augmentation: each change alone, its bounds, and what it must leave as it was."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from gspmc.data.augment import NO_AUGMENTATION, Augmentation, augment, sample_times
from gspmc.skeleton import get_layout

LAYOUTS = ("gsp87", "hands42", "kinect20")
EVERYTHING = Augmentation(
    speed_warp=0.5,
    yaw=0.4,
    part_shift=0.1,
    jitter=0.05,
    mask_probability=0.5,
    drop_hand=0.5,
    mirror=0.5,
)


def only(**change: float) -> Augmentation:
    """Nothing but the named change."""
    nothing = {"crop": 1.0, "rotation": 0.0, "scale": 0.0, "shift": 0.0, "mask_probability": 0.0}
    return Augmentation(**(nothing | change))  # type: ignore[arg-type]


def batch(layout: str, clips: int = 6, frames: int = 12, missing: float = 0.2) -> Tensor:
    """(N, C, T, V); missing points are zero throughout."""
    names = get_layout(layout)
    generator = torch.Generator().manual_seed(1)
    x = torch.randn(clips, len(names.channels), frames, names.num_joints, generator=generator)
    x[:, -1] = 0.3 + 0.7 * torch.rand(x[:, -1].shape, generator=generator)
    absent = torch.rand(clips, 1, frames, names.num_joints, generator=generator) < missing
    return x.masked_fill(absent, 0)


def run(x: Tensor, layout: str, change: Augmentation, seed: int = 0) -> Tensor:
    before = x.clone()
    out, _ = augment(x, get_layout(layout), change, torch.Generator().manual_seed(seed))
    assert torch.equal(x, before), "the input was changed"
    assert out.shape == x.shape and out.dtype == x.dtype
    return out


def geometry(**change: float) -> list[tuple[str, Augmentation]]:
    return [(layout, only(**change)) for layout in LAYOUTS]


GEOMETRY = [
    *geometry(rotation=0.5),
    *geometry(scale=0.3),
    *geometry(shift=0.4),
    *geometry(part_shift=0.4),
    *geometry(jitter=0.1),
    ("kinect20", only(yaw=0.5)),
    *geometry(rotation=0.5, scale=0.3, shift=0.4, part_shift=0.4, jitter=0.1, yaw=0.5),
]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_settings_that_change_nothing(layout: str) -> None:
    x = batch(layout)
    assert torch.equal(run(x, layout, NO_AUGMENTATION), x)
    assert torch.equal(run(x, layout, only()), x)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_generator_decides_everything(layout: str) -> None:
    x = batch(layout)
    torch.manual_seed(1)
    first = run(x, layout, EVERYTHING, seed=5)
    torch.manual_seed(2)
    assert torch.equal(run(x, layout, EVERYTHING, seed=5), first)
    assert not torch.equal(run(x, layout, EVERYTHING, seed=6), first)


def test_two_draws_of_one_generator_differ() -> None:
    generator = torch.Generator().manual_seed(0)
    x = batch("hands42")
    first, _ = augment(x, get_layout("hands42"), Augmentation(), generator)
    second, _ = augment(x, get_layout("hands42"), Augmentation(), generator)
    assert not torch.equal(first, second)


@pytest.mark.parametrize(("layout", "change"), GEOMETRY)
def test_geometry_changes_something_but_never_confidence(layout: str, change: Augmentation) -> None:
    x = batch(layout)
    out = run(x, layout, change)
    assert not torch.equal(out[:, :-1], x[:, :-1])
    assert torch.equal(out[:, -1], x[:, -1])


@pytest.mark.parametrize(("layout", "change"), GEOMETRY)
def test_empty_points_stay_at_zero(layout: str, change: Augmentation) -> None:
    x = batch(layout, missing=0.5)
    empty = (x == 0).all(dim=1, keepdim=True).expand_as(x)
    assert empty.any()
    assert not run(x, layout, change)[empty].any()


@pytest.mark.parametrize("layout", LAYOUTS)
def test_rotation_keeps_lengths_and_one_angle_a_clip(layout: str) -> None:
    x = batch(layout, frames=3, missing=0)
    bound = 0.4
    out = run(x, layout, only(rotation=bound, yaw=0.3))
    for points, turned in zip(x[:, :-1], out[:, :-1], strict=True):
        lengths = [torch.pdist(cloud.flatten(1).T) for cloud in (points, turned)]
        torch.testing.assert_close(lengths[1], lengths[0], atol=1e-4, rtol=1e-4)
        distances = [cloud.norm(dim=0) for cloud in (points, turned)]  # the centre stays put
        torch.testing.assert_close(distances[1], distances[0], atol=1e-4, rtol=1e-4)
    if layout != "kinect20":
        before, after = (torch.complex(y[:, 0], y[:, 1]).flatten(1) for y in (x, out))
        angles = torch.angle(after / before)
        assert (angles.abs() <= bound + 1e-5).all()
        torch.testing.assert_close(angles, angles[:, :1].expand_as(angles), atol=1e-3, rtol=0)
        assert len(angles[:, 0].unique()) == len(x)  # each clip has its own


def test_rotation_keeps_depth_and_yaw_keeps_height() -> None:
    x = batch("kinect20")
    turned, yawed = (run(x, "kinect20", only(**{kind: 0.5})) for kind in ("rotation", "yaw"))
    assert torch.equal(turned[:, 2], x[:, 2]) and not torch.equal(turned[:, 1], x[:, 1])
    assert torch.equal(yawed[:, 1], x[:, 1]) and not torch.equal(yawed[:, 2], x[:, 2])


def test_yaw_needs_depth() -> None:
    x = batch("hands42")
    assert torch.equal(run(x, "hands42", only(yaw=0.5)), x)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_scale_is_one_factor_an_axis_and_clip_within_its_bound(layout: str) -> None:
    x = batch(layout, missing=0)
    factors = run(x, layout, only(scale=0.2))[:, :-1] / x[:, :-1]
    one = factors[:, :, :1, :1]
    torch.testing.assert_close(factors, one.expand_as(factors), rtol=1e-4, atol=0)
    assert (one >= 0.8 - 1e-5).all() and (one <= 1.2 + 1e-5).all()
    assert len(one.unique()) == one.numel()


@pytest.mark.parametrize("layout", LAYOUTS)
def test_shift_is_one_vector_a_clip_within_its_bound(layout: str) -> None:
    x = batch(layout, missing=0)
    offsets = run(x, layout, only(shift=0.3))[:, :-1] - x[:, :-1]
    one = offsets[:, :, :1, :1]
    torch.testing.assert_close(offsets, one.expand_as(offsets), atol=1e-5, rtol=0)
    assert 0 < one.abs().max() <= 0.3 + 1e-5


@pytest.mark.parametrize("layout", LAYOUTS)
def test_part_shift_moves_each_hand_as_one_and_nothing_else(layout: str) -> None:
    x = batch(layout, missing=0)
    offsets = run(x, layout, only(part_shift=0.3))[:, :-1] - x[:, :-1]
    parts = get_layout(layout).parts
    means = []
    for part, members in parts.items():
        moved = offsets[..., list(members)]
        if part in ("left_hand", "right_hand"):
            one = moved[:, :, :1, :1]
            torch.testing.assert_close(moved, one.expand_as(moved), atol=1e-5, rtol=0)
            means.append(one)
        else:
            assert not moved.any()
    assert not torch.isclose(means[0], means[1]).any()
    many = batch("hands42", clips=500, frames=1, missing=0)
    drawn = (run(many, "hands42", only(part_shift=0.3)) - many)[:, :2, 0, 0]
    assert drawn.mean().item() == pytest.approx(0, abs=0.04)
    assert drawn.std().item() == pytest.approx(0.3, rel=0.1)


def test_jitter_has_its_standard_deviation() -> None:
    x = batch("gsp87", missing=0)
    noise = run(x, "gsp87", only(jitter=0.1))[:, :-1] - x[:, :-1]
    assert noise.std().item() == pytest.approx(0.1, rel=0.05)
    assert noise.mean().item() == pytest.approx(0, abs=0.005)


@pytest.mark.parametrize("longest", [1, 5, 8, 40])
@pytest.mark.parametrize("frames", [1, 2, 12])
def test_a_mask_blanks_one_short_stretch_and_never_all(longest: int, frames: int) -> None:
    x = batch("hands42", clips=600, frames=frames, missing=0)
    out = run(x, "hands42", only(mask_probability=1.0, mask_frames=longest))
    blank = (out == 0).all(dim=1).all(dim=-1)  # (N, T)
    assert torch.equal(out, x.masked_fill(blank[:, None, :, None], 0))
    counts = blank.sum(dim=1)
    assert counts.max() <= min(longest, frames - 1)
    edges = blank.long().diff(dim=1).abs().sum(dim=1)
    ends = blank[:, 0].long() + blank[:, -1].long()
    assert (edges + ends <= 2).all()  # one stretch
    if frames == 12 and longest == 5:
        assert counts.float().mean().item() == pytest.approx(2.5, abs=0.25)  # U(0, 5)
        assert counts.max() == 5 and blank.any(dim=0).all()  # long ones too, and everywhere


@pytest.mark.parametrize("probability", [0.0, 0.3, 1.0])
def test_shares_are_kept(probability: float) -> None:
    clips = 600
    x = batch("hands42", clips=clips, frames=3, missing=0)
    for change in (only(drop_hand=probability), only(mirror=probability)):
        out = run(x, "hands42", change)
        changed = (out != x).flatten(1).any(dim=1).float().mean().item()
        assert changed == pytest.approx(probability, abs=0.08)
    masked = run(x, "hands42", only(mask_probability=probability, mask_frames=2))
    assert (masked != x).flatten(1).any(dim=1).float().mean().item() <= probability + 0.08


def test_drop_hand_blanks_one_hand_throughout_and_nothing_else() -> None:
    x = batch("gsp87", clips=40, missing=0)
    out = run(x, "gsp87", only(drop_hand=1.0))
    parts = get_layout("gsp87").parts
    gone = {
        part: (out[..., list(members)] == 0).flatten(1).all(dim=1)
        for part, members in parts.items()
    }
    assert (gone["left_hand"] ^ gone["right_hand"]).all()
    assert gone["left_hand"].any() and gone["right_hand"].any()
    for part, members in parts.items():
        kept = ~gone[part]
        assert torch.equal(out[kept][..., list(members)], x[kept][..., list(members)])
        assert part.endswith("hand") or kept.all()


def test_tells_which_clips_are_mirrored() -> None:
    x = batch("hands42", clips=64)
    names, generator = get_layout("hands42"), torch.Generator().manual_seed(0)
    out, mirrored = augment(x, names, only(mirror=0.5), generator)
    assert 0 < int(mirrored.sum()) < len(x)
    changed = (out != x).flatten(1).any(dim=1)
    assert torch.equal(changed, mirrored)
    assert not augment(x, names, only(rotation=0.1), generator)[1].any()


@pytest.mark.parametrize("layout", LAYOUTS)
def test_mirror_swaps_the_points_and_turns_x(layout: str) -> None:
    x = batch(layout)
    names = get_layout(layout)
    out = run(x, layout, only(mirror=1.0))
    for joint, across in enumerate(names.mirror):
        torch.testing.assert_close(out[:, 0, :, joint], -x[:, 0, :, across])
        assert torch.equal(out[:, 1:, :, joint], x[:, 1:, :, across])
    assert torch.equal(run(out, layout, only(mirror=1.0)), x)


@given(
    lengths=st.lists(st.integers(1, 5000), min_size=1, max_size=8),
    frames=st.integers(1, 96),
    crop=st.floats(0.05, 1.0),
    warp=st.floats(0, 0.99),
    seed=st.integers(0, 2**31),
)
@settings(max_examples=200, deadline=None)
def test_sample_times_go_forward_inside_the_clip(
    lengths: list[int], frames: int, crop: float, warp: float, seed: int
) -> None:
    count = torch.tensor(lengths)
    change = only(crop=crop, speed_warp=warp)
    times = sample_times(count, frames, change, torch.Generator().manual_seed(seed))
    assert times.shape == (len(lengths), frames)
    last = (count - 1)[:, None]
    tolerance = 1e-5 * count[:, None]  # single precision
    assert (times >= -0.0).all() and (times <= last + tolerance).all()
    assert (times.floor() <= last).all()  # still a frame of the clip
    assert (times.diff(dim=1) >= -tolerance).all()
    if frames > 1:
        span = times[:, -1:] - times[:, :1]
        assert (span >= crop * last - tolerance).all()


@pytest.mark.parametrize("length", [1, 7, 64])
def test_sample_times_without_change_are_evenly_spaced(length: int) -> None:
    times = sample_times(torch.tensor([length]), 7, NO_AUGMENTATION, torch.Generator())
    expected = torch.tensor([[step * (length - 1) / 6 for step in range(7)]])
    torch.testing.assert_close(times, expected)


def test_a_crop_starts_anywhere() -> None:
    lengths = torch.full((400,), 101)
    times = sample_times(lengths, 5, only(crop=0.5), torch.Generator().manual_seed(0))
    share = (times[:, -1] - times[:, 0]) / 100
    assert 0.5 <= share.min() < 0.55 and 0.95 < share.max() <= 1.0001
    assert share.mean().item() == pytest.approx(0.75, abs=0.03)
    assert times[:, 0].max() > 35
    torch.testing.assert_close(times.diff(dim=1), (share * 25)[:, None].expand(-1, 4))


def test_speed_warp_changes_tempo_and_keeps_the_ends() -> None:
    lengths = torch.full((50,), 101)
    change = only(speed_warp=0.8)
    times = sample_times(lengths, 33, change, torch.Generator().manual_seed(0))
    torch.testing.assert_close(times[:, 0], torch.zeros(50), atol=1e-4, rtol=0)
    torch.testing.assert_close(times[:, -1], torch.full((50,), 100.0), atol=1e-3, rtol=0)
    tempo = times.diff(dim=1) / (100 / 32)
    assert (tempo > 0.2 - 1e-3).all() and (tempo < 1.8 + 1e-3).all()  # 1 ± strength
    assert (tempo.std(dim=1) > 0).all() and tempo.std() > 0.1
