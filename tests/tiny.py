"""What many tests start from: a few small clips, a store of them, a recipe of seconds."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from gspmc.data.augment import Augmentation
from gspmc.data.clip import Clip
from gspmc.data.preprocess import Preprocessing
from gspmc.data.store import ClipStore
from gspmc.pose import PoseSequence
from gspmc.skeleton import Layout, get_layout
from gspmc.text.description import Description, PartText, write_descriptions
from gspmc.train.recipe import Recipe, TextRecipe
from gspmc.train.run import train_run
from gspmc.train.run_directory import RunDirectory

PARTCONV = {"width": 16, "stem_width": 8, "trunk_blocks": 2, "heads": 2, "kernel": 3}
LABELS = ("book", "drink", "größer 大")


def roots(layout: Layout) -> list[int]:
    """Joints that are their own parents."""
    return [joint for joint, parent in enumerate(layout.parents) if joint == parent]


def keypoints(frames: int, layout: str = "hands42", seed: int = 0) -> np.ndarray:
    """float16 (T, V, C): points around the middle of the picture, all of them seen."""
    names = get_layout(layout)
    shape = (frames, names.num_joints, len(names.channels))
    points = np.random.default_rng(seed).uniform(0.3, 0.7, size=shape)
    points[..., -1] = 1
    return points.astype(np.float16)


def pose(points: np.ndarray, layout: str = "hands42") -> PoseSequence:
    return PoseSequence(points, layout, fps=25.0, extractor="test")


def clip(
    name: str,
    label: str = LABELS[0],
    signer: str = "s0",
    split: str = "train",
    frames: int = 6,
    layout: str = "hands42",
    seed: int = 0,
) -> Clip:
    return Clip(name, label, signer, split, pose(keypoints(frames, layout, seed), layout))


def clips(
    count: int = 12, layout: str = "hands42", labels: Sequence[str] = LABELS
) -> Iterator[Clip]:
    """`count` clips of 3 to 7 frames by four signers; those of s3 are `val`, the others `train`."""
    for i in range(count):
        yield clip(
            f"clip{i}",
            labels[i % len(labels)],
            f"s{i % 4}",
            "val" if i % 4 == 3 else "train",
            3 + i % 5,
            layout,
            seed=i,
        )


def make_store(path: Path, **options: Any) -> Path:
    ClipStore.create(path, clips(**options), "made up")
    return path


def hide_hands(points: np.ndarray) -> np.ndarray:
    """A copy in which both hands of `hands42` (all of its points) are missing."""
    return np.zeros_like(points)


def recipe(**changes: Any) -> Recipe:
    """Three epochs of a very small `partconv`, without texts, in full precision."""
    settings: dict[str, Any] = {
        "encoder_options": PARTCONV,
        "epochs": 3,
        "batch_size": 4,
        "precision": "32-true",
        "validate_every": 2,
        "preprocessing": Preprocessing(frames=8),
        "augmentation": Augmentation(mask_frames=2),
        "text": TextRecipe(alpha=0.0),
    }
    return Recipe(**{**settings, **changes})


def make_descriptions(path: Path, labels: Sequence[str] = LABELS) -> Path:
    """A text of every kind for each label, no two alike."""
    write_descriptions(
        path,
        [
            Description(
                label=label,
                primary=f"The sign {number} by an expert.",
                refined=f"The right hand moves {number} times to the left.",
                synonyms=[f"{number} moves of the right hand, leftwards."],
                parts=[
                    PartText(text=f"flat hand, {number} moves", parts=["right_hand"]),
                    PartText(text=f"both hands meet {number} times", parts=["left_hand", "body"]),
                ],
            )
            for number, label in enumerate(labels)
        ],
    )
    return path


def everything_in(folder: Path) -> set[str]:
    """All files and folders below, hidden ones too."""
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


def make_run(folder: Path, texts: bool = False, **changes: Any) -> RunDirectory:
    """A finished run of one epoch in `folder`/run, with its store in `folder`/store."""
    store = make_store(folder / "store")
    descriptions = make_descriptions(folder / "texts.jsonl") if texts else None
    settings = recipe(epochs=1, text=TextRecipe(alpha=0.5 if texts else 0.0), **changes)
    return train_run(settings, store, folder / "run", descriptions, quiet=True)
