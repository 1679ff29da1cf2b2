"""The whole model: classifier on S_g, a projection for S_g and each S_p."""

import pytest
import torch

from gspmc.models import SignModel, build_encoder
from gspmc.skeleton import get_layout


def model(text_width: int | None = 12, layout_name: str = "hands42", classes: int = 5) -> SignModel:
    layout = get_layout(layout_name)
    torch.manual_seed(0)
    encoder = build_encoder("ctrgcn", layout, len(layout.channels), base_channels=8)
    return SignModel(encoder, classes, text_width)


def test_logits_are_a_linear_reading_of_the_pooled_feature() -> None:
    signs, x = model().eval(), torch.randn(3, 3, 6, 42)
    output = signs(x)
    assert output.logits.shape == (3, 5)
    torch.testing.assert_close(output.pooled, signs.encoder(x).pooled)
    expected = output.pooled @ signs.classifier.weight.T + signs.classifier.bias
    torch.testing.assert_close(output.logits, expected)


@pytest.mark.parametrize(
    ("layout_name", "names"),
    [
        ("hands42", {"global", "left_hand", "right_hand"}),
        ("gsp87", {"global", "body", "left_hand", "right_hand", "mouth", "face"}),
    ],
)
def test_projects_every_part_of_the_layout_to_unit_length(layout_name, names) -> None:
    signs = model(layout_name=layout_name)
    output = signs(torch.randn(2, 3, 6, get_layout(layout_name).num_joints))
    vectors = signs.project(output)
    assert set(vectors) == names
    for name, vector in vectors.items():
        assert vector.shape == (2, 12)
        torch.testing.assert_close(vector.norm(dim=-1), torch.ones(2))
        feature = output.pooled if name == "global" else output.parts[name]
        parallel = torch.cosine_similarity(vector, signs.projections[name](feature))
        torch.testing.assert_close(parallel, torch.ones(2))


def test_projections_do_not_share_weights() -> None:
    weights = [layer.weight for layer in model().projections.values()]
    assert len({weight.data_ptr() for weight in weights}) == len(weights) == 3


def test_without_a_text_width_there_is_nothing_to_project() -> None:
    signs = model(text_width=None)
    assert signs.project(signs(torch.randn(2, 3, 6, 42))) == {}
    assert not any(name.startswith("projections") for name in signs.state_dict())


def test_vectors_are_float32_under_autocast() -> None:
    signs = model()
    with torch.autocast("cpu", torch.bfloat16):
        vectors = signs.project(signs(torch.randn(2, 3, 6, 42)))
    for vector in vectors.values():
        assert vector.dtype == torch.float32
        torch.testing.assert_close(vector.norm(dim=-1), torch.ones(2))


def test_classifier_starts_with_the_spread_of_the_lineage() -> None:
    signs = model(classes=400)
    spread = float(signs.classifier.weight.detach().std())
    assert spread == pytest.approx((2 / 400) ** 0.5, rel=0.05)
    assert signs.classifier.bias.count_nonzero() == 0
