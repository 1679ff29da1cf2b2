"""`gspmc recognize` on keypoint files: it takes the settings that imports take."""

import json
from pathlib import Path

import numpy as np
import pytest
from tests.tiny import keypoints
from tests.typed import Line

from gspmc.skeleton import get_layout

HOLISTIC = get_layout("mediapipe_holistic")


def answers(line: Line, made: Path, *words: object) -> list[dict]:
    said = line.works("recognize", made / "bundle", *words, "--as-json")
    return [json.loads(row) for row in said.splitlines()]


def alike(first: dict, second: dict) -> None:
    pairs = zip(first["candidates"], second["candidates"], strict=True)
    for one, other in pairs:
        assert one["label"] == other["label"]
        assert one["probability"] == pytest.approx(other["probability"], abs=0.01)


def test_one_clip_in_several_forms(line: Line, made: Path) -> None:
    points = keypoints(8).astype(np.float32)
    np.save(line.folder / "plain.npy", points)
    (expected,) = answers(line, made, line.folder / "plain.npy")
    size = ("--width", 640, "--height", 320)
    wide = points * np.array([0.5, 1, 1], np.float32)
    flipped = points[:, list(get_layout("hands42").mirror)] * np.array([-1, 1, 1], np.float32)
    whole = np.zeros((8, 543, 3), np.float32)
    whole[:, -42:] = wide
    whole[..., 2] = np.random.default_rng(0).normal(0, 0.1, (8, 543))  # depth
    forms = {
        "pixels": (points * np.array([320, 320, 1], np.float32), size),
        "fractions": (wide, (*size, "--fractions", "true")),
        "flipped": (flipped + np.array([1, 0, 0], np.float32), ("--mirrored", "true")),
        "depth": (points - np.array([0, 0, 2], np.float32), ("--third", "depth")),
        "holistic": (whole, ("--layout", HOLISTIC.name, *size)),
    }
    for name, (array, words) in forms.items():
        np.save(line.folder / f"{name}.npy", array)
        (found,) = answers(line, made, line.folder / f"{name}.npy", *words, "--fps", 25)
        alike(found, expected)


def test_settings_may_come_from_a_file(line: Line, made: Path) -> None:
    np.save(line.folder / "a.npy", keypoints(8) * 320)
    (line.folder / "form.yaml").write_text("width: 640\nheight: 320\n")
    answers(line, made, line.folder / "a.npy", "--config", line.folder / "form.yaml")
    said = line.fails("recognize", made / "bundle", line.folder / "a.npy")
    assert "they are pixels: give --width and --height" in said
    said = line.fails("recognize", made / "bundle", line.folder / "a.npy", "--width", 640)
    assert "both width and height" in said
