"""What surrounds the encoder: batches, whole epochs, the loss, the texts, recognition."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import torch

from gspmc.bench.encoders import Row
from gspmc.bench.material import clips_of, make_bundle
from gspmc.bench.models import Case, inference
from gspmc.bench.timing import Spread, alternate, repeated, speed_ratio
from gspmc.data.loader import EpochSampler, training_loader
from gspmc.data.preprocess import Preprocessing
from gspmc.data.store import ClipStore
from gspmc.data.windows import load_windows
from gspmc.export.onnx_model import onnx_model
from gspmc.losses.objective import gsp_objective
from gspmc.losses.targets import text_targets
from gspmc.models.device import fastest_device
from gspmc.models.snapshot import ModelConfig
from gspmc.recognize.recognizer import Recognizer
from gspmc.skeleton import PARTS
from gspmc.text.bank import build_bank
from gspmc.text.description import read_descriptions
from gspmc.text.encoder import load_text_encoder
from gspmc.train.recipe import Precision, Recipe
from gspmc.train.run import near_the_model, train_run

_LOG = logging.getLogger(__name__)
_EPOCHS = 4


def training(
    folder: Path, store: ClipStore, descriptions: Path, recipe: Recipe,
    precisions: Sequence[Precision], rounds: int,
) -> list[Row]:  # fmt: skip
    """Whole epochs of a recipe with texts: batches, augmentation, model, loss and optimiser.

    The first epoch of every run is left out. `loader_share` is the time that the batches alone take
    over that of the epoch.
    """
    loader = _seconds_of_batches(store, recipe, rounds)
    rates: dict[Precision, list[float]] = {precision: [] for precision in precisions}
    for turn in range(rounds):
        for precision in precisions:
            out = folder / f"{recipe.encoder}-{recipe.batch_size}-{precision}-{turn}"
            chosen = replace(recipe, precision=precision, epochs=_EPOCHS)
            run = train_run(chosen, store.uri, out, descriptions, quiet=True)
            rates[precision] += [e["clips_per_second"] for e in run.read_curves()[1:]]
    clips = len(recipe.splits.rows(store, "train")) // recipe.batch_size * recipe.batch_size
    return [
        {
            "what": "training, everything included",
            "encoder": recipe.encoder,
            "precision": precision,
            "layout": store.layout.name,
            "frames": recipe.preprocessing.frames,
            "batch": recipe.batch_size,
            "device": fastest_device().type,
            "clips_per_second": Spread.of(found).to_dict(),
            "loader_share": round(Spread.of(found).median * loader / clips, 4),
        }
        for precision, found in rates.items()
    ]


def _seconds_of_batches(store: ClipStore, recipe: Recipe, rounds: int) -> float:
    """Median time of an epoch's batches, when nothing is trained on them."""
    rows = recipe.splits.rows(store, "train")
    windows = load_windows(store, rows, tuple(store.labels), recipe.preprocessing, progress=False)
    windows = near_the_model(windows, recipe, fastest_device())
    sampler = EpochSampler(len(windows), recipe.batch_size, recipe.seed)
    loader = training_loader(windows, sampler, recipe.stream, recipe.augmentation)
    return Spread.of(alternate({"loader": lambda: list(loader)}, rounds)["loader"]).median


def loss(descriptions: Path, batch: int, rounds: int) -> Row:
    """The whole objective, forward and backward, given features."""
    described = read_descriptions(descriptions)
    bank = build_bank(described, list(described), load_text_encoder())
    targets = text_targets(bank)
    labels = torch.arange(batch) % len(bank.classes)
    logits = torch.randn(batch, len(bank.classes), requires_grad=True)
    vectors = {
        name: torch.nn.functional.normalize(torch.randn(batch, bank.vectors.shape[1]), dim=1)
        for name in ("global", *PARTS)
    }
    features = {name: vector.requires_grad_() for name, vector in vectors.items()}

    def step() -> None:
        for tensor in (logits, *features.values()):
            tensor.grad = None
        gsp_objective(logits, labels, features, targets)["total"].backward()

    times = 20
    seconds = alternate({"loss": repeated(step, times)}, rounds)["loss"]
    taken = Spread.of([s / times for s in seconds])
    return {
        "what": "loss",
        "batch": batch,
        "texts": len(bank.texts),
        "device": "cpu",
        "seconds": taken.to_dict(),
    }


def text_bank(folder: Path, descriptions: Path, rounds: int) -> Row:
    """Texts encoded a second, and the time that a cached bank takes."""
    described = read_descriptions(descriptions)
    encoder = load_text_encoder()
    cache = folder / "text-cache"
    labels = list(described)
    ways = {
        "encode": lambda: build_bank(described, labels, encoder),
        "cached": lambda: build_bank(described, labels, encoder, cache),
    }
    seconds = alternate(ways, rounds)
    texts = len(set(build_bank(described, labels, encoder, cache).texts))
    return {
        "what": "text bank",
        "encoder": encoder.name,
        "texts": texts,
        "texts_per_second": round(texts / Spread.of(seconds["encode"]).median, 1),
        "cached_seconds": Spread.of(seconds["cached"]).to_dict(),
    }


def onnx_runtime(encoder: str, layout: str, frames: int, batch: int, rounds: int) -> list[Row]:
    """The bundle's model in ONNX Runtime and in PyTorch, on the same clips in turns."""
    if find_spec("onnxruntime") is None:
        _LOG.warning("ONNX Runtime is not timed: pip install 'gspmc[onnx]' for it")
        return []
    import onnxruntime

    case = Case(encoder, "float32", layout, frames, batch)
    config = ModelConfig(encoder, layout, ("",), preprocessing=Preprocessing(frames=frames))
    proto = onnx_model(config, case.model().eval(), vectors=False)
    if proto is None:  # said why
        return []
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = torch.get_num_threads()
    session = onnxruntime.InferenceSession(proto, options)
    clips = case.clips().numpy()
    ways = {"PyTorch": inference(case), "ONNX Runtime": lambda: session.run(None, {"clips": clips})}
    times = 10 if batch == 1 else 1
    seconds = alternate({name: repeated(way, times) for name, way in ways.items()}, rounds)
    times_eager = speed_ratio(seconds["ONNX Runtime"], seconds["PyTorch"]).to_dict()
    return [
        {
            "what": f"inference in {name}",
            "encoder": encoder,
            "layout": layout,
            "frames": frames,
            "batch": batch,
            "seconds": Spread.of([s / times for s in taken]).to_dict(),
            "device": "cpu",
        }
        | ({} if name == "PyTorch" else {"times_eager": times_eager})
        for name, taken in seconds.items()
    ]


def recognition(folder: Path, encoder: str, layout: str, frames: int, rounds: int) -> Row:
    """From raw keypoints of one clip to ranked signs, as `gspmc recognize` does it."""
    recognizer = Recognizer(make_bundle(folder, encoder, layout, frames))
    clip = next(clips_of(layout))
    times = 10
    way = repeated(lambda: recognizer.recognize(clip.pose), times)
    seconds = alternate({"recognise": way}, rounds)["recognise"]
    return {
        "what": "recognition of one clip from keypoints",
        "encoder": encoder,
        "layout": layout,
        "frames": frames,
        "device": "cpu",
        "seconds": Spread.of([s / times for s in seconds]).to_dict(),
    }
