"""What lies between the products of the graph convolution: by kernels as in plain PyTorch.

Without a GPU the kernels run in Triton's interpreter, on the CPU, and are compiled for GPUs, since
the interpreter takes much that no GPU does. It has to be chosen before Triton is imported, so one
test runs this file again in a process of its own.
"""

import importlib.util
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
import torch
from torch import Tensor

from gspmc.models import topology_operations
from gspmc.models.topology_operations import (
    channels_last,
    fill_relations,
    joints_last,
    relation_gradients,
)

INTERPRETED = os.environ.get("TRITON_INTERPRET") == "1"
HAS_TRITON = importlib.util.find_spec("triton") is not None
DEVICES = [
    pytest.param("cpu", marks=pytest.mark.skipif(not INTERPRETED, reason="done in a process")),
    pytest.param("cuda", marks=pytest.mark.gpu),
]
ERROR = {torch.float32: 1e-6, torch.bfloat16: 1e-2}


@pytest.mark.skipif(not HAS_TRITON, reason="Triton is not installed")
@pytest.mark.skipif(INTERPRETED, reason="is the one that starts this process")
def test_in_the_interpreter(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    command = [sys.executable, "-m", "pytest", "-k", "cpu and not choice", "-p", "no:cacheprovider"]
    result = subprocess.run(
        [*command, f"--junitxml={report}", __file__],
        cwd=Path(__file__).resolve().parents[2],
        env={**os.environ, "TRITON_INTERPRET": "1", "PYTEST_ADDOPTS": ""},
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    (suite,) = ElementTree.parse(report).getroot()
    assert int(suite.get("tests", "0")) >= 14 and suite.get("skipped") == "0"


@pytest.fixture
def kernels(monkeypatch: pytest.MonkeyPatch) -> None:
    """Kernels are chosen, on whatever device."""
    pytest.importorskip("triton")
    from gspmc.models import topology_kernels

    monkeypatch.setattr(topology_operations, "_kernels_for", lambda tensor: topology_kernels)


def draw(*shape: int) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(sum(shape)))


def assert_near(actual: Tensor, expected: Tensor, dtype: torch.dtype) -> None:
    assert actual.dtype == dtype
    actual, expected = actual.cpu().double(), expected.double()
    assert (actual - expected).norm() <= ERROR[dtype] * expected.norm()


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize(("V", "P", "R", "Q"), [(5, 8, 3, 8), (42, 48, 2, 4), (17, 17, 1, 3)])
def test_relations_and_their_gradients(
    kernels, monkeypatch, device: str, dtype: torch.dtype, V: int, P: int, R: int, Q: int
) -> None:
    n, K = 2, 3
    theta, phi = draw(n, K, V, R).mT, 2 * draw(n, K, R, V)  # of any strides
    inputs = [tensor.to(dtype) for tensor in (theta, phi, draw(K, V, V))]
    relations = torch.full((n, K, Q, P, P), torch.nan, dtype=dtype, device=device)
    fill_relations(relations, *(tensor.to(device) for tensor in inputs))
    grad = draw(n, K, Q, P, P).to(dtype).mT
    gradients = relation_gradients(relations, grad.to(device), R, V, dtype)

    monkeypatch.undo()
    exact = torch.full((n, K, Q, P, P), torch.nan, dtype=torch.float64)
    fill_relations(exact, *(tensor.double() for tensor in inputs))
    assert_near(relations, exact, dtype)
    for actual, expected in zip(
        gradients, relation_gradients(exact, grad.double(), R, V, torch.float64), strict=True
    ):
        assert_near(actual, expected, dtype)


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize(
    ("T", "V", "C", "rows", "P", "S"),
    [(3, 5, 2, 8, 8, 8), (9, 42, 70, 72, 48, 16), (4, 8, 66, 66, 8, 4), (1, 1, 1, 1, 1, 1)],
)
def test_maps_are_turned_and_turned_back(
    kernels, monkeypatch, device: str, dtype: torch.dtype,
    T: int, V: int, C: int, rows: int, P: int, S: int,
) -> None:  # fmt: skip
    pixels = draw(2, T, V, C).to(dtype)
    turned = joints_last(pixels.to(device), rows, P, S)
    back = torch.full_like(pixels, torch.nan, device=device)
    channels_last(turned[:, :C], back)
    assert torch.equal(back.cpu(), pixels)
    monkeypatch.undo()
    assert torch.equal(turned.cpu(), joints_last(pixels, rows, P, S))


@pytest.mark.skipif(not HAS_TRITON, reason="Triton is not installed")
@pytest.mark.skipif(INTERPRETED, reason="nothing is compiled in the interpreter")
@pytest.mark.parametrize("number", ["fp32", "bf16"])
@pytest.mark.parametrize("capability", [80, 90])
def test_compiles_for_gpus(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, number: str, capability: int
) -> None:
    pytest.importorskip("triton.backends.nvidia")
    monkeypatch.setenv("TRITON_CACHE_DIR", str(tmp_path))
    from triton import compile
    from triton.backends.compiler import GPUTarget
    from triton.compiler import ASTSource

    from gspmc.models import topology_kernels as kernels

    tiles = {"COLUMNS": 128, "ROWS": 16, "PLACES": 64, "CHANNELS": 64}
    for kernel in (
        kernels._fill_relations,
        kernels._relation_gradients,
        kernels._joints_last,
        kernels._channels_last,
    ):
        signature, constants = {}, {}
        for index, name in enumerate(kernel.arg_names):
            if name in tiles:
                signature[name] = "constexpr"
                constants[index,] = tiles[name]
            else:
                is_extent = name.isupper() or name == "rows"
                signature[name] = "i32" if is_extent else f"*{number}"
        source = ASTSource(kernel, signature, constants)
        assert compile(source, target=GPUTarget("cuda", capability, 32)).asm["cubin"]


def test_plainly_turned_maps_have_ones_and_zeros_beside_them() -> None:
    pixels = draw(2, 3, 5, 4)
    turned = joints_last(pixels, 8, 6, 7)
    assert torch.equal(turned[:, :4, :5, :3], pixels.permute(0, 3, 2, 1))
    assert torch.equal(turned[:, 4, :5, :3], torch.ones(2, 5, 3))
    assert turned.sum() == pytest.approx(float(pixels.sum()) + 2 * 5 * 3, rel=1e-5)


@pytest.fixture
def choice() -> Iterator[object]:
    """What chooses, with nothing chosen yet, nor afterwards."""
    topology_operations._kernels.cache_clear()
    yield topology_operations._kernels
    topology_operations._kernels.cache_clear()


def test_the_choice_without_triton(choice, monkeypatch, caplog) -> None:
    monkeypatch.setitem(sys.modules, "triton", None)  # as where it is not installed
    monkeypatch.delitem(sys.modules, "gspmc.models.topology_kernels", raising=False)
    monkeypatch.delattr("gspmc.models.topology_kernels", raising=False)
    assert choice(torch.device("cpu")) is None
    assert "graph convolution in plain PyTorch, slower: no Triton" in caplog.text


@pytest.mark.skipif(not HAS_TRITON, reason="Triton is not installed")
@pytest.mark.parametrize("works", [True, False])
def test_the_choice_is_tried_first(choice, monkeypatch, caplog, works: bool) -> None:
    from gspmc.models import topology_kernels

    def launch(*arguments: object) -> None:
        if not works:
            raise RuntimeError("Failed to find C compiler.\nSet CC.")

    monkeypatch.setattr(topology_kernels, "joints_last", launch)
    caplog.set_level("INFO")
    assert choice(torch.device("cpu")) is (topology_kernels if works else None)
    told = "with Triton kernels" if works else "slower: no Triton: Failed to find C compiler."
    assert told in caplog.text and "CC" not in caplog.text


def test_the_choice_is_for_gpus_alone() -> None:
    assert topology_operations._kernels_for(torch.zeros(1)) is None
