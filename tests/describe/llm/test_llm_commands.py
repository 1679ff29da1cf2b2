"""`gspmc describe` with a language model, as it is typed."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.describe.llm.model import Model

from gspmc.bench.chat_model import right_answer, told
from gspmc.bench.chat_server import Reply, Request
from gspmc.cli import COMMANDS
from gspmc.command_line import run_command
from gspmc.describe.knowledge import KnowledgeBase
from gspmc.text.description import read_descriptions

Serve = Callable[[Callable[[Request], Reply]], str]


def gspmc(*words: object) -> int:
    return run_command(COMMANDS, "gspmc", "0", [str(word) for word in words])


@pytest.fixture
def labels(tmp_path: Path) -> Path:
    path = tmp_path / "labels.txt"
    path.write_text("BLICK\nZUM\nMIX\n")
    return path


@pytest.fixture
def line(labels: Path, make_kb: Callable[..., KnowledgeBase], tmp_path: Path) -> list[object]:
    words = ["describe", "run", "--labels", labels, "--kb", make_kb().uri]
    return [*words, "--generator", "openai", "--model", "M", "--out", tmp_path / "d.jsonl"]


def test_run_show_and_diff(
    line: list[object], serve: Serve, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url = serve(Model())
    prices = ("--input_price", "1", "--output-price", "10")
    assert gspmc(*line, "--base-url", url, *prices) == 0
    told_so = capsys.readouterr().out
    assert "3 signs described, 0 with checks" in told_so
    assert "12 requests, 1,200 tokens in, 600 out, price 0.01" in told_so
    assert gspmc("describe", "show", tmp_path / "d.jsonl", "BLICK") == 0
    shown = capsys.readouterr().out
    for words in (
        "primary: ",
        "part (right_hand): ",
        "written by: M, prompts 1-",
        "source: BLICK: ",
    ):
        assert words in shown
    other = tmp_path / "other.jsonl"
    texts = (tmp_path / "d.jsonl").read_text().replace("makes a fist", "makes a claw")
    other.write_text("\n".join(texts.split("\n")[:2]))
    assert gspmc("describe", "diff", tmp_path / "d.jsonl", other) == 0
    differences = capsys.readouterr().out.splitlines()
    assert differences[0].startswith("BLICK, primary: The right hand makes a[- fist-]{+ claw+}.")
    assert differences[-1] == "MIX: only in the first"


def test_what_failed_is_listed_and_tried_again(
    line: list[object], serve: Serve, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    class Moody(Model):
        mood = "bad"

        def reply(self, request: Request) -> Reply:
            is_bad = self.mood == "bad" and told(request)[0][0] == "ZUM"
            return Reply("" if is_bad else json.dumps(right_answer(request)))

    model = Moody()
    url = serve(model)
    assert gspmc(*line, "--base_url", url) == 1
    errors = capsys.readouterr().err.splitlines()
    assert errors[0].startswith("failed: ZUM: The answer is wrong: it was empty")
    assert errors[-1].startswith("gspmc: 1 signs have no usable answer (listed above)")
    model.mood = "good"
    model.asked.clear()
    assert gspmc(*line, "--base_url", url) == 0
    assert {label for label, _ in model.asked} == {"ZUM"}
    assert list(read_descriptions(tmp_path / "d.jsonl")) == ["BLICK", "ZUM", "MIX"]


def test_dry_run_asks_nothing(
    line: list[object], serve: Serve, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = Model()
    url = serve(model)
    assert gspmc(*line, "--base_url", url, "--dry-run") == 0
    assert not model.asked
    assert capsys.readouterr().out.startswith("3 signs, about 12 requests, ")
    assert [path.name for path in tmp_path.iterdir() if "jsonl" in path.name] == []
    assert gspmc(*line, "--base_url", url, "--dry-run", "--out", tmp_path / "new" / "d.jsonl") == 0
    assert not (tmp_path / "new").exists()
    capsys.readouterr()
    assert gspmc(*line, "--base_url", url) == 0
    asked = capsys.readouterr().out
    assert "12 requests" in asked


def test_one_run_at_a_time(
    line: list[object], serve: Serve, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    class Second(Model):
        status = 0

        def reply(self, request: Request) -> Reply:
            if not self.status:
                self.status = gspmc(*line, "--base_url", "http://127.0.0.1:9/v1")
            return super().reply(request)

    model = Second()
    assert gspmc(*line, "--base_url", serve(model)) == 0
    assert model.status == 1
    assert "another run is writing" in capsys.readouterr().err


def test_killed_at_any_moment_it_goes_on(
    line: list[object], labels: Path, make_kb: Callable[..., KnowledgeBase], serve: Serve,
    tmp_path: Path,
) -> None:  # fmt: skip
    class Slow(Model):
        def reply(self, request: Request) -> Reply:
            reply = super().reply(request)
            reply.seconds = 0.05
            return reply

    signs = [f"SIGN{n}" for n in range(60)]
    make_kb(**{sign: f"The right hand taps {sign}." for sign in signs})
    labels.write_text("\n".join(signs))
    model = Slow()
    words = [*map(str, line), "--base_url", serve(model), "--concurrency", "4"]
    finished = tmp_path / "d.jsonl.unfinished"
    command = [sys.executable, "-m", "gspmc.cli", *words]
    for wanted in (5, 20):
        process = subprocess.Popen(command)
        while not finished.exists() or finished.read_bytes().count(b"\n") < wanted:
            assert process.poll() is None
            time.sleep(0.01)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    with finished.open("ab") as file:
        file.write(b'{"replaces": "", "descr')  # a line cut off in the middle
    rows = [json.loads(row) for row in finished.read_bytes().split(b"\n")[1:-1]]
    done = {row["description"]["label"] for row in rows}
    assert len(done) >= 19
    model.asked.clear()
    assert subprocess.run(command, check=False).returncode == 0
    assert not done & {label for label, _ in model.asked}
    read = read_descriptions(tmp_path / "d.jsonl")
    assert list(read) == signs
    assert (tmp_path / "d.jsonl").read_bytes().count(b"\n") == 60
    assert not finished.exists()


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (["--dry_run", "--generator", "offline"], "leave --dry_run"),
        (["--model", ""], "no language model named"),
        (["--base_url", "localhost"], "localhost is no web address"),
        (["--base_url", "http://localhost:99999/v1"], "localhost:99999/v1 is no web address"),
        (["--base_url", "http://☃.example/v1"], "☃.example/v1 is no web address"),
        (["--prompts", "nowhere"], "no folder nowhere"),
        (["--only", "NONE"], "--only names 'NONE'"),
        (["--out", ""], "--out '' is no file"),
        (["--out", "x", "--answers", "x"], "--answers and --out are both x"),
    ],
)
def test_mistakes_cost_a_line(
    line: list[object], words: list[str], problem: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert gspmc(*line, "--base_url", "http://127.0.0.1:9/v1", *words) == 1
    errors = capsys.readouterr().err
    assert problem in errors
    assert errors.count("\n") == 1


def test_offline_needs_a_knowledge_base(labels: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert gspmc("describe", "run", "--labels", labels, "--out", "x.jsonl") == 1
    assert "name one with --kb" in capsys.readouterr().err


def test_prompts_are_copied_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert gspmc("describe", "prompts", tmp_path / "mine") == 0
    assert capsys.readouterr().out.count("\n") == 5
