"""The fused kernels: their numbers, whether they fit a GPU, and who decides to use them.

Without a GPU the numbers come from Triton's interpreter, on the CPU. It has to be chosen before
Triton is imported, so one test runs this file again in a process of its own. Where Triton is
absent, as on CI, only the tests of the choice run.
"""

import importlib
import logging
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from torch import Tensor

import gspmc.models
from gspmc.models import topology

INTERPRETED = os.environ.get("TRITON_INTERPRET") == "1"
try:
    importlib.import_module("gspmc.models.topology_triton")
    reason = ""
except ImportError as error:
    reason = str(error)
needs_triton = pytest.mark.skipif(bool(reason), reason=reason)
DEVICES = [
    pytest.param(
        "cpu", marks=pytest.mark.skipif(not INTERPRETED, reason="test_in_the_interpreter does it")
    ),
    pytest.param(
        "cuda", marks=[pytest.mark.gpu, pytest.mark.skipif(INTERPRETED, reason="interpreted")]
    ),
]
SHARED_MEMORY = 100_000
"""Bytes a program may have on small GPUs too, about."""


@needs_triton
@pytest.mark.skipif(INTERPRETED, reason="is the one that starts this process")
def test_in_the_interpreter() -> None:
    command = [sys.executable, "-m", "pytest", "-m", "not gpu", "-p", "no:cacheprovider", __file__]
    result = subprocess.run(
        command,
        cwd=Path(__file__).resolve().parents[2],
        env={**os.environ, "TRITON_INTERPRET": "1"},
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.fixture
def bfloat16_products(monkeypatch: pytest.MonkeyPatch) -> None:
    """The interpreter multiplies the bit patterns of bfloat16: hand it float32."""
    if not INTERPRETED:
        return
    import numpy as np
    import triton.language as tl
    from triton.runtime.interpreter import InterpreterBuilder, TensorHandle

    original = InterpreterBuilder.create_dot

    def widened(handle: TensorHandle) -> TensorHandle:
        if handle.dtype.scalar != tl.bfloat16 or handle.data.dtype != np.uint16:
            return handle
        return TensorHandle((handle.data.astype(np.uint32) << 16).view(np.float32), tl.float32)

    def create_dot(self, a, b, *others):
        return original(self, widened(a), widened(b), *others)

    monkeypatch.setattr(InterpreterBuilder, "create_dot", create_dot)


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


def assert_agrees(
    device: str, inputs: list[Tensor], grad: Tensor, value_error: float, grad_error: float
) -> None:
    """Relative errors of the fused kernel against the plain operations in float64."""
    from gspmc.models.topology_triton import FusedGraphConvolution

    leaves = [tensor.to(device).detach().requires_grad_() for tensor in inputs]
    exact = [tensor.double().requires_grad_() for tensor in inputs]
    with torch.backends.cudnn.flags(allow_tf32=False):
        out = FusedGraphConvolution.apply(*leaves)
        out.backward(grad.to(device))
    expected = topology._all_clips_at_once(*exact)
    expected.backward(grad.double())
    assert out.dtype == inputs[0].dtype
    assert out.is_contiguous(memory_format=torch.channels_last)
    assert relative_error(out, expected) < value_error
    names = ("x", "weight", "bias", "theta", "phi", "weights", "adjacency")
    for name, leaf, other in zip(names, leaves, exact, strict=True):
        assert leaf.grad.dtype == leaf.dtype
        assert relative_error(leaf.grad, other.grad) < grad_error, name


def relative_error(actual: Tensor, expected: Tensor) -> float:
    return float((actual.detach().cpu() - expected).detach().norm() / expected.detach().norm())


@needs_triton
@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize(
    ("N", "T", "V", "C", "R"),
    [
        (2, 5, 20, 6, 3),
        (1, 7, 42, 20, 17),  # two tiles of channels, and of relations in one
        (1, 3, 87, 4, 2),
        (2, 33, 20, 5, 1),  # several tiles of frames in the backward pass
        (1, 67, 17, 34, 2),  # and in the forward pass; channels left over
        (1, 1, 1, 1, 1),  # a clip of one number: Triton makes constants of ones
    ],
)
def test_equals_the_plain_operations(device: str, N: int, T: int, V: int, C: int, R: int) -> None:
    assert_agrees(device, *example(N, T, V, C, R, torch.float32), 1e-4, 1e-3)


@needs_triton
@pytest.mark.usefixtures("bfloat16_products")
@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize(("dtype", "error"), [(torch.float16, 0.005), (torch.bfloat16, 0.03)])
def test_half_precision_stays_near(device: str, dtype: torch.dtype, error: float) -> None:
    assert_agrees(device, *example(2, 9, 42, 18, 5, dtype), error, error)


@needs_triton
@pytest.mark.parametrize("device", DEVICES)
def test_takes_any_strides(device: str) -> None:
    inputs, grad = example(2, 5, 20, 6, 3, torch.float32)
    inputs[0] = inputs[0].contiguous()  # not channels last
    inputs[3] = inputs[3].transpose(2, 3).contiguous().transpose(2, 3)
    assert_agrees(device, inputs, grad[:, :, :1].expand_as(grad), 1e-4, 1e-3)


@needs_triton
@pytest.mark.gpu
@pytest.mark.skipif(INTERPRETED, reason="interpreted")
@pytest.mark.parametrize("dtype", [torch.float32, torch.float16, torch.bfloat16])
@pytest.mark.parametrize(("T", "C", "R"), [(64, 64, 8), (32, 128, 16), (16, 256, 32)])
def test_the_paper_sized_layers(dtype: torch.dtype, T: int, C: int, R: int) -> None:
    error = 1e-3 if dtype == torch.float32 else 0.03
    inputs, grad = example(4, T, 133, C, R, dtype)
    assert_agrees("cuda", inputs, grad, error, error)


@needs_triton
@pytest.mark.gpu
@pytest.mark.skipif(INTERPRETED, reason="interpreted")
def test_is_the_same_in_every_run() -> None:
    from gspmc.models.topology_triton import FusedGraphConvolution

    inputs, grad = example(4, 33, 87, 64, 8, torch.float32)
    runs = []
    for _ in range(2):
        leaves = [tensor.cuda().requires_grad_() for tensor in inputs]
        out = FusedGraphConvolution.apply(*leaves)
        out.backward(grad.cuda())
        # Gradients of the 1x1 convolution are cuDNN's.
        runs.append([out, *(leaf.grad for leaf in leaves[3:])])
    assert all(torch.equal(one, other) for one, other in zip(*runs, strict=True))


@needs_triton
@pytest.mark.skipif(INTERPRETED, reason="interpreted")
@pytest.mark.parametrize("capability", [80, 90])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_compiles_for_gpus_and_fits_them(dtype: torch.dtype, capability: int) -> None:
    """Without a GPU: the interpreter takes much that no GPU does."""
    from triton import compile
    from triton.backends import compiler
    from triton.compiler import ASTSource

    from gspmc.models import topology_triton as fused

    precision, joints = "tf32x3", fused.JOINTS
    kernels = [(fused._adjacency_kernel, (32, fused.ADJACENCY_JOINTS, precision))]
    for T, C, R in [(64, 64, 8), (32, 128, 16), (16, 256, 32), (16, 512, 64)]:
        tiles = fused.forward_tiles(dtype, C, T, R)
        kernels.append((fused._forward_kernel, (*tiles, joints, precision)))
        tiles = fused.backward_tiles(dtype, T, R)
        kernels.append((fused._backward_kernel, (*tiles, joints, precision)))
    short = {torch.float32: "*fp32", torch.bfloat16: "*bf16"}[dtype]
    for kernel, constants in kernels:
        names = kernel.arg_names
        constants = dict(zip(names[-len(constants) :], constants, strict=True))
        signature, attributes = {}, {}
        for index, name in enumerate(names):
            if name in constants:
                signature[name] = "constexpr"
            elif name in {"K", "C", "T", "V", "R"}:
                signature[name] = "i32"
            else:
                partial = name.startswith("grad_") and name != "grad_psi"
                signature[name] = "*fp32" if partial else short
            if signature[name].startswith("*") or name in {"C", "T"}:
                attributes[(index,)] = [["tt.divisibility", 16]]
        launch = {"num_warps": 4, "num_stages": 3} if len(constants) == 3 else fused.LAUNCH
        source = ASTSource(kernel, signature, constants, attributes)
        compiled = compile(
            source, target=compiler.GPUTarget("cuda", capability, 32), options=launch
        )
        assert compiled.metadata.shared < SHARED_MEMORY, (kernel, constants)


def choice(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, device: str, fused: object,
    dtype: torch.dtype = torch.float32, relations: int = 8, complaint: str | None = None,
) -> tuple[object, list[tuple[int, str]]]:  # fmt: skip
    """What is chosen with that in place of the kernels, and the log's levels and words."""
    name = "topology_triton"
    monkeypatch.setitem(sys.modules, f"gspmc.models.{name}", fused)
    if fused is None:
        monkeypatch.delattr(gspmc.models, name, raising=False)
    else:
        monkeypatch.setattr(gspmc.models, name, fused, raising=False)
    monkeypatch.setattr(topology, "_complaint", lambda *arguments: complaint)
    topology._log_once.cache_clear()
    with caplog.at_level(logging.INFO, logger="gspmc.models.topology"):
        chosen = [
            topology._implementation(torch.device(device), dtype, 64, 16, relations)
            for _ in range(2)
        ]
    topology._log_once.cache_clear()
    assert chosen[0] == chosen[1]
    return chosen[0], [(record.levelno, record.getMessage()) for record in caplog.records]


KERNELS = SimpleNamespace(
    DTYPES=(torch.float32, torch.bfloat16),
    MOST_RELATIONS=64,
    padded=lambda extent: max(16, 1 << (extent - 1).bit_length()),
    FusedGraphConvolution=SimpleNamespace(apply=lambda *inputs: inputs[0]),
)


def test_a_cpu_computes_clip_by_clip(monkeypatch, caplog) -> None:
    assert choice(monkeypatch, caplog, "cpu", KERNELS) == (
        topology._RefinedGraphConvolution.apply,
        [],
    )


def test_cuda_takes_the_kernel_and_says_so_once(monkeypatch, caplog) -> None:
    chosen, log = choice(monkeypatch, caplog, "cuda:0", KERNELS)
    assert chosen is KERNELS.FusedGraphConvolution.apply
    (level, words) = log[0]
    assert len(log) == 1 and level == logging.INFO
    assert "torch.float32 on cuda:0: fused Triton kernel" in words


@pytest.mark.parametrize(
    ("device", "fused", "others", "level", "reason"),
    [
        ("cuda", None, {}, logging.INFO, "for want of Triton"),
        ("cuda", KERNELS, {"dtype": torch.float64}, logging.INFO, "in float32 or half"),
        ("cuda", KERNELS, {"relations": 65}, logging.INFO, "R <= 64"),
        ("cuda", KERNELS, {"complaint": "failed: no"}, logging.WARNING, "kernel failed: no"),
        ("mps", KERNELS, {}, logging.INFO, "being for CUDA"),
    ],
)
def test_plain_operations_elsewhere_with_the_reason(
    monkeypatch, caplog, device, fused, others, level, reason
) -> None:
    chosen, log = choice(monkeypatch, caplog, device, fused, **others)
    assert chosen is topology._all_clips_at_once
    assert len(log) == 1 and log[0][0] == level
    assert "plain PyTorch" in log[0][1] and reason in log[0][1]


def complaint(convolve, dtype: torch.dtype = torch.float32) -> str | None:
    return topology._complaint(convolve, torch.device("cpu"), dtype, 16, 16, 16)


def test_the_check_passes_what_is_right_and_draws_no_random_numbers() -> None:
    state = torch.random.get_rng_state()
    with torch.inference_mode():
        assert complaint(topology._all_clips_at_once, torch.bfloat16) is None
    assert torch.equal(state, torch.random.get_rng_state())


def test_the_check_finds_wrong_values_wrong_gradients_and_failures() -> None:
    def wrong_values(*inputs: Tensor) -> Tensor:
        return topology._all_clips_at_once(*inputs) * 1.02

    def wrong_gradient(*inputs: Tensor) -> Tensor:
        *others, adjacency = inputs
        return topology._all_clips_at_once(*others, adjacency * 0.5 + adjacency.detach() * 0.5)

    def not_a_number(*inputs: Tensor) -> Tensor:
        return topology._all_clips_at_once(*inputs) * torch.nan

    def failing(*inputs: Tensor) -> Tensor:
        raise RuntimeError("out of resources")

    assert complaint(wrong_values) == "is off by 2.0% in out"
    assert complaint(wrong_gradient) == "is off by 50.0% in adjacency"
    assert complaint(not_a_number) == "is off by nan% in out"
    assert complaint(failing) == "failed: RuntimeError: out of resources"
