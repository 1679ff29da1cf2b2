"""Small files in the forms in which sets are published."""

import json
import pickle
from pathlib import Path
from typing import Any

import numpy as np

from gspmc.data.clip import Clip
from gspmc.data.importers.class_list import ClassList
from gspmc.data.importers.gaps import Gap
from gspmc.data.importers.keypoint_file import KeypointFormat, read_clip_file
from gspmc.data.importers.plan import Plan
from gspmc.data.importers.published import Listed, PublishedFormat, plan_of_files
from gspmc.data.importers.run import Imported, import_plan
from gspmc.skeleton import get_layout

WHOLE_BODY = get_layout("coco_wholebody133")
GSP87 = get_layout("gsp87")
CLASSES = ClassList(("book", "drink", "größer 大", "never"))


def pixels(frames: int = 4, seed: int = 0, size: int = 512, points: int = 133) -> np.ndarray:
    """float32 (T, V, 3) in pixels, confidence between 0.3 and 1."""
    random = np.random.default_rng(seed)
    values = random.uniform(0, size, (frames, points, 3))
    values[..., 2] = random.uniform(0.3, 1, (frames, points))
    return values.astype(np.float32)


def save(path: Path, array: np.ndarray) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    np.save(path, array)
    return path


def text(path: Path, content: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")
    return path


def dump(path: Path, content: Any, protocol: int = 4) -> Path:
    path.write_bytes(pickle.dumps(content, protocol=protocol))
    return path


def write_json(path: Path, content: Any) -> Path:
    return text(path, json.dumps(content))


def run(plan: Plan, folder: Path) -> tuple[dict[str, Clip], Imported]:
    """The clips of the store that a plan makes, by id."""
    done = import_plan(plan, folder / "store")
    return {clip.id: clip for clip in done.store.read()}, done


def named(gaps: list[Gap], kind: str) -> list[str]:
    """Names of the gaps of a kind."""
    return [gap.name for gap in gaps if gap.kind == kind]


def as_gsp87(points: np.ndarray, height: float) -> np.ndarray:
    """What a store holds of whole-body points in pixels: slow and literal."""
    out = np.zeros((len(points), 87, 3), np.float16)
    for frame in range(len(points)):
        for place, joint in enumerate(GSP87.joints):
            x, y, confidence = points[frame, WHOLE_BODY.joints.index(joint)]
            out[frame, place] = (np.float32(x) / height, np.float32(y) / height, confidence)
    return out


def make(folder: Path, clips: int = 23) -> None:
    """Files of so many clips: the sixth shows nothing, the twelfth has another layout."""
    for number in range(clips):
        save(folder / f"{number}.npy", pixels(2 + number % 3, number))
    save(folder / "5.npy", np.zeros((2, 133, 3), np.float32))
    save(folder / "11.npy", pixels(points=87))


def plan(folder: Path, clips: int = 23, width: int = 512) -> Plan:
    """The import of those files, and of one that is not there."""
    listed = [Listed(str(n), n % 3, f"s{n % 4}", "train") for n in range(clips + 1)]
    files = {str(n): str(folder / f"{n}.npy") for n in range(clips)}
    form = PublishedFormat(width=width, height=512)
    return plan_of_files("made up", listed, files, CLASSES, form, [])


HOLISTIC = get_layout("mediapipe_holistic")


def holistic(frames: int = 3, points: int = 543) -> np.ndarray:
    """float32 (T, V, 4) x, y, z, visibility; the left hand is missing after the first frame."""
    values = np.random.default_rng(0).uniform(0.1, 0.9, (frames, points, 4)).astype(np.float32)
    values[1:, -42:-21] = 0
    values[:, 33:, 3] = 0  # MediaPipe has none for face and hands
    return values


def flat(values: np.ndarray) -> np.ndarray:
    """(T, 1662), as a well-known recipe saves it."""
    return np.stack(
        [np.concatenate([frame[:33].ravel(), frame[33:, :3].ravel()]) for frame in values]
    )


def expected(values: np.ndarray, aspect: float = 1.0) -> np.ndarray:
    """Slow and literal: float16 (T, V, 3)."""
    out = np.zeros((*values.shape[:2], 3), np.float32)
    for frame, points in enumerate(values):
        for joint, (x, y, _, visibility) in enumerate(points):
            if x or y:
                confidence = visibility if joint < 33 else 1
                out[frame, joint] = (x * np.float32(aspect), y, confidence)
    return out.astype(np.float16)


def read(file: Path, **options: Any) -> Clip:
    return read_clip_file(file, KeypointFormat(**options))
