"""Several processes that train one model: how they begin, share a batch, and speak with one voice.

A batch is the whole batch of all processes. Each takes its share of the clips through the encoder;
logits and features are then gathered, and every process computes the objective of the whole batch.
With equal shares that is the loss, and after the gradients are averaged the step, of one process.
"""

from __future__ import annotations

import atexit
import logging
import os
import warnings
from collections.abc import Callable, Mapping
from typing import Any, TypeVar, cast

import torch
from lightning.fabric import Fabric
from lightning.fabric.plugins.environments import SLURMEnvironment, TorchElasticEnvironment
from lightning.fabric.utilities.exceptions import MisconfigurationException
from torch import Tensor

from gspmc.data.windows import ClipWindows
from gspmc.errors import GspmcError
from gspmc.evaluate.predict import predict_logits
from gspmc.losses.multipositive import full_precision
from gspmc.models.device import fastest_device
from gspmc.models.sign_model import SignModel
from gspmc.models.snapshot import ModelConfig
from gspmc.train.precision import HalfPrecision, best_precision
from gspmc.train.recipe import Recipe

_Answer = TypeVar("_Answer")
_HINTS = (
    "torch.distributed.nn.functional.all_gather is",
    "Grad strides do not match bucket view",
    "The AccumulateGrad node's stream does not match",  # as recorded backward passes have their own
)
"""Warnings of PyTorch's to Fabric and to itself, which nobody who trains can act upon."""


def begin_processes(recipe: Recipe, begun: str | None = None) -> Fabric:
    """Join the processes that `torchrun` or SLURM's `srun` has started, else start the others.

    Those are started by running this program's command line once for each. All but the first are
    silent from here on.

    Args:
        begun: the precision that a run was begun in which is to be continued.

    Raises:
        GspmcError: `devices` and `nodes` do not fit the machine, or what was started.
    """
    wanted = recipe.devices * recipe.nodes
    asked = f"--devices {recipe.devices} --nodes {recipe.nodes}"
    if TorchElasticEnvironment.detect() and int(os.environ["WORLD_SIZE"]) != wanted:
        raise GspmcError(
            f"torchrun started {os.environ['WORLD_SIZE']} processes, {asked} asks for {wanted}: "
            "change one of them"
        )
    launched = TorchElasticEnvironment.detect() or SLURMEnvironment.detect()
    if recipe.nodes > 1 and not launched and "NODE_RANK" not in os.environ:
        raise GspmcError(
            f"--nodes {recipe.nodes}: start one process on every node with torchrun or srun "
            "(docs/training.md), or leave it out"
        )
    for library in ("lightning.fabric", "lightning.pytorch"):  # they repeat the precision
        logging.getLogger(library).setLevel(logging.WARNING)
    for hint in _HINTS:
        warnings.filterwarnings("ignore", hint)
    try:
        fabric = Fabric(
            accelerator=fastest_device().type,
            devices=recipe.devices,
            num_nodes=recipe.nodes,
            strategy="ddp" if wanted > 1 else "auto",
            **_precision(recipe, begun),
        )
        fabric.launch()
    except (MisconfigurationException, RuntimeError, ValueError) as error:
        reason = " ".join(str(error).split())
        raise GspmcError(f"cannot train in {wanted} processes ({asked}): {reason}") from error
    if wanted > 1:
        atexit.register(_leave)
    if recipe.sync_batch_norm and fabric.device.type != "cuda":
        raise GspmcError(
            "sync_batch_norm needs GPUs, PyTorch has none of it for CPUs: leave it off"
        )
    if not fabric.is_global_zero:
        logging.getLogger("gspmc").setLevel(logging.ERROR)
    return fabric


def _leave() -> None:
    """End the connection in order: its threads, still at work, can crash the interpreter's end."""
    if torch.distributed.is_initialized():
        torch.distributed.destroy_process_group()


def _precision(recipe: Recipe, begun: str | None) -> dict[str, Any]:
    device = fastest_device()
    precision: str = recipe.precision
    if precision == "auto":
        # Processes that share a CPU disturb each other's trial, and must not come to two ends.
        alone = recipe.devices * recipe.nodes == 1 or device.type == "cuda"
        precision = begun or (best_precision(device) if alone else "32-true")
    if precision == "bf16-mixed":
        return {"plugins": [HalfPrecision("bf16-mixed", device.type)]}
    return {"precision": precision}


def is_first_process() -> bool:
    """This process writes and prints for all."""
    return not torch.distributed.is_initialized() or torch.distributed.get_rank() == 0


def by_the_first(fabric: Fabric, work: Callable[[], _Answer]) -> _Answer:
    """Let the first process work; its answer, or its failure, is that of all.

    Raises:
        GspmcError: it failed. It says why; the others only that it did.
    """
    answer, failure = None, None
    if fabric.is_global_zero:
        try:
            answer = work()
        except GspmcError as error:
            failure = error
    answer, failed = fabric.broadcast((answer, failure is not None))
    if failure is not None:
        raise failure
    if failed:
        raise GspmcError(f"process {fabric.global_rank} stops, as the first one tells why")
    return cast(_Answer, answer)


def own_places(fabric: Fabric, batch_size: int, accumulate: int) -> Tensor:
    """(m,) Places in every batch of the clips that this process takes.

    They are its share of each of the `accumulate` parts of the batch, part after part, so that the
    processes have one part in hand at any time, which is the one that a single process would have.
    """
    places = torch.arange(batch_size).view(accumulate, fabric.world_size, -1)
    return places[:, fabric.global_rank].flatten()


def gather_batch(
    fabric: Fabric, computed: Mapping[str, Tensor], given: Mapping[str, Tensor]
) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
    """The rows of all processes, in the order that one process would have them in.

    Gradients flow back to the process that a row came from, where those of all W objectives add
    up. The objectives are equal and parameters' gradients are averaged over the processes, so W
    cancels: a term of the whole batch needs no factor.

    Args:
        computed: floating-point tensors, name -> (n, …).
        given: integer or bool tensors, name -> (n,) or (n, …); without gradients.

    Returns:
        Both with W·n rows.
    """
    if fabric.world_size == 1:
        return dict(computed), dict(given)
    columns = {name: full_precision(each) for name, each in computed.items()}
    everyones = _together(fabric, columns, with_gradient=True)
    known = {name: each.long().view(len(each), -1) for name, each in given.items()}
    found = _together(fabric, known)
    return everyones, {
        name: found[name].to(each.dtype).view(-1, *each.shape[1:]) for name, each in given.items()
    }


def _together(
    fabric: Fabric, columns: Mapping[str, Tensor], with_gradient: bool = False
) -> dict[str, Tensor]:
    """Columns (n, …) of one type as (W·n, …), gathered in one message instead of one each."""
    rows = _rows_of_all(fabric, torch.cat([*columns.values()], dim=1), with_gradient)
    return dict(zip(columns, rows.split([c.shape[1] for c in columns.values()], 1), strict=True))


def average_statistics(fabric: Fabric, model: SignModel) -> None:
    """Give every process the mean of all running statistics, so that all hold the same model.

    After each step DDP hands on those of the first process, but not after the last one.
    """
    for buffer in model.buffers():
        if fabric.world_size > 1 and buffer.is_floating_point():
            buffer.copy_(cast(Tensor, fabric.all_reduce(buffer, reduce_op="mean")))


def predict_together(
    fabric: Fabric, model: SignModel, config: ModelConfig, windows: ClipWindows
) -> Tensor:
    """Logits (N, K) of every clip in order, each process having computed its share of them."""
    count = len(windows)
    share = -(-count // fabric.world_size)
    # Shares are of one size to be gathered: the last clip fills up, and what it adds is cut off.
    places = torch.arange(fabric.world_size * share).clamp(max=count - 1).view(-1, share)
    mine = predict_logits(model, config, windows, places[fabric.global_rank])
    return _rows_of_all(fabric, mine.to(fabric.device))[:count].cpu()


def _rows_of_all(fabric: Fabric, rows: Tensor, with_gradient: bool = False) -> Tensor:
    """(n, …) of each of W processes -> (W·n, …), process after process."""
    if fabric.world_size == 1:
        return rows
    return cast(Tensor, fabric.all_gather(rows, sync_grads=with_gradient)).flatten(0, 1)
