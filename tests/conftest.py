"""Fixtures and markers that every test may use."""

import os
from pathlib import Path

# Small tensors gain nothing from a second thread, and threads that wait for each other on a busy
# machine lose much. Set before PyTorch starts, so that subprocesses have it too.
os.environ.setdefault("OMP_NUM_THREADS", "1")

import pytest
import torch
from tests.tiny import make_descriptions, make_run
from tests.typed import Line

from gspmc.export.bundle import export_bundle

ROOT = Path(__file__).resolve().parents[1]
CHROMIUM = Path("/usr/bin/chromium")
"""Where Debian's package puts it; tests of pages in a real browser need it."""


def find_real_data() -> Path | None:
    """The folder of real data: GSPMC_DATA, else ../shared/data beside the checkout."""
    folder = Path(os.environ.get("GSPMC_DATA", ROOT.parent / "shared" / "data"))
    return folder if folder.is_dir() else None


@pytest.fixture(scope="session")
def real_data() -> Path:
    folder = find_real_data()
    if folder is None:
        pytest.skip("no real data: set GSPMC_DATA")
    return folder


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `store`, `run`, `bundle` and `texts.jsonl`; not to be changed."""
    folder = tmp_path_factory.mktemp("made")
    export_bundle(make_run(folder).path, folder / "bundle")
    make_descriptions(folder / "texts.jsonl")
    return folder


@pytest.fixture
def line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Line:
    return Line(tmp_path, capsys)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what cannot run on this machine, so that `-m "not slow"` is enough everywhere."""
    missing = {
        "realdata": (find_real_data() is None, "no real data: set GSPMC_DATA"),
        "gpu": (not torch.cuda.is_available(), "no CUDA device"),
        "browser": (not CHROMIUM.is_file(), f"no Chromium at {CHROMIUM}"),
    }
    for item in items:
        for marker, (absent, reason) in missing.items():
            if absent and item.get_closest_marker(marker):
                item.add_marker(pytest.mark.skip(reason=reason))
