"""The graph convolution of GPUs, which runs on CPUs too, against the plain operations."""

import pytest
import torch
from torch import Tensor

from gspmc.models import topology, topology_chunks
from gspmc.models.topology_chunks import ChunkedGraphConvolution

DEVICES = ["cpu", pytest.param("cuda", marks=pytest.mark.gpu)]
NAMES = ("x", "weight", "bias", "theta", "phi", "weights", "adjacency")
CONSTANT = -2
"""Column of the weights that is one for every channel, and has no gradient to speak of."""


def example(
    N: int, T: int, V: int, C: int, R: int, dtype: torch.dtype, K: int = 3
) -> tuple[list[Tensor], Tensor]:
    """x of 5 channels, weight, bias, theta, phi, weights and adjacency; the output's gradient."""
    generator = torch.Generator().manual_seed(0)

    def draw(*shape: int) -> Tensor:
        return torch.randn(*shape, generator=generator)

    x = draw(N, 5, T, V).contiguous(memory_format=torch.channels_last)
    offset = draw(K, C, 1)
    weights = torch.cat([draw(K, C, R) * R**-0.5, torch.ones_like(offset), offset], -1)
    psi = draw(K * C, 5, 1, 1), draw(K * C)
    inputs = [x, *psi, draw(N, K, R, V), draw(N, K, R, V), weights, draw(K, V, V)]
    return [tensor.to(dtype) for tensor in inputs], draw(N, C, T, V).to(dtype)


def assert_agrees(device: str, inputs: list[Tensor], grad: Tensor, error: float) -> None:
    """Relative errors against the plain operations in float64."""
    leaves = [tensor.to(device).detach().requires_grad_() for tensor in inputs]
    exact = [tensor.double().requires_grad_() for tensor in inputs]
    out = ChunkedGraphConvolution.apply(*leaves)
    out.backward(grad.to(device))
    expected = topology._all_clips_at_once(*exact)
    expected.backward(grad.double())
    assert out.dtype == inputs[0].dtype
    assert out.is_contiguous(memory_format=torch.channels_last)
    assert relative_error(out, expected) < error
    for name, leaf, other in zip(NAMES, leaves, exact, strict=True):
        assert leaf.grad.dtype == leaf.dtype
        if name == "weights":
            leaf.grad[..., CONSTANT] = 0
        assert relative_error(leaf.grad, other.grad) < error, name


def relative_error(actual: Tensor, expected: Tensor) -> float:
    return float((actual.detach().cpu() - expected).detach().norm() / expected.detach().norm())


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("numbers", [topology_chunks.CHUNK, 3000, 1])
@pytest.mark.parametrize(
    ("N", "T", "V", "C", "R"),
    [
        (2, 5, 20, 6, 3),
        (1, 7, 42, 20, 17),
        (5, 3, 87, 4, 2),
        (3, 4, 8, 8, 6),  # nothing to be padded
        (1, 1, 1, 1, 1),
    ],
)
def test_equals_the_plain_operations(
    monkeypatch, device: str, numbers: int, N: int, T: int, V: int, C: int, R: int
) -> None:
    monkeypatch.setattr(topology_chunks, "CHUNK", numbers)
    assert_agrees(device, *example(N, T, V, C, R, torch.float64), 1e-12)
    assert_agrees(device, *example(N, T, V, C, R, torch.float32), 1e-5)


@pytest.mark.parametrize("device", DEVICES)
def test_half_precision_stays_near(device: str) -> None:
    assert_agrees(device, *example(2, 9, 42, 18, 5, torch.bfloat16), 0.03)


@pytest.mark.parametrize("device", DEVICES)
def test_takes_any_strides(device: str) -> None:
    inputs, grad = example(2, 5, 20, 6, 3, torch.float32)
    inputs[0] = inputs[0].contiguous()  # not channels last
    inputs[3] = inputs[3].transpose(2, 3).contiguous().transpose(2, 3)
    assert_agrees(device, inputs, grad[:, :, :1].expand_as(grad), 1e-5)


def test_no_clips_are_none() -> None:
    inputs, _ = example(2, 5, 20, 6, 3, torch.float32)
    empty = [tensor[:0] if index in (0, 3, 4) else tensor for index, tensor in enumerate(inputs)]
    assert ChunkedGraphConvolution.apply(*empty).shape == (0, 6, 5, 20)


@pytest.mark.gpu
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize(("T", "C", "R"), [(64, 64, 8), (32, 128, 16), (16, 256, 32)])
def test_the_paper_sized_layers(dtype: torch.dtype, T: int, C: int, R: int) -> None:
    error = 1e-4 if dtype == torch.float32 else 0.03
    inputs, grad = example(4, T, 133, C, R, dtype)
    assert_agrees("cuda", inputs, grad, error)


def test_autocast_around_it_changes_nothing() -> None:
    inputs, grad = example(2, 5, 20, 6, 3, torch.float32)
    with torch.autocast("cpu", torch.bfloat16):
        assert_agrees("cpu", inputs, grad, 1e-5)
