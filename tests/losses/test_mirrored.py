"""Mirrored clips meet the texts of the other hand, and their other parts stay as they are."""

import torch

from gspmc.losses.mirrored import hands_as_described
from gspmc.skeleton import PARTS


def test_hands_of_mirrored_clips_are_swapped_back() -> None:
    features = {name: torch.randn(3, 4) for name in ("global", *PARTS)}
    visible = torch.rand(3, len(PARTS)) < 0.5
    mirrored = torch.tensor([False, True, False])
    swapped, seen = hands_as_described(features, visible, mirrored)
    other = {"left_hand": "right_hand", "right_hand": "left_hand"}
    for name, vectors in swapped.items():
        source = other.get(name, name)
        assert torch.equal(vectors[1], features[source][1])
        assert torch.equal(vectors[[0, 2]], features[name][[0, 2]])
        if name in PARTS:
            assert torch.equal(seen[1, PARTS.index(name)], visible[1, PARTS.index(source)])
            assert torch.equal(seen[[0, 2], PARTS.index(name)], visible[[0, 2], PARTS.index(name)])


def test_with_features_of_one_hand_mirrored_clips_do_not_show_it() -> None:
    features = {"global": torch.randn(2, 4), "right_hand": torch.randn(2, 4)}
    visible = torch.ones(2, len(PARTS), dtype=torch.bool)
    swapped, seen = hands_as_described(features, visible, torch.tensor([True, False]))
    assert torch.equal(swapped["right_hand"], features["right_hand"])
    hands = torch.tensor([part.endswith("hand") for part in PARTS])
    assert torch.equal(seen, torch.stack([~hands, torch.ones_like(hands)]))
