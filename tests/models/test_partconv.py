"""PartConv: what it promises beyond what every encoder must."""

import pytest
import torch
from torch import Tensor
from torch.nn import functional as F

from gspmc.models.partconv import ChannelDropout, PartFeatures, partconv
from gspmc.skeleton import get_layout

TINY = {"width": 16, "stem_width": 8, "heads": 2}


def random_clips(layout_name: str, frames: int = 12) -> Tensor:
    layout = get_layout(layout_name)
    channels = len(layout.channels)
    return torch.randn(3, channels, frames, layout.num_joints)


@pytest.mark.parametrize("layout_name", ["hands42", "gsp87", "kinect20"])
def test_a_mirrored_clip_swaps_the_hands_vectors(layout_name: str) -> None:
    layout = get_layout(layout_name)
    encoder = partconv(layout, len(layout.channels), **TINY).eval()
    x = random_clips(layout_name)
    mirrored = x[..., list(layout.mirror)].clone()
    mirrored[:, 0] *= -1
    parts, swapped = encoder(x).parts, encoder(mirrored).parts
    torch.testing.assert_close(swapped["left_hand"], parts["right_hand"])
    torch.testing.assert_close(swapped["right_hand"], parts["left_hand"])


def test_a_part_vector_depends_on_its_part_alone() -> None:
    layout = get_layout("gsp87")
    encoder = partconv(layout, 3, **TINY).eval()
    x = random_clips("gsp87")
    changed = x.clone()
    changed[..., list(layout.parts["mouth"])] += 1
    before, after = encoder(x), encoder(changed)
    for part in layout.parts:
        assert torch.equal(before.parts[part], after.parts[part]) == (part != "mouth")
    assert not torch.equal(before.pooled, after.pooled)


def test_features_are_the_geometry_that_they_name() -> None:
    layout = get_layout("hands42")
    features = PartFeatures(layout, "right_hand", 3).eval()
    features.norm.eps = 0.0  # a fresh BatchNorm is then the identity
    x = random_clips("hands42", frames=4)[..., list(layout.parts["right_hand"])]
    out = features(x)  # (N, T, F)
    position = x[:, :2]  # (N, 2, T, V)
    joints = x.shape[-1]
    rows = out.transpose(1, 2).unflatten(1, (-1,))  # (N, F, T)
    blocks = rows[:, : 7 * joints].unflatten(1, (7, joints))  # (N, 7, V, T)
    torch.testing.assert_close(blocks[:, 0], position[:, 0].transpose(1, 2))
    torch.testing.assert_close(
        blocks[:, 2], 2 * (position[:, 0] - position[:, 0, :, :1]).transpose(1, 2)
    )
    torch.testing.assert_close(blocks[:, 4, :, 0], 3 * (position[:, 0, 1] - position[:, 0, 0]))
    assert (blocks[:, 4, :, -1] == 0).all()
    torch.testing.assert_close(blocks[:, 6], x[:, 2].transpose(1, 2))
    bones = 2 * (joints - 1)  # every joint but the root has one, in two dimensions
    first_bone = F.normalize(position[..., 1] - position[..., 0], dim=1)  # (N, 2, T)
    directions = rows[:, 7 * joints : 7 * joints + bones].unflatten(1, (2, -1))
    torch.testing.assert_close(directions[:, :, 0], first_bone, atol=1e-4, rtol=1e-3)
    root_to_thumb_tip = (position[..., 0] - position[..., 4]).norm(dim=1)  # (N, T)
    torch.testing.assert_close(rows[:, 7 * joints + bones], root_to_thumb_tip, atol=1e-5, rtol=1e-4)
    assert rows.shape[1] == 7 * joints + bones + 15  # root and five tips, pairwise


def test_both_hands_are_normalised_alike_in_training_as_in_use() -> None:
    """One batch goes through the shared stem, so its statistics are those of both hands."""
    layout = get_layout("hands42")
    encoder = partconv(layout, 3, **TINY).train()
    x = random_clips("hands42", frames=30)
    x[..., list(layout.parts["left_hand"])] *= 4
    mirrored = x[..., list(layout.mirror)].clone()
    mirrored[:, 0] *= -1
    norm = encoder.features["right_hand"].norm
    norm.momentum = 1.0
    seen = []
    for clips in (x, mirrored):
        encoder(clips)
        seen.append(norm.running_var.clone())
    torch.testing.assert_close(*seen)


def test_channel_dropout_blanks_channels_for_all_frames() -> None:
    torch.manual_seed(0)
    dropout = ChannelDropout(0.5)
    out = dropout(torch.ones(4, 9, 200))
    assert torch.equal(out, out[:, :1].expand_as(out))
    assert set(out.unique().tolist()) == {0.0, 2.0}
    assert 0.4 < (out == 0).float().mean() < 0.6
    assert torch.equal(dropout.eval()(out), out)
