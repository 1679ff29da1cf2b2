"""One training run from a store, descriptions and a recipe to a run directory."""

from __future__ import annotations

import logging
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from torch._dynamo.exc import TorchDynamoException

from gspmc.data.holdings import DATA_FILE, count_store
from gspmc.data.store import ClipStore
from gspmc.data.trained_clips import write_trained_clips
from gspmc.data.windows import ClipWindows, load_windows
from gspmc.errors import GspmcError, first_line
from gspmc.evaluate.metrics import compute_metrics
from gspmc.evaluate.predict import to_scores
from gspmc.files import sha256_of
from gspmc.models.snapshot import (
    DESCRIPTIONS_FILE,
    TEXT_BANK_FILE,
    ModelConfig,
    build_model,
    save_model,
)
from gspmc.skeleton import get_layout
from gspmc.text.bank_file import save_bank
from gspmc.text.description import write_descriptions
from gspmc.train.loop import TrainingSet, fit
from gspmc.train.processes import begin_processes, by_the_first, predict_together
from gspmc.train.recipe import Recipe
from gspmc.train.run_directory import RunDirectory
from gspmc.train.texts import Texts, load_texts

_LOG = logging.getLogger(__name__)
_NAMED = 5
"""Clips that a message names before it only counts."""
_SHARE_FOR_CLIPS = 0.25
"""Of a GPU's free memory; the rest is the model's."""


class Plan(NamedTuple):
    """A run that can be begun."""

    config: ModelConfig
    train_rows: np.ndarray
    val_rows: np.ndarray | None
    texts: Texts | None
    contents: dict[str, str | None]
    """Fingerprints of the store and the descriptions."""


def train_run(
    recipe: Recipe,
    clips: str | Path,
    out: str | Path,
    descriptions: str | Path | None = None,
    resume: bool = False,
    quiet: bool = False,
) -> RunDirectory:
    """Train, then score the validation clips with the last epoch's weights.

    With several processes all of them call this; the first one checks and writes.

    Args:
        recipe: how.
        clips: URI of the store.
        out: the run directory to make, or with `resume` to continue.
        descriptions: JSONL file; needed unless `recipe.text.alpha` is 0.
        resume: continue an interrupted run; it ends as if it had not been interrupted.
        quiet: no progress bars.

    Raises:
        GspmcError: inputs that do not fit, each in one line; nothing is written before they are
            checked.
    """
    run = RunDirectory(Path(out))
    fabric = begin_processes(recipe, run.read_precision())
    quiet = quiet or not fabric.is_global_zero
    plan = by_the_first(fabric, lambda: plan_run(recipe, clips, run, descriptions))
    store = ClipStore.open(clips)
    inputs = inputs_of(recipe, clips, descriptions)
    with ExitStack() as stack:

        def begin() -> None:
            stack.enter_context(run.alone())
            precision = str(fabric.strategy.precision.precision)
            run.begin(inputs, plan.contents, resume, precision)
            write_trained_clips(run.path, store, plan.train_rows)
            count_store(store, recipe.splits).save(run.path / DATA_FILE)
            if plan.texts is not None and recipe.text.control is None:
                # A control's texts do not describe the signs.
                write_descriptions(run.path / DESCRIPTIONS_FILE, plan.texts.descriptions)
                save_bank(run.path / TEXT_BANK_FILE, plan.texts.bank)

        by_the_first(fabric, begin)
        config, val_rows = plan.config, plan.val_rows
        windows = partial(
            load_windows,
            store,
            classes=config.labels,
            preprocessing=config.preprocessing,
            progress=not quiet,
        )
        train = windows(rows=plan.train_rows, folder=None if recipe.in_memory else run.path)
        data = TrainingSet(
            train=near_the_model(train, recipe, fabric.device),
            val=None if val_rows is None else windows(rows=val_rows),
            targets=None if plan.texts is None else plan.texts.targets,
        )
        _LOG.info(
            "training %s on %d clips of %d classes",
            recipe.encoder,
            len(plan.train_rows),
            len(config.labels),
        )
        try:
            model = fit(config, recipe, data, run, fabric, quiet)
        except OSError as error:  # TensorBoard may be the first to notice that the disk is full
            reason = error.strerror or error
            raise GspmcError(
                f"{run.path}: training stopped: {reason}; mend it, --resume goes on"
            ) from error
        except TorchDynamoException as error:
            reason = " ".join(str(error).split())[:200]
            raise GspmcError(
                f"the model cannot be compiled here: {reason}; train without --compile"
            ) from error
        scores = None
        if data.val is not None and val_rows is not None:
            logits = predict_together(fabric, model, config, data.val)
            scores = to_scores(config, store, val_rows, "val", data.val.labels, logits)
        if fabric.is_global_zero:
            if scores is not None:
                scores.save(run.scores("val"))
                compute_metrics(scores).write(run.metrics("val"))
            save_model(run.path, config, model.cpu())
            run.checkpoint.unlink(missing_ok=True)
    return run


def near_the_model(windows: ClipWindows, recipe: Recipe, device: torch.device) -> ClipWindows:
    """On the GPU, if there is one and room on it: its clips are then as fast as its model."""
    if device.type != "cuda" or recipe.workers or not recipe.in_memory:
        return windows
    free, _ = torch.cuda.mem_get_info(device)
    if windows.nbytes > _SHARE_FOR_CLIPS * free:
        _LOG.info("batches are made on the CPU: %.1f GB of clips", windows.nbytes / 1e9)
        return windows
    return windows.to(device)


def inputs_of(recipe: Recipe, clips: str | Path, descriptions: str | Path | None) -> dict[str, Any]:
    """What a run is asked to do, as its config file holds it."""
    return {
        "clips": str(clips),
        "descriptions": None if descriptions is None else str(descriptions),
        **recipe.to_dict(),
    }


def contents_of(clips: str | Path, descriptions: str | Path | None) -> dict[str, str | None]:
    """Fingerprints of a store and, where there is one, a description file.

    Raises:
        GspmcError: one of them cannot be read.
    """
    return {
        "clips": ClipStore.open(clips).fingerprint,
        "descriptions": None if descriptions is None else _sha256(Path(descriptions)),
    }


def plan_run(
    recipe: Recipe, clips: str | Path, run: RunDirectory, descriptions: str | Path | None
) -> Plan:
    """Check everything that can be checked before a run is begun; nothing but caches is written.

    Raises:
        GspmcError: inputs that do not fit, each in one line.
    """
    store = ClipStore.open(clips)
    contents = contents_of(clips, descriptions)
    if run.finished:
        raise GspmcError(f"{run.path} holds a finished run: choose another --out")
    train_rows = _usable_rows(store, recipe, "train")
    labels = np.array(store.index["label"].to_pylist())
    classes = tuple(sorted(set(labels[train_rows].tolist())))
    if len(classes) < 2:
        raise GspmcError(
            f"{store.uri} has training clips of {classes[0]!r} alone: two signs needed"
        )
    val_rows = _rows_or_none(store, recipe, "val")
    if val_rows is not None and not np.isin(labels[val_rows], classes).any():
        raise GspmcError(f"no validation clip of {store.uri} is of a class that is trained")
    share = _share(recipe, len(train_rows))
    texts = load_texts(recipe, classes, descriptions, run.path.parent / ".text-bank")
    config = ModelConfig(
        encoder=recipe.encoder,
        encoder_options=dict(recipe.encoder_options),
        layout=store.layout.name,
        labels=classes,
        stream=recipe.stream,
        preprocessing=recipe.preprocessing,
        text_width=None if texts is None else texts.bank.vectors.shape[1],
        extractor=store.extractor,
    )
    _try_encoder(config, share)
    return Plan(config, train_rows, val_rows, texts, contents)


def _share(recipe: Recipe, clips: int) -> int:
    """How many clips go through one process at a time.

    Raises:
        GspmcError: a batch cannot be cut into shares of one size.
    """
    size, shares = min(recipe.batch_size, clips), recipe.devices * recipe.nodes * recipe.accumulate
    share, rest = divmod(size, shares)
    if rest:
        raise GspmcError(
            f"a batch of {size} clips cannot be cut into {shares} equal shares (devices × nodes × "
            f"accumulate): choose a --batch-size that can, of at most {clips}"
        )
    return share


def _sha256(path: Path) -> str:
    """16 hexadecimal digits of a file's hash.

    Raises:
        GspmcError: it cannot be read.
    """
    try:
        return sha256_of(path)[:16]
    except OSError as error:
        raise GspmcError(f"cannot read {path}: {error.strerror}") from error


def _try_encoder(config: ModelConfig, batch_size: int) -> None:
    """Take empty clips through a model, so that what cannot work fails before a run is begun.

    Raises:
        GspmcError: an unknown encoder or option, or options that do not go together.
    """
    model = build_model(config)
    layout, frames = get_layout(config.layout), config.preprocessing.frames
    # Two clips tell as much as a batch of more; a batch of one has statistics of its own.
    few = min(batch_size, 2)
    try:
        with torch.no_grad():
            model(torch.zeros(few, len(layout.channels), frames, layout.num_joints))
    except (ArithmeticError, MemoryError, RuntimeError, TypeError, ValueError) as error:
        raise GspmcError(
            f"encoder {config.encoder!r} with options {dict(config.encoder_options)} cannot take "
            f"{few} or more clips of {frames} frames: {first_line(error)}"
        ) from error


def _rows_or_none(store: ClipStore, recipe: Recipe, split: str) -> np.ndarray | None:
    """Rows of a split that a store need not have."""
    try:
        return recipe.splits.rows(store, split)
    except GspmcError:
        return None


def _usable_rows(store: ClipStore, recipe: Recipe, split: str) -> np.ndarray:
    """Training rows without the clips that show no hand, which are named in a warning."""
    rows = recipe.splits.rows(store, split)
    empty = np.isin(rows, store.rows_without_hands())
    if empty.any():
        ids = store.index["id"].take(rows[empty][:_NAMED]).to_pylist()
        _LOG.warning(
            "%d training clips show no hand and are left out, such as %s",
            int(empty.sum()),
            ", ".join(ids),
        )
    if empty.all():
        raise GspmcError(f"no training clip of {store.uri} shows a hand: extract it again")
    return rows[~empty]
