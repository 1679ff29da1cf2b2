"""Synthetic clips, descriptions and bundles to time the rest of the house on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import cast

from gspmc.data.clip import Clip
from gspmc.data.preprocess import Preprocessing
from gspmc.data.store import ClipStore
from gspmc.data.synthetic import ground_truth_parts, synthetic_clips
from gspmc.models.snapshot import ModelConfig, build_model, save_model
from gspmc.skeleton import Part, get_layout
from gspmc.skeleton.convert import convert
from gspmc.text.description import Description, PartText, write_descriptions

_SIGNERS = 6


def clips_of(layout: str, repetitions: int = 2) -> Iterator[Clip]:
    """Clips of the synthetic signer, reduced to a layout."""
    target = get_layout(layout)
    for clip in synthetic_clips(signers=_SIGNERS, repetitions=repetitions):
        points = convert(clip.pose.keypoints, get_layout(clip.pose.layout), target)
        yield replace(clip, pose=replace(clip.pose, keypoints=points, layout=layout))


def make_store(folder: Path, layout: str, repetitions: int = 2) -> ClipStore:
    return ClipStore.create(folder / f"{layout}", clips_of(layout, repetitions), "benchmark")


def make_descriptions(folder: Path, labels: tuple[str, ...]) -> Path:
    """True descriptions of the synthetic signs, as a file."""
    path = folder / "descriptions.jsonl"
    write_descriptions(path, [_describe(label) for label in labels])
    return path


def _describe(label: str) -> Description:
    texts = ground_truth_parts(label)
    return Description(
        label=label,
        primary=" ".join(texts.values()),
        parts=[PartText(text=text, parts=[cast(Part, part)]) for part, text in texts.items()],
    )


def make_bundle(folder: Path, encoder: str, layout: str, frames: int) -> Path:
    """An untrained recogniser: as fast as a trained one."""
    path = folder / f"{encoder}-{layout}"
    path.mkdir()
    config = ModelConfig(
        encoder, layout, tuple(f"sign{i}" for i in range(100)),
        preprocessing=Preprocessing(frames=frames),
    )  # fmt: skip
    save_model(path, config, build_model(config))
    return path
