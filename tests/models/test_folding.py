"""Folded models compute what they computed before, with fewer layers."""

import pytest
import torch
from tests.models.test_registry import TINY, clips, encoders, layouts
from torch import nn

from gspmc.models import build_encoder
from gspmc.models.folding import fold_batch_norms
from gspmc.models.sign_model import SignModel
from gspmc.skeleton import get_layout


def trained(name: str, layout_name: str) -> SignModel:
    """A small model with running statistics of its own, in evaluation mode."""
    layout = get_layout(layout_name)
    torch.manual_seed(0)
    encoder = build_encoder(name, layout, len(layout.channels), **TINY.get(name, {}))
    with torch.no_grad():
        for parameter in encoder.parameters():
            parameter.add_(torch.randn_like(parameter), alpha=0.1)
    for _ in range(3):
        encoder.train()(clips(layout_name, count=4))
    return SignModel(encoder, 5, 12).eval()


def assert_close(actual: torch.Tensor, expected: torch.Tensor) -> None:
    """Relative to the largest value, for those near zero are differences of large ones."""
    assert (actual - expected).abs().max() <= 1e-5 * expected.abs().max()


@encoders
@layouts
def test_the_output_is_the_same(name: str, layout_name: str) -> None:
    model = trained(name, layout_name)
    before = {key: value.clone() for key, value in model.state_dict().items()}
    folded = fold_batch_norms(model)
    with torch.inference_mode():
        x = clips(layout_name)
        expected, actual = model(x), folded(x)
    assert_close(actual.logits, expected.logits)
    assert_close(actual.pooled, expected.pooled)
    for part, vector in expected.parts.items():
        assert_close(actual.parts[part], vector)
    after = model.state_dict()
    assert list(after) == list(before)
    assert all(torch.equal(after[key], before[key]) for key in before)


@pytest.mark.parametrize(("name", "left"), [("ctrgcn", 10), ("partconv", 0)])
def test_what_is_left(name: str, left: int) -> None:
    """The normalisations of CTR-GCN's ten graph convolutions, which are no `nn.Conv2d`."""
    model = trained(name, "hands42")
    counts = [
        sum(isinstance(module, nn.BatchNorm2d) for module in each.modules())
        for each in (model, fold_batch_norms(model))
    ]
    assert counts[0] > counts[1] == left


def test_only_convolution_then_norm_is_folded() -> None:
    """The other order, or something between them, is another function."""
    convolution, norm = nn.Conv2d(3, 3, 1), nn.BatchNorm2d(3)
    model = trained("partconv", "hands42")
    model.encoder.before = nn.Sequential(
        nn.Sequential(norm, convolution), nn.Sequential(convolution, nn.ReLU(), norm)
    ).eval()
    folded = fold_batch_norms(model)
    kinds = [[type(child) for child in inner] for inner in folded.encoder.before]
    assert kinds == [[nn.BatchNorm2d, nn.Conv2d], [nn.Conv2d, nn.ReLU, nn.BatchNorm2d]]
