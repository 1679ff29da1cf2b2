"""What `gspmc bench` measures, in order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal, get_args

import torch

from gspmc.bench import describing, importing, knowledge, parts
from gspmc.bench.encoders import Row, compare_inference, compare_training, cost_of_joints
from gspmc.bench.material import make_descriptions, make_store
from gspmc.bench.models import REFERENCE, Case
from gspmc.data.preprocess import Preprocessing
from gspmc.train.recipe import Precision, Recipe

Topic = Literal[
    "ctrgcn",
    "partconv",
    "training",
    "loss",
    "texts",
    "recognition",
    "onnx",
    "knowledge",
    "describe",
    "import",
]  # fmt: skip
TOPICS: tuple[Topic, ...] = get_args(Topic)
ON_REQUEST: tuple[Topic, ...] = ("knowledge", "describe", "import")
"""Topics of several minutes and some gigabytes of disk, measured only where they are named."""
_RECOGNISERS = (("partconv", "hands42", 48), ("partconv", "gsp87", 48), ("ctrgcn", "gsp87", 64))
_PAPERS_BATCH = 120
_JOINTS = ("hands42", "gsp87", "coco_wholebody133")


def measure(
    topics: Sequence[Topic], rounds: int, device: torch.device, has_bf16: bool
) -> Iterator[Row]:
    """Rows of the results, one by one as they are measured.

    Args:
        topics: which of `TOPICS`.
        rounds: how often each is timed, beside a first time that does not count.
        device: of the encoders; loss, texts and recognition are timed on the CPU.
        has_bf16: time bf16 too.
    """
    precisions = ["float32", "bfloat16"] if has_bf16 else ["float32"]
    if "ctrgcn" in topics:
        yield from _ctrgcn(device.type, precisions, rounds)
    if "partconv" in topics:
        for layout, batches in (("hands42", (1, 32, 256)), ("gsp87", (1,))):
            for batch in batches:
                cases = [Case("partconv", p, layout, 48, batch, device.type) for p in precisions]
                times = 20 if batch == 1 else 1
                chosen = _recorded_too(cases) if batch == 1 else cases
                yield from compare_inference(chosen, rounds, times)
    if "knowledge" in topics:
        yield from knowledge.measure_apart()
    if "describe" in topics:
        yield describing.measure()
    if "import" in topics:
        yield from importing.measure_apart()
    if {"training", "loss", "texts", "onnx", "recognition"} & set(topics):
        with TemporaryDirectory() as temporary:
            yield from _house(Path(temporary), topics, device, has_bf16, rounds)


def _ctrgcn(device: str, precisions: list[str], rounds: int) -> Iterator[Row]:
    reference = Case(REFERENCE, "float32", "gsp87", 64, 16, device)
    cases = [
        replace(reference, encoder=encoder, precision=precision)
        for encoder in (REFERENCE, "ctrgcn")
        for precision in precisions
    ]
    yield from compare_training(_recorded_too(cases), rounds)
    if device == "cuda":
        larger = [replace(case, batch=_PAPERS_BATCH) for case in cases]
        yield from compare_training(_recorded_too(larger), rounds, memory=False)
    for batch in (1, 32, 256):
        few = rounds if batch < 256 else 1
        compared = [replace(case, batch=batch) for case in cases]
        yield from compare_inference(_recorded_too(compared) if batch == 1 else compared, few)
    # Started one by one, the kernels of a few clips take the same time for any number of joints.
    few_clips = [replace(case, batch=4) for case in cases]
    graphs = [replace(case, batch=16, graph=True) for case in cases if case.encoder != REFERENCE]
    for case in few_clips if device == "cpu" else graphs:
        yield cost_of_joints(case, _JOINTS, rounds)


def _recorded_too(cases: Sequence[Case]) -> list[Case]:
    """On a GPU by CUDA graphs as well, but not the literal encoder."""
    graphs = [
        replace(case, graph=True)
        for case in cases
        if case.device == "cuda" and case.encoder != REFERENCE
    ]
    return [*cases, *graphs]


def _house(
    folder: Path, topics: Sequence[Topic], device: torch.device, has_bf16: bool, rounds: int
) -> Iterator[Row]:
    store = make_store(folder, "hands42", repetitions=2 if device.type == "cpu" else 12)
    descriptions = make_descriptions(folder, store.labels)
    if "training" in topics:
        precisions: list[Precision] = ["32-true", "bf16-mixed"] if has_bf16 else ["32-true"]
        recipe = Recipe(preprocessing=Preprocessing(frames=48))
        for batch in (recipe.batch_size,) if device.type == "cpu" else (recipe.batch_size, 512):
            chosen = replace(recipe, batch_size=batch)
            yield from parts.training(folder, store, descriptions, chosen, precisions, rounds)
    if "loss" in topics:
        for batch in (32, 120):
            yield parts.loss(descriptions, batch, rounds)
    if "texts" in topics:
        yield parts.text_bank(folder, descriptions, rounds)
    if "onnx" in topics:
        for encoder, layout, frames in _RECOGNISERS:
            for batch in (1, 32):
                yield from parts.onnx_runtime(encoder, layout, frames, batch, rounds)
    if "recognition" in topics:
        for encoder, layout, frames in _RECOGNISERS:
            yield parts.recognition(folder, encoder, layout, frames, rounds)
