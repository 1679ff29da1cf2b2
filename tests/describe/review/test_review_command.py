"""`gspmc describe review` as it is typed."""

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from tests.tiny import make_descriptions
from tests.typed import Line


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    path = make_descriptions(tmp_path / "texts.jsonl")
    (tmp_path / ".texts.jsonl.lock").touch()
    return path


def test_a_port_that_is_taken(line: Line, texts: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = line.fails("describe", "review", texts, "--port", port)
    assert f"port {port} of 127.0.0.1 is taken: choose another with --port" in said


@pytest.mark.parametrize("port", [-1, 65536])
def test_a_port_that_cannot_be(line: Line, texts: Path, port: int) -> None:
    assert "--port must be" in line.fails("describe", "review", texts, f"--port={port}")


def test_a_host_that_is_not_here(line: Line, texts: Path) -> None:
    said = line.fails("describe", "review", texts, "--host", "no.such.host.invalid")
    assert "--host no.such.host.invalid" in said
    said = line.fails("describe", "review", texts, "--host", "192.0.2.1", "--port", 0)
    assert "cannot listen at 192.0.2.1" in said


def test_inputs_that_are_not_there(line: Line, texts: Path) -> None:
    gone = line.folder / "gone"
    assert "cannot read descriptions" in line.fails("describe", "review", gone)
    assert "no knowledge base" in line.fails("describe", "review", texts, "--kb", gone)
    assert "no clip store" in line.fails("describe", "review", texts, "--clips", gone)


@pytest.mark.parametrize("missing", ["fastapi", "uvicorn"])
def test_without_the_extra(
    line: Line, texts: Path, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    monkeypatch.setitem(sys.modules, missing, None)
    for name in ("app", "serve"):
        monkeypatch.delitem(sys.modules, f"gspmc.describe.review.{name}", raising=False)
    said = line.fails("describe", "review", texts, "--port", 0)
    assert f"needs {missing}: pip install 'gspmc[web]'" in said


def test_it_says_its_address_and_ends_with_ctrl_c(texts: Path) -> None:
    command = [sys.executable, "-m", "gspmc.cli", "describe", "review", str(texts), "--port", "0"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        said = process.stdout.readline()
        (address,) = re.findall(r"at (http://127\.0\.0\.1:\d+/)", said)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(address, timeout=20) as page:
            assert b"Review" in page.read()
        os.kill(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=20)
        assert process.returncode == 0 and err == ""
        assert "everything that was saved is in" in out


def test_the_page_is_in_the_package() -> None:
    tomllib = pytest.importorskip("tomllib")  # from Python 3.11 on

    root = Path(__file__).resolve().parents[3]
    settings = tomllib.loads((root / "pyproject.toml").read_text())
    patterns = settings["tool"]["setuptools"]["package-data"]["gspmc.describe.review"]
    folder = root / "src/gspmc/describe/review"
    packed = {path for pattern in patterns for path in folder.glob(pattern)}
    assert {path for path in folder.glob("static/*") if path.is_file()} == packed
    assert folder / "static/index.html" in packed
