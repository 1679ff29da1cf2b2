"""The training loop: epochs of a recipe over clips and texts, to be broken off and resumed."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from math import isfinite
from typing import Any

import torch
from lightning.fabric import Fabric
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from torch import nn
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LRScheduler
from torch.utils.tensorboard import SummaryWriter

from gspmc.data.loader import EpochSampler, derived_seed, training_loader
from gspmc.data.windows import ClipWindows
from gspmc.errors import GspmcError, first_line
from gspmc.losses.targets import TextTargets
from gspmc.models.cuda_graph import record_training
from gspmc.models.sign_model import SignModel
from gspmc.models.snapshot import ModelConfig, build_model
from gspmc.progress import progress_bar
from gspmc.train.epoch import Objective, run_epoch
from gspmc.train.processes import (
    average_statistics,
    by_the_first,
    own_places,
    predict_together,
)
from gspmc.train.recipe import Recipe
from gspmc.train.run_directory import RunDirectory
from gspmc.train.schedule import build_optimiser, build_schedule
from gspmc.train.trainee import Trainee

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
    config: ModelConfig,
    recipe: Recipe,
    data: TrainingSet,
    run: RunDirectory,
    fabric: Fabric,
    quiet: bool = False,
) -> SignModel:
    """Train to the last epoch and return the model.

    All randomness of an epoch follows from the seed, the epoch's number and, for dropout, the
    process, so a run that was killed and resumed from its last checkpoint ends with the weights of
    an unbroken one.

    Args:
        fabric: the processes that train together; all call this, the first one writes.

    Raises:
        GspmcError: the loss is not finite, or the checkpoint is of something else.
    """
    _LOG.info("precision %s", fabric.strategy.precision.precision)
    torch.manual_seed(derived_seed(recipe.seed, _WEIGHTS_STREAM))
    model = build_model(config)
    if recipe.sync_batch_norm:
        model = nn.SyncBatchNorm.convert_sync_batchnorm(model)
    trainee = Trainee(model, data.targets)
    if recipe.compile:
        trainee.compile(dynamic=False)  # every batch has one shape; validation is not compiled
    sampler = EpochSampler(len(data.train), recipe.batch_size, recipe.seed)
    # The processes must draw the synonyms alike, and their dropout, from the global one, apart.
    shared = torch.Generator() if fabric.world_size > 1 else None
    loader = training_loader(
        data.train,
        sampler,
        recipe.stream,
        recipe.augmentation,
        recipe.workers,
        own_places(fabric, sampler.batch_size, recipe.accumulate) if shared else None,
        shared,
    )
    optimiser = build_optimiser(trainee, recipe.optimiser)
    schedule = build_schedule(
        optimiser, recipe.schedule, recipe.optimiser.lr, recipe.epochs, len(sampler)
    )
    wrapped, fabric_optimiser = fabric.setup(trainee, optimiser)
    if fabric.device.type == "cuda" and fabric.world_size == 1:
        _record_steps(trainee.train(), recipe, data.train, sampler.batch_size, fabric)

    done, curves = 0, []
    state = by_the_first(fabric, run.load_checkpoint)
    if state is not None:
        try:
            done = _restore(state, model, optimiser, schedule)
        except torch.OutOfMemoryError:
            raise
        except (AttributeError, LookupError, RuntimeError, TypeError, ValueError) as error:
            raise run.damaged_checkpoint() from error
        curves = run.read_curves()[:done]

    targets = data.targets.to(fabric.device) if data.targets is not None else None
    objective = Objective(fabric, recipe, wrapped, targets, shared)
    writer = None
    if fabric.is_global_zero:
        writer = SummaryWriter(str(run.tensorboard), purge_step=done + 1)
    saved_at = time.monotonic()
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[note]}"),
        TimeRemainingColumn(),
    )
    with progress_bar(*columns, quiet=quiet) as progress:
        task = progress.add_task("training", total=recipe.epochs, completed=done, note="")
        for epoch in range(done, recipe.epochs):
            sampler.set_epoch(epoch)
            seed = derived_seed(recipe.seed, _EPOCH_STREAM, epoch)
            if shared is not None:
                shared.manual_seed(seed)
                seed = derived_seed(recipe.seed, _EPOCH_STREAM, epoch, fabric.global_rank)
            torch.manual_seed(seed)
            began = time.monotonic()
            terms = run_epoch(objective, fabric_optimiser, schedule, loader)
            average_statistics(fabric, model)
            record: dict[str, float] = {
                "epoch": epoch + 1,
                **terms,
                "lr": float(schedule.get_last_lr()[0]),
            }
            record["seconds"] = time.monotonic() - began
            record["clips_per_second"] = len(sampler) * sampler.batch_size / record["seconds"]
            if not isfinite(record["total"]):
                by_the_first(fabric, partial(_refuse, run, record))
            last = epoch + 1 == recipe.epochs
            if data.val is not None and (last or (epoch + 1) % recipe.validate_every == 0):
                hits = predict_together(fabric, model, config, data.val).argmax(dim=1)
                record["val/top1"] = float((hits == data.val.labels).float().mean())
            progress.update(task, advance=1, note=_note(record))
            if writer is None:  # the first process writes for all
                continue
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
    if writer is not None:
        writer.close()
    vars(trainee).pop("forward", None)  # the records, with the GPU's memory that they hold
    return model.eval()


def _restore(
    state: Mapping[str, Any], model: SignModel, optimiser: Optimizer, schedule: LRScheduler
) -> int:
    """Set everything as a checkpoint has it; the epochs that are done.

    Raises:
        LookupError, RuntimeError, TypeError, ValueError and the like: it is of something else.
    """
    model.load_state_dict(state["model"])
    optimiser.load_state_dict(state["optimiser"])
    for weights, moments in optimiser.state.items():
        for moment in moments.values():
            if torch.is_tensor(moment) and moment.ndim and moment.shape != weights.shape:
                raise ValueError(f"{tuple(moment.shape)} is not {tuple(weights.shape)}")
    if not {"base_lrs", "last_epoch", "_step_count"} <= state["schedule"].keys():
        raise ValueError("no schedule")
    schedule.load_state_dict(state["schedule"])
    if type(state["epochs"]) is not int or state["epochs"] < 1:
        raise ValueError(f"{state['epochs']} epochs")
    return state["epochs"]


def _record_steps(
    trainee: Trainee, recipe: Recipe, windows: ClipWindows, batch_size: int, fabric: Fabric
) -> None:
    """Take forward and backward pass from CUDA graphs.

    Not where gradients are accumulated, which a second backward pass would overwrite, nor where a
    compiler has arranged the kernels already.

    Raises:
        GspmcError: they cannot be recorded.
    """
    if not recipe.cuda_graphs or recipe.accumulate > 1 or recipe.compile:
        return
    clips = windows.batch(torch.arange(batch_size), recipe.stream).x.to(fabric.device)
    half = fabric.strategy.precision.precision == "bf16-mixed"
    try:
        record_training(trainee, clips, half)
    except (AssertionError, RuntimeError) as error:  # an encoder that waits for the GPU, say
        reason = first_line(error)
        raise GspmcError(
            f"the training step cannot be recorded as a CUDA graph: {reason}; train into another "
            "--out with --cuda-graphs false"
        ) from error


def _refuse(run: RunDirectory, record: dict[str, float]) -> None:
    raise GspmcError(
        f"{run.path}: the loss is {record['total']} in epoch {record['epoch']}: lower "
        "--optimiser.lr, and train into another --out"
    )


def _note(record: dict[str, float]) -> str:
    return f"loss {record['total']:.3f}, {record['clips_per_second']:.0f} clips/s"
