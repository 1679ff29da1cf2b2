"""bf16 training ends where full precision ends, within what another seed changes."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from statistics import mean, stdev
from typing import Any

import pytest
import torch
from tests.tiny import PARTCONV, recipe
from torch import Tensor, nn

from gspmc.bench.material import make_descriptions, make_store
from gspmc.train import precision, processes
from gspmc.train.precision import best_precision
from gspmc.train.processes import begin_processes
from gspmc.train.recipe import Precision, TextRecipe
from gspmc.train.run import train_run

STEPS, SEEDS = 200, (0, 1, 2)


def test_two_hundred_steps_end_within_noise_of_each_other(tmp_path: Path) -> None:
    store = make_store(tmp_path, "hands42")
    descriptions = make_descriptions(tmp_path, store.labels)

    def final_losses(chosen: Precision) -> list[float]:
        losses = []
        for seed in SEEDS:
            settings = recipe(
                encoder_options=PARTCONV, batch_size=32, precision=chosen, seed=seed,
                text=TextRecipe(),
            )  # fmt: skip
            steps = len(settings.splits.rows(store, "train")) // settings.batch_size
            settings = replace(settings, epochs=-(-STEPS // steps))
            out = tmp_path / f"{chosen}-{seed}"
            run = train_run(settings, store.uri, out, descriptions, quiet=True)
            curves = run.read_curves()
            assert len(curves) * steps >= STEPS
            assert curves[-1]["total"] < 0.8 * curves[0]["total"], "nothing was learned"
            losses.append(curves[-1]["total"])
        return losses

    full, half = final_losses("32-true"), final_losses("bf16-mixed")
    assert full != half, "the same precision twice"
    noise = max(stdev(full), stdev(half))
    assert abs(mean(full) - mean(half)) < 2 * noise


def test_bf16_multiplies_rounded_numbers_and_leaves_coordinates_alone() -> None:
    class Probe(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layer = nn.Linear(3, 2)

        def forward(self, x: Tensor) -> Tensor:
            self.seen, self.product = x, self.layer(x)
            return self.product

    fabric = begin_processes(recipe(precision="bf16-mixed"))
    probe, x = Probe(), torch.full((1, 3), 1 + 2**-12)
    fabric.setup_module(probe)(x)
    assert torch.equal(probe.seen, x)
    assert probe.product.dtype == torch.bfloat16


@pytest.fixture
def untried() -> Iterator[None]:
    best_precision.cache_clear()
    yield
    best_precision.cache_clear()


@pytest.mark.usefixtures("untried")
@pytest.mark.parametrize("bf16", [True, False])
def test_gpus_follow_what_they_can_do(monkeypatch: pytest.MonkeyPatch, bf16: bool) -> None:
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda **_: bf16)
    assert best_precision(torch.device("cuda")) == ("bf16-mixed" if bf16 else "32-true")


@pytest.mark.usefixtures("untried")
@pytest.mark.parametrize(
    ("supported", "faster", "expected"),
    [(True, True, "bf16-mixed"), (True, False, "32-true"), (False, True, "32-true")],
)
def test_cpus_take_bf16_where_it_is_faster(
    monkeypatch: pytest.MonkeyPatch, supported: bool, faster: bool, expected: str
) -> None:
    monkeypatch.setattr(torch.cpu, "_is_avx512_bf16_supported", lambda: supported)
    monkeypatch.setattr(torch.cpu, "_is_amx_tile_supported", lambda: False)
    seconds = {torch.bfloat16: 1.0, torch.float32: 2.0 if faster else 0.5}
    monkeypatch.setattr(precision, "_seconds_of_a_product", seconds.get)
    assert best_precision(torch.device("cpu")) == expected


def test_a_product_takes_time_in_both() -> None:
    for dtype in (torch.bfloat16, torch.float32):
        assert precision._seconds_of_a_product(dtype) > 0


@pytest.mark.usefixtures("untried")
def test_what_was_begun_goes_on_alike_and_processes_do_not_try(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.cpu, "_is_avx512_bf16_supported", lambda: True)
    monkeypatch.setattr(
        precision, "_seconds_of_a_product", {torch.bfloat16: 1, torch.float32: 2}.get
    )

    def chosen(begun: str | None, **changes: Any) -> str:
        found = processes._precision(recipe(**{"precision": "auto", **changes}), begun)
        return found["plugins"][0].precision if "plugins" in found else found["precision"]

    assert chosen(None) == chosen("bf16-mixed") == "bf16-mixed"
    assert chosen("32-true") == chosen(None, devices=2) == "32-true"
    assert chosen("32-true", precision="bf16-mixed") == "bf16-mixed"
