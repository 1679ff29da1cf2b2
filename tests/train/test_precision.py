"""bf16 training ends where full precision ends, within what another seed changes."""

from dataclasses import replace
from pathlib import Path
from statistics import mean, stdev

from tests.tiny import PARTCONV, recipe

from gspmc.bench.material import make_descriptions, make_store
from gspmc.train.recipe import Precision, TextRecipe
from gspmc.train.run import train_run

STEPS, SEEDS = 200, (0, 1, 2)


def test_two_hundred_steps_end_within_noise_of_each_other(tmp_path: Path) -> None:
    store = make_store(tmp_path, "hands42")
    descriptions = make_descriptions(tmp_path, store.labels)

    def final_losses(precision: Precision) -> list[float]:
        losses = []
        for seed in SEEDS:
            settings = recipe(
                encoder_options=PARTCONV, batch_size=32, precision=precision, seed=seed,
                text=TextRecipe(),
            )  # fmt: skip
            steps = len(settings.splits.rows(store, "train")) // settings.batch_size
            settings = replace(settings, epochs=-(-STEPS // steps))
            out = tmp_path / f"{precision}-{seed}"
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
