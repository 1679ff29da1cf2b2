"""Hiding joints from a model whose logits depend on one joint that we know."""

from typing import cast

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from gspmc.data.streams import Stream
from gspmc.data.windows import ClipWindows
from gspmc.evaluate.occlusion import occlusion_drops, spread_over_classes
from gspmc.models.output import ModelOutput
from gspmc.models.sign_model import SignModel
from gspmc.models.snapshot import ModelConfig
from gspmc.skeleton import get_layout

LAYOUT = get_layout("hands42")
SEEN = LAYOUT.index("right_hand.index_tip")
FRAMES = 4


class OneJoint(nn.Module):
    """Logits (N, 2): mean x of one joint for the first class, zero for the second."""

    def forward(self, x: Tensor) -> ModelOutput:
        mean = x[:, 0, :, SEEN].mean(dim=1)  # (N,)
        logits = torch.stack([mean, torch.zeros_like(mean)], dim=1)
        return ModelOutput(logits, logits, {})


def drops(labels: list[int], groups: list[list[int]], stream: Stream = "joint") -> np.ndarray:
    clips = []
    for number in range(len(labels)):
        points = np.ones((FRAMES, LAYOUT.num_joints, 3), dtype=np.float32)
        points[:, SEEN, 0] = number + 2
        clips.append(points)
    config = ModelConfig("any", LAYOUT.name, ("a", "b"), stream=stream)
    windows = ClipWindows(clips, labels, LAYOUT, FRAMES)
    return occlusion_drops(cast(SignModel, OneJoint()), config, windows, groups, progress=False)


def log_probability(logit: float, label: int) -> float:
    logits = np.array([logit, 0.0])
    return float(logits[label] - np.log(np.exp(logits).sum()))


def test_only_the_joint_that_the_model_looks_at_counts() -> None:
    found = drops([0, 1, 0], [[joint] for joint in range(LAYOUT.num_joints)])
    assert found.shape == (3, LAYOUT.num_joints)
    assert not found[:, [joint for joint in range(42) if joint != SEEN]].any()
    expected = [
        log_probability(number + 2, label) - log_probability(0, label)
        for number, label in enumerate([0, 1, 0])
    ]
    np.testing.assert_allclose(found[:, SEEN], expected, rtol=1e-5)
    assert found[0, SEEN] > 0 > found[1, SEEN]  # it speaks for the first class alone


def test_a_group_is_hidden_at_once() -> None:
    hand = list(LAYOUT.parts["right_hand"])
    found = drops([0], [hand, [SEEN], list(LAYOUT.parts["left_hand"])])
    assert found[0, 0] == found[0, 1] > 0
    assert found[0, 2] == 0


def test_joints_are_hidden_before_the_stream_is_derived() -> None:
    """A bone ends at its parent: hiding the parent hides the bone."""
    parent = LAYOUT.parents[SEEN]
    found = drops([0], [[SEEN], [parent], [LAYOUT.index("right_hand.thumb_tip")]], "bone")
    length = 2 - 1  # of the bone, along x
    expected = log_probability(length, 0) - log_probability(0, 0)
    np.testing.assert_allclose(found[0], [expected, expected, 0], rtol=1e-5)


@pytest.mark.parametrize(
    ("labels", "most", "chosen"),
    [
        ([0, 0, 0, 1, 2, 1], 3, [0, 3, 4]),
        ([0, 0, 0, 1, 2, 1], 4, [0, 1, 3, 4]),
        ([0, 0, 0, 1, 2, 1], 99, [0, 1, 2, 3, 4, 5]),
    ],
)
def test_clips_are_spread_over_the_classes(labels: list[int], most: int, chosen: list[int]) -> None:
    assert spread_over_classes(np.array(labels), most).tolist() == chosen
