"""What every registered encoder has to do: registering one puts it under these tests."""

import inspect

import pytest
import torch
from torch import nn

from gspmc.errors import GspmcError
from gspmc.models import build_encoder, encoder_names, register_encoder
from gspmc.models.output import EncoderOutput
from gspmc.skeleton import get_layout

LAYOUTS = ("gsp87", "hands42", "kinect20")
TINY = {"ctrgcn": {"base_channels": 8}, "partconv": {"width": 16, "stem_width": 8}}
"""Options that make an encoder small; one that is not named here is tested at its full size."""

encoders = pytest.mark.parametrize("name", encoder_names())
layouts = pytest.mark.parametrize("layout_name", LAYOUTS)


def tiny(name: str, layout_name: str = "hands42") -> nn.Module:
    layout = get_layout(layout_name)
    torch.manual_seed(0)
    return build_encoder(name, layout, len(layout.channels), **TINY.get(name, {}))


def clips(layout_name: str = "hands42", count: int = 3, frames: int = 12) -> torch.Tensor:
    """(count, C, frames, V) with confidences in the last channel."""
    layout = get_layout(layout_name)
    generator = torch.Generator().manual_seed(1)
    x = torch.randn(count, len(layout.channels), frames, layout.num_joints, generator=generator)
    x[:, -1] = 1
    return x


def settle(encoder: nn.Module) -> nn.Module:
    """Random parameters, and running statistics of a few batches: nothing at its initial zero."""
    generator = torch.Generator().manual_seed(2)
    with torch.no_grad():
        for parameter in encoder.parameters():
            parameter.add_(torch.randn(parameter.shape, generator=generator), alpha=0.1)
        encoder.train()
        for _ in range(3):
            encoder(clips(count=4))
    return encoder.eval()


def assert_same(actual: EncoderOutput, expected: EncoderOutput, tolerance: float = 1e-4) -> None:
    torch.testing.assert_close(actual.pooled, expected.pooled, rtol=tolerance, atol=tolerance)
    torch.testing.assert_close(actual.parts, expected.parts, rtol=tolerance, atol=tolerance)


@encoders
@layouts
def test_gives_every_part_of_the_layout_its_vector(name: str, layout_name: str) -> None:
    encoder = tiny(name, layout_name)
    output = encoder(clips(layout_name))
    assert isinstance(output, EncoderOutput)
    assert output.pooled.shape == (3, encoder.width)
    assert set(output.parts) == set(encoder.part_widths) == set(get_layout(layout_name).parts)
    for part, vector in output.parts.items():
        assert vector.shape == (3, encoder.part_widths[part])
        assert torch.isfinite(vector).all()


@encoders
@layouts
@pytest.mark.parametrize("frames", [1, 7, 11])
def test_takes_one_clip_of_any_length_in_evaluation(
    name: str, layout_name: str, frames: int
) -> None:
    encoder = tiny(name, layout_name).eval()
    output = encoder(clips(layout_name, count=1, frames=frames))
    assert output.pooled.shape == (1, encoder.width)
    assert torch.isfinite(output.pooled).all()


@encoders
def test_clips_in_a_batch_do_not_see_each_other_in_evaluation(name: str) -> None:
    encoder = settle(tiny(name))
    x = clips(count=3)
    together = encoder(x)
    for n in range(len(x)):
        alone = encoder(x[n : n + 1])
        own = {part: vector[n : n + 1] for part, vector in together.parts.items()}
        assert_same(alone, EncoderOutput(together.pooled[n : n + 1], own))


@encoders
def test_tells_clips_and_parts_apart(name: str) -> None:
    output = settle(tiny(name))(clips(count=2))
    assert not torch.allclose(output.pooled[0], output.pooled[1], rtol=1e-3)
    first, second = output.parts.values()
    assert first.shape != second.shape or not torch.allclose(first, second, rtol=1e-3)


@encoders
def test_gradients_reach_every_parameter(name: str) -> None:
    encoder = settle(tiny(name)).train()
    output = encoder(clips(count=4))
    generator = torch.Generator().manual_seed(3)
    loss = sum(
        (vector * torch.randn(vector.shape, generator=generator)).sum()
        for vector in (output.pooled, *output.parts.values())
    )
    loss.backward()
    for parameter_name, parameter in encoder.named_parameters():
        assert parameter.grad is not None, parameter_name
        assert torch.isfinite(parameter.grad).all(), parameter_name
        assert parameter.grad.abs().max() > 0, parameter_name


@encoders
def test_gradients_reach_every_joint_and_channel_of_the_clip(name: str) -> None:
    encoder = settle(tiny(name))
    x = clips(count=2).requires_grad_()
    encoder(x).pooled.square().sum().backward()
    assert (x.grad.abs().amax(dim=(0, 2))[:-1] > 0).all()  # coordinates; a confidence may only gate


@encoders
def test_state_dict_round_trip_gives_the_same_output(name: str) -> None:
    encoder = settle(tiny(name))
    torch.manual_seed(99)
    other = build_encoder(name, get_layout("hands42"), 3, **TINY.get(name, {})).eval()
    x = clips()
    assert not torch.allclose(other(x).pooled, encoder(x).pooled, rtol=1e-3)
    other.load_state_dict(encoder.state_dict())
    assert_same(other(x), encoder(x), tolerance=1e-6)


@encoders
def test_same_seed_gives_the_same_weights(name: str) -> None:
    first, second = tiny(name).state_dict(), tiny(name).state_dict()
    assert all(torch.equal(first[key], second[key]) for key in first)


@encoders
def test_every_option_has_a_default(name: str) -> None:
    encoder = build_encoder(name, get_layout("kinect20"), 4)
    assert encoder.width > 0


def test_unknown_names_and_options_are_one_clear_line() -> None:
    layout = get_layout("hands42")
    with pytest.raises(GspmcError, match=r"unknown encoder 'resnet': use one of .*ctrgcn"):
        build_encoder("resnet", layout, 3)
    with pytest.raises(GspmcError, match="'ctrgcn' has no option depth: it has base_channels"):
        build_encoder("ctrgcn", layout, 3, depth=4)


def test_a_name_is_registered_once() -> None:
    def ctrgcn() -> nn.Module:
        return nn.Identity()

    with pytest.raises(ValueError, match="'ctrgcn' is registered already"):
        register_encoder(ctrgcn)


@encoders
def test_is_a_function_of_layout_channels_and_named_options(name: str) -> None:
    from gspmc.models.registry import _ENCODERS

    parameters = list(inspect.signature(_ENCODERS[name]).parameters.values())
    assert [parameter.name for parameter in parameters[:2]] == ["layout", "in_channels"]
    assert all(parameter.kind is parameter.KEYWORD_ONLY for parameter in parameters[2:])
