"""The benchmark counts and compares what it says it does. What it finds is no matter of tests."""

import json
import time
from pathlib import Path

import pytest
import torch

from gspmc.bench import importing
from gspmc.bench.ceilings import ceilings
from gspmc.bench.counting import count_work
from gspmc.bench.encoders import compare_inference, compare_training, cost_of_joints
from gspmc.bench.memory import peak_bytes
from gspmc.bench.models import REFERENCE, Case, inference
from gspmc.bench.report import line, write_results
from gspmc.bench.timing import Spread, alternate, repeated, speed_ratio
from gspmc.cli import COMMANDS
from gspmc.command_line import run_command

SMALL = Case("ctrgcn", "float32", "kinect20", frames=4, batch=2)


def test_ways_take_turns_and_a_first_round_does_not_count() -> None:
    calls = []
    ways = {"a": lambda: calls.append("a"), "b": lambda: (calls.append("b"), time.sleep(0.01))}
    seconds = alternate(ways, rounds=2)
    assert calls == ["a", "b"] * 3
    assert [len(taken) for taken in seconds.values()] == [2, 2]
    assert min(seconds["b"]) >= 0.01


def test_ratios_are_taken_round_by_round() -> None:
    assert speed_ratio([1.0, 2.0, 1.0], [2.0, 8.0, 3.0]) == Spread(median=3.0, low=2.0, high=4.0)


def test_a_short_call_is_repeated() -> None:
    calls = []
    repeated(lambda: calls.append(1), 5)()
    assert len(calls) == 5


def test_counts_the_arithmetic_and_the_traffic_of_a_product() -> None:
    a, b = torch.ones(3, 5), torch.ones(5, 7)
    products = (
        lambda: a.t().t() @ b,  # the views cost nothing
        lambda: torch.mm(a, b, out=torch.empty(3, 7)),  # the result is written, not read
    )
    for product in products:
        work = count_work(product)
        assert work.flops == 2 * 3 * 5 * 7
        assert work.bytes == 4 * (3 * 5 + 5 * 7 + 3 * 7)


def test_the_reference_computes_what_the_encoder_computes() -> None:
    model, reference = SMALL.model(), Case(REFERENCE, *_rest(SMALL)).model()
    weights = {
        name.replace("encoder.", "encoder.encoder.", 1): value
        for name, value in model.state_dict().items()
    }
    reference.load_state_dict(weights)
    clips = SMALL.clips()
    torch.testing.assert_close(model(clips).logits, reference(clips).logits, rtol=1e-4, atol=1e-4)
    assert inference(SMALL)().shape == (2, 500)


def test_rows_compare_with_the_first_case(tmp_path: Path) -> None:
    cases = [Case(REFERENCE, *_rest(SMALL)), SMALL]
    rows = compare_training(cases, 2, memory=False) + compare_inference(cases, 2)
    for reference, row in zip(rows[::2], rows[1::2], strict=True):
        assert reference["times_reference"] == {"median": 1.0, "low": 1.0, "high": 1.0}
        assert row["clips_per_second"] == pytest.approx(2 / row["seconds"]["median"], rel=1e-2)
        assert "times as fast as the reference" in line(row)
    write_results(tmp_path / "bench.json", {"copy": 1.0}, rows, 2)
    written = json.loads((tmp_path / "bench.json").read_text())
    assert written["rows"] == rows and written["environment"]["allocator"]


def test_projects_recipes_at_the_rate_of_a_training_step(tmp_path: Path) -> None:
    row = {"what": "training step", "layout": "gsp87", "clips_per_second": 110 * 875 / 3.6}
    write_results(tmp_path / "bench.json", {}, [row], 1)
    (written,) = json.loads((tmp_path / "bench.json").read_text())["rows"]
    assert written["projected_hours"]["SLR-500"] == pytest.approx(0.1, rel=1e-2)


def test_growth_is_the_slope_between_logarithms(monkeypatch: pytest.MonkeyPatch) -> None:
    squares = {"hands42": [42.0**2], "gsp87": [87.0**2], "coco_wholebody133": [133.0**2]}
    monkeypatch.setattr("gspmc.bench.encoders.training_step", lambda case: lambda: None)
    monkeypatch.setattr("gspmc.bench.encoders.alternate", lambda ways, rounds: squares)
    assert cost_of_joints(SMALL, list(squares), 1)["exponent"] == 2


def test_ceilings_are_rates() -> None:
    found = ceilings(torch.device("cpu"), [torch.float32], rounds=1)
    assert set(found) == {"copy_bytes_per_second", "matmul_float32_flops_per_second"}
    assert all(value > 1e6 for value in found.values())


def test_peak_memory_is_that_of_the_step_and_not_of_whoever_asks() -> None:
    held = torch.ones(200 << 20, dtype=torch.uint8)  # more than the step needs
    del held
    small, large = (Case("ctrgcn", "float32", "kinect20", 16, batch) for batch in (2, 16))
    activations = 14 * 64 * 16 * 20 * 4  # one map of the first blocks, of fourteen clips more
    assert peak_bytes(large) - peak_bytes(small) > 20 * activations


def test_the_command_writes_what_it_tells(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "bench.json"
    words = ["bench", "--only", "loss", "--rounds", "1", "--out", str(out)]
    assert run_command(COMMANDS, "gspmc", "0", words) == 0
    assert [row["what"] for row in json.loads(out.read_text())["rows"]] == ["loss", "loss"]
    assert "matmul float32" in capsys.readouterr().out


def test_a_file_that_cannot_be_written_is_told_first(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["bench", "--only", "loss", "--rounds", "1", "--out", str(tmp_path)]
    assert run_command(COMMANDS, "gspmc", "0", words) != 0
    out, err = capsys.readouterr()
    assert "it is a folder, name a file" in err and "loss" not in out


def test_an_unknown_topic_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(COMMANDS, "gspmc", "0", ["bench", "--only", "los"]) != 0
    assert "nothing named los: choose of ctrgcn" in capsys.readouterr().err


def _rest(case: Case) -> tuple[str, str, int, int]:
    return case.precision, case.layout, case.frames, case.batch


def test_a_small_knowledge_base_is_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gspmc.bench import knowledge

    monkeypatch.setattr(knowledge, "CORPUS", 60_000)
    text = knowledge.GeneratedText()
    text.write(tmp_path / "corpus", 60_000)
    text.write(tmp_path / "part", 3_000)
    queries = [text.words(8) for _ in range(knowledge.QUERIES)]
    built = knowledge._building(tmp_path)
    searched = knowledge._searching(tmp_path, queries)
    assert built["entries"] > 50 and searched["recall"] == 1.0
    for row in (built, searched, *knowledge._embedding(tmp_path, queries)):
        assert line(row)


def test_an_import_is_measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "SIGNS", 20)
    importing.write_clips(tmp_path / "clips", signers=2)
    row = importing.measure(tmp_path, processes=1)
    assert row["clips"] == 2 * 20 * 5 and row["gaps"] == 0
    assert 0 < row["bytes_before"] <= row["early_peak_bytes"] <= row["peak_bytes"]
    assert "clips/s" in line(row)
