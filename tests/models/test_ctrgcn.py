"""The encoder against its literal re-implementation, and against the numbers of the paper."""

import re
import subprocess
import sys

import pytest
import torch
from torch import Tensor, nn

from gspmc.bench.ctrgcn_reference import ReferenceCTRGCN, ReferenceTopology
from gspmc.models import SignModel, build_encoder
from gspmc.models.ctrgcn import CTRGCN, Block, GraphUnit, TemporalUnit, TopologyRefinement
from gspmc.skeleton import get_layout, graph_subsets

BASE = 8


def perturb(module: nn.Module) -> None:
    """Random state in place of the initial one, which switches topology refinement off."""
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for name, tensor in module.state_dict().items():
            if name.endswith("running_var"):
                tensor.uniform_(0.5, 2, generator=generator)
            elif tensor.is_floating_point():
                scale = 0.05 if name.endswith(".A") else 0.3
                tensor.add_(torch.randn(tensor.shape, generator=generator), alpha=scale)


def settle(encoder: nn.Module, x: Tensor) -> None:
    """Running statistics that are those of x, about.

    With any others maps grow from block to block, and with them what rounding does to their tanh.
    """
    norms = [m for m in encoder.modules() if isinstance(m, nn.BatchNorm1d | nn.BatchNorm2d)]
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = 1.0
    with torch.no_grad():
        encoder.train()(x)
    for norm in norms:
        norm.momentum = 0.1


def pair(layout_name: str, batch: int = 2) -> tuple[CTRGCN, ReferenceCTRGCN, Tensor]:
    layout = get_layout(layout_name)
    channels = len(layout.channels)
    torch.manual_seed(0)
    encoder = CTRGCN(layout, channels, BASE)
    perturb(encoder)
    settle(encoder, torch.randn(4, channels, 9, layout.num_joints))
    reference = ReferenceCTRGCN(layout, channels, BASE)
    reference.load_state_dict(encoder.state_dict())
    return encoder, reference, torch.randn(batch, channels, 9, layout.num_joints)


def relative_error(actual: Tensor, expected: Tensor) -> float:
    difference = (actual - expected).detach().norm()
    return float(difference / expected.detach().norm().clamp(min=1e-12))


@pytest.mark.parametrize("layout_name", ["hands42", "kinect20", "gsp87"])
@pytest.mark.parametrize(("training", "batch"), [(True, 2), (False, 2), (False, 1)])
def test_equals_the_literal_reference(layout_name: str, training: bool, batch: int) -> None:
    encoder, reference, x = pair(layout_name, batch)
    encoder.train(training), reference.train(training)
    joints = reference(x)  # (N, D, V)
    output = encoder(x)
    assert relative_error(output.pooled, joints.mean(dim=2)) < 1e-4
    parts = get_layout(layout_name).parts
    assert set(output.parts) == set(parts)
    for part, indices in parts.items():
        expected = joints[:, :, list(indices)].mean(dim=2)
        assert relative_error(output.parts[part], expected) < 1e-4


def test_gradients_of_maps_have_channels_last() -> None:
    encoder, _, x = pair("kinect20")
    seen = []
    for name, module in encoder.blocks.named_modules():
        unit = isinstance(module, (Block, GraphUnit, TemporalUnit)) and not name.startswith("0")
        if unit or re.search(r"temporal\.(short|long|point)\.1$", name):  # norms of the branches
            module.register_full_backward_hook(
                lambda module, inputs, outputs: seen.append((*inputs, *outputs))
            )
    output = encoder(x)
    (output.pooled.sum() + sum(part.square().sum() for part in output.parts.values())).backward()
    assert len(seen) == 9 * 3 + 10 * 3  # the first block's input has no gradient
    for gradient in (gradient for gradients in seen for gradient in gradients):
        assert gradient.is_contiguous(memory_format=torch.channels_last)


@pytest.mark.parametrize("batch", [1, 2])
def test_maps_have_channels_last(batch: int) -> None:
    encoder, _, x = pair("kinect20", batch)
    seen: list[Tensor] = []
    for module in encoder.blocks.modules():
        if isinstance(module, (Block, GraphUnit, TemporalUnit)):
            module.register_forward_hook(lambda module, inputs, output: seen.append(output))
    with torch.inference_mode():
        encoder(x)
    assert len(seen) == 30
    for output in seen:
        assert output.is_contiguous(memory_format=torch.channels_last)


@pytest.mark.gpu
@pytest.mark.parametrize("layout_name", ["hands42", "kinect20", "gsp87"])
def test_a_gpu_equals_the_literal_reference_on_the_cpu(layout_name: str) -> None:
    encoder, reference, x = pair(layout_name)
    exact = reference.double()(x.double()).mean(dim=2).detach()
    with torch.backends.cudnn.flags(enabled=True, allow_tf32=False):
        on_gpu = encoder.cuda()(x.cuda()).pooled
        (on_gpu * exact.cuda()).sum().backward()
    (reference(x.double()).mean(dim=2) * exact).sum().backward()
    assert relative_error(on_gpu.cpu(), exact) < 1e-4
    expected = dict(reference.named_parameters())
    # Of all numbers together: one sign at a ReLU rounded otherwise changes a small gradient more.
    own, others = (
        torch.cat([g[name].grad.double().cpu().flatten() for name in expected])
        for g in (dict(encoder.named_parameters()), expected)
    )
    assert relative_error(own, others) < 1e-3


@pytest.mark.parametrize("layout_name", ["hands42", "kinect20", "gsp87"])
@pytest.mark.parametrize("batch", [1, 2])
def test_gradients_equal_those_of_the_literal_reference(layout_name: str, batch: int) -> None:
    # In float64: in float32 a rounded sign at a ReLU makes the two differ by more than the code.
    encoder, reference, x = pair(layout_name, batch)
    encoder, reference, x = encoder.double(), reference.double(), x.double()
    direction = torch.randn(batch, encoder.width, dtype=torch.float64)
    (encoder(x).pooled * direction).sum().backward()
    (reference(x).mean(dim=2) * direction).sum().backward()
    expected = dict(reference.named_parameters())
    for name, parameter in encoder.named_parameters():
        assert relative_error(parameter.grad, expected[name].grad) < 1e-6, name


@pytest.mark.parametrize("layout_name", ["hands42", "kinect20", "gsp87"])
@pytest.mark.parametrize("batch", [1, 3])
def test_topology_refinement_equals_the_literal_unit(layout_name: str, batch: int) -> None:
    subsets = torch.from_numpy(graph_subsets(get_layout(layout_name)))
    unit = TopologyRefinement(6, 10, 4, subsets)
    perturb(unit)
    reference = ReferenceTopology(6, 10, 4, subsets)
    reference.load_state_dict(unit.state_dict())
    x = torch.randn(batch, 6, 5, subsets.shape[-1], requires_grad=True)
    own = torch.randn(batch, 10, 5, subsets.shape[-1])
    gradients = []
    for module in (unit, reference):
        out = module(x)
        inputs = [x, *module.parameters()]
        gradients.append([out, *torch.autograd.grad((out * own).sum(), inputs)])
    for actual, expected in zip(*gradients, strict=True):  # logits and gradients, in float32
        assert relative_error(actual, expected) < 1e-4


def test_starts_on_the_graph_of_the_layout_with_refinement_off() -> None:
    layout = get_layout("hands42")
    subsets = torch.from_numpy(graph_subsets(layout))
    unit = TopologyRefinement(6, 4, 2, subsets)
    x = torch.randn(2, 6, 5, 42)
    values = unit.psi(x).view(2, 3, 4, 5, 42)
    expected = torch.einsum("kuv,nkctv->nctu", subsets, values)
    torch.testing.assert_close(unit(x), expected, rtol=1e-4, atol=1e-5)


def test_fused_convolutions_start_with_the_spread_of_separate_ones() -> None:
    unit = TopologyRefinement(256, 256, 32, torch.zeros(3, 5, 5))
    for convolution, fan_out in ((unit.psi, 256), (unit.theta, 32), (unit.xi, 256)):
        spread = float(convolution.weight.detach().std())
        assert spread == pytest.approx((2 / fan_out) ** 0.5, rel=0.03)


def test_parameter_count_of_the_paper_sized_model() -> None:
    encoder = build_encoder("ctrgcn", get_layout("gsp87"), 3)
    model = SignModel(encoder, num_classes=500, text_width=None)
    count = sum(parameter.numel() for parameter in model.parameters())
    # 1.77 M with the 2,944 biases that the batch normalisations after them would cancel
    assert count == 1_764_646
    assert encoder.width == 256 and set(encoder.part_widths.values()) == {256}


@pytest.mark.parametrize(("frames", "expected"), [(1, 1), (8, 2), (9, 3)])
def test_halves_time_twice(frames: int, expected: int) -> None:
    encoder = CTRGCN(get_layout("kinect20"), 4, BASE).eval()
    assert encoder.blocks(torch.randn(1, 4, frames, 20)).shape == (1, 4 * BASE, expected, 20)


@pytest.mark.parametrize("shape", [(2, 3, 8, 20), (2, 4, 8, 21)])
def test_clips_of_another_layout_are_refused(shape: tuple[int, ...]) -> None:
    encoder = CTRGCN(get_layout("kinect20"), 4, BASE)
    with pytest.raises(ValueError, match=r"expected clips \(N, 4, T, 20\), got"):
        encoder(torch.randn(shape))


def test_a_backward_pass_inside_autocast_is_that_of_its_forward_pass() -> None:
    encoder, _, x = pair("kinect20")
    gradients = []
    for inside in (False, True):
        encoder.zero_grad()
        loss = encoder(x).pooled.sum()
        with torch.autocast("cpu", torch.bfloat16, enabled=inside):
            loss.backward()
        gradients.append(torch.cat([p.grad.flatten() for p in encoder.parameters()]))
    assert relative_error(gradients[1], gradients[0]) < 0.05


def test_bfloat16_autocast_stays_near_float32() -> None:
    encoder, _, x = pair("hands42")
    encoder.eval()
    with torch.autocast("cpu", torch.bfloat16):
        half = encoder(x).pooled
    assert relative_error(half.float(), encoder(x).pooled) < 0.05


@pytest.mark.parametrize(("layout_name", "base"), [("gsp87", 8), ("coco_wholebody133", 8)])
def test_narrow_models_survive_their_backward_pass(layout_name: str, base: int) -> None:
    """In a process of its own, since a write beyond a buffer would end this one."""
    code = (
        "import torch\n"
        "from gspmc.models import build_encoder\n"
        "from gspmc.skeleton import get_layout\n"
        f"layout = get_layout({layout_name!r})\n"
        f"encoder = build_encoder('ctrgcn', layout, len(layout.channels), base_channels={base})\n"
        "x = torch.randn(4, len(layout.channels), 16, layout.num_joints)\n"
        "for _ in range(3):\n"
        "    encoder(x).pooled.square().mean().backward()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
