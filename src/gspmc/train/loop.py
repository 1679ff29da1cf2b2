"""The training loop: epochs of a recipe over clips and texts, to be broken off and resumed."""

from __future__ import annotations

import logging
import time
from collections import defaultdict
from dataclasses import dataclass
from math import isfinite
from typing import Any, cast

import torch
from lightning.fabric import Fabric
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from torch import Tensor, nn
from torch.utils.data import DataLoader
from torch.utils.tensorboard import SummaryWriter

from gspmc.data.loader import EpochSampler, derived_seed, training_loader
from gspmc.data.windows import Batch, ClipWindows
from gspmc.errors import GspmcError
from gspmc.evaluate.predict import predict_logits
from gspmc.losses.mirrored import hands_as_described
from gspmc.losses.objective import gsp_objective
from gspmc.losses.targets import TextTargets
from gspmc.models.sign_model import SignModel
from gspmc.models.snapshot import ModelConfig, build_model
from gspmc.train.recipe import Recipe
from gspmc.train.run_directory import RunDirectory
from gspmc.train.schedule import best_precision, build_optimiser, build_schedule

_LOG = logging.getLogger(__name__)
_SECONDS_BETWEEN_CHECKPOINTS = 20.0
_WEIGHTS_STREAM, _EPOCH_STREAM = 0, 1
"""Names of the independent random streams that are derived from the recipe's seed."""


@dataclass
class TrainingSet:
    """What a run learns from and is watched on."""

    train: ClipWindows
    val: ClipWindows | None
    targets: TextTargets | None


def fit(
    config: ModelConfig, recipe: Recipe, data: TrainingSet, run: RunDirectory, quiet: bool = False
) -> SignModel:
    """Train to the last epoch and return the model.

    All randomness of an epoch follows from the seed and the epoch's number, so a run that was
    killed and resumed from its last checkpoint ends with the weights of an unbroken one.

    Raises:
        GspmcError: the loss is not finite.
    """
    precision = _precision(recipe)
    for library in ("lightning.fabric", "lightning.pytorch"):  # they repeat the precision
        logging.getLogger(library).setLevel(logging.WARNING)
    _LOG.info("precision %s", precision)
    fabric = Fabric(accelerator="auto", devices=1, precision=precision)
    torch.manual_seed(derived_seed(recipe.seed, _WEIGHTS_STREAM))
    model = build_model(config)
    sampler = EpochSampler(len(data.train), recipe.batch_size, recipe.seed)
    loader = training_loader(
        data.train, sampler, recipe.stream, recipe.augmentation, recipe.workers
    )
    optimiser = build_optimiser(model, recipe.optimiser)
    schedule = build_schedule(
        optimiser, recipe.schedule, recipe.optimiser.lr, recipe.epochs, len(sampler)
    )
    wrapped, fabric_optimiser = fabric.setup(model, optimiser)

    done, curves = 0, []
    state = run.load_checkpoint()
    if state is not None:
        model.load_state_dict(state["model"])
        optimiser.load_state_dict(state["optimiser"])
        schedule.load_state_dict(state["schedule"])
        done = state["epochs"]
        curves = run.read_curves()[:done]

    targets = data.targets.to(fabric.device) if data.targets is not None else None
    writer = SummaryWriter(str(run.tensorboard), purge_step=done + 1)
    saved_at = time.monotonic()
    with _progress(quiet) as progress:
        task = progress.add_task("training", total=recipe.epochs, completed=done, note="")
        for epoch in range(done, recipe.epochs):
            sampler.set_epoch(epoch)
            torch.manual_seed(derived_seed(recipe.seed, _EPOCH_STREAM, epoch))
            began = time.monotonic()
            terms = _epoch(fabric, wrapped, fabric_optimiser, schedule, loader, targets, recipe)
            record: dict[str, float] = {
                "epoch": epoch + 1,
                **terms,
                "lr": float(schedule.get_last_lr()[0]),
            }
            record["seconds"] = time.monotonic() - began
            record["clips_per_second"] = len(sampler) * sampler.batch_size / record["seconds"]
            if not isfinite(record["total"]):
                raise GspmcError(
                    f"{run.path}: the loss is {record['total']} in epoch {epoch + 1}: lower "
                    "--optimiser.lr, and train into another --out"
                )
            last = epoch + 1 == recipe.epochs
            if data.val is not None and (last or (epoch + 1) % recipe.validate_every == 0):
                record["val/top1"] = _accuracy(model, config, data.val)
            curves.append(record)
            for name, value in record.items():
                writer.add_scalar(name, value, epoch + 1)
            if last or time.monotonic() - saved_at > _SECONDS_BETWEEN_CHECKPOINTS:
                writer.flush()
                run.write_curves(curves)
                run.save_checkpoint(
                    {
                        "model": model.state_dict(),
                        "optimiser": optimiser.state_dict(),
                        "schedule": schedule.state_dict(),
                        "epochs": epoch + 1,
                    }
                )
                saved_at = time.monotonic()
            progress.update(task, advance=1, note=_note(record))
    writer.close()
    return model.eval()


def _epoch(
    fabric: Fabric,
    model: nn.Module,
    optimiser: Any,
    schedule: Any,
    loader: DataLoader[Batch],
    targets: TextTargets | None,
    recipe: Recipe,
) -> dict[str, float]:
    """One pass over the training clips; the mean of every term."""
    plain = cast(SignModel, model.module)
    model.train()
    sums: dict[str, Tensor] = defaultdict(lambda: torch.zeros((), device=fabric.device))
    for batch in loader:
        output = model(batch.x.to(fabric.device))
        features, visible = hands_as_described(
            plain.project(output), batch.visible.to(fabric.device), batch.mirrored.to(fabric.device)
        )
        losses = gsp_objective(
            output.logits,
            batch.labels.to(fabric.device),
            features,
            targets,
            visible=visible,
            alpha=recipe.text.alpha,
            temperature=recipe.text.temperature,
            label_smoothing=recipe.label_smoothing,
            negatives=recipe.text.negatives,
        )
        optimiser.zero_grad(set_to_none=True)
        fabric.backward(losses["total"])
        if recipe.optimiser.clip_norm is not None:
            fabric.clip_gradients(
                model,
                optimiser,
                max_norm=recipe.optimiser.clip_norm,
                error_if_nonfinite=False,  # the epoch's loss tells it, in words
            )
        optimiser.step()
        schedule.step()
        for name, value in losses.items():
            sums[name] += value.detach()
    return {name: float(value) / len(loader) for name, value in sums.items()}


def _accuracy(model: SignModel, config: ModelConfig, windows: ClipWindows) -> float:
    hits = predict_logits(model, config, windows).argmax(dim=1) == windows.labels
    return float(hits.float().mean())


def _precision(recipe: Recipe) -> Any:
    if recipe.precision != "auto":
        return recipe.precision
    return best_precision(torch.device("cuda" if torch.cuda.is_available() else "cpu"))


def _progress(quiet: bool) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[note]}"),
        TimeRemainingColumn(),
        disable=quiet,
    )


def _note(record: dict[str, float]) -> str:
    return f"loss {record['total']:.3f}, {record['clips_per_second']:.0f} clips/s"
