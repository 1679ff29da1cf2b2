"""A bundle and keypoints in, ranked signs out."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from tests.tiny import (
    LABELS,
    clip,
    clips,
    hide_hands,
    keypoints,
    make_run,
    make_store,
    pose,
    recipe,
)

from gspmc.data.clip import Clip
from gspmc.data.preprocess import Preprocessing
from gspmc.data.store import ClipStore
from gspmc.errors import GspmcError
from gspmc.evaluate.predict import score_store
from gspmc.export.bundle import export_bundle
from gspmc.recognize import Candidate, Recognizer
from gspmc.skeleton import get_layout
from gspmc.train.run import train_run


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bundle")
    preprocessing = Preprocessing(frames=8, reference="image", trim=False)  # no default
    run = make_run(folder, preprocessing=preprocessing)
    return export_bundle(run.path, folder / "bundle")


@pytest.mark.gpu
def test_a_gpu_gives_the_same_answers(bundle: Path) -> None:
    here, there = Recognizer(bundle), Recognizer(bundle, "cuda")
    for one in clips():
        expected, found = here.recognize(one.pose), there.recognize(one.pose)
        assert [c.label for c in found] == [c.label for c in expected]
        assert [c.probability for c in found] == pytest.approx(
            [c.probability for c in expected], abs=1e-3
        )


@pytest.mark.skipif(torch.cuda.is_available(), reason="has a GPU")
def test_a_device_that_is_not_there_is_told(bundle: Path) -> None:
    with pytest.raises(GspmcError, match=r"no device 'cuda' here: \w+"):
        Recognizer(bundle, "cuda")


@pytest.fixture
def copied(bundle: Path, tmp_path: Path) -> Path:
    """A bundle that a test may damage."""
    return Path(shutil.copytree(bundle, tmp_path / "b"))


def test_candidates_are_the_softmax_of_the_scores(bundle: Path) -> None:
    store = ClipStore.open(bundle.parent / "store")
    recognizer = Recognizer(bundle)
    scores = score_store(
        recognizer.model, recognizer.config, store, np.arange(12), "all", quiet=True
    )
    expected = torch.from_numpy(scores.logits).double().softmax(dim=1).numpy()
    for one, probabilities in zip(clips(), expected, strict=True):
        found = recognizer.recognize(one.pose)
        order = np.argsort(-probabilities)
        assert [candidate.label for candidate in found] == [LABELS[place] for place in order]
        assert [c.probability for c in found] == pytest.approx(probabilities[order], abs=1e-5)
        assert sum(c.probability for c in found) == pytest.approx(1, abs=1e-5)


def test_keypoints_of_another_extractor(bundle: Path) -> None:
    seen = next(iter(clips())).pose
    other = replace(seen, extractor="another")
    with pytest.raises(GspmcError, match="the clip has keypoints from another, .* from test: "):
        Recognizer(bundle).recognize(other)
    expected = Recognizer(bundle).recognize(seen)
    assert Recognizer(bundle, other_extractor=True).recognize(other) == expected
    assert Recognizer(bundle).recognize(replace(seen, extractor="unknown")) == expected


def test_as_many_candidates_as_asked_for(bundle: Path) -> None:
    recognizer, one = Recognizer(bundle), next(clips())
    whole = recognizer.recognize(one.pose, top=99)
    assert len(whole) == len(LABELS)
    for top in (1, 2):
        assert recognizer.recognize(one.pose, top) == whole[:top]


@pytest.mark.parametrize("frames", [1, 2, 300])
def test_clips_of_any_length(bundle: Path, frames: int) -> None:
    found = Recognizer(bundle).recognize(pose(keypoints(frames)))
    assert len(found) == 3 and all(0 <= c.probability <= 1 for c in found)


def test_one_hand_in_one_frame_is_enough(bundle: Path) -> None:
    points = hide_hands(keypoints(6))
    points[3, 21:] = keypoints(6)[3, 21:]
    assert len(Recognizer(bundle).recognize(pose(points))) == 3


def test_float32_and_float16_give_the_same(bundle: Path) -> None:
    points = keypoints(5)
    recognizer = Recognizer(bundle)
    assert recognizer.recognize(pose(points)) == recognizer.recognize(
        pose(points.astype(np.float32))
    )


def test_no_hand_anywhere(bundle: Path) -> None:
    for confidence in (0.0, 0.29):
        points = keypoints(4)
        points[..., -1] = confidence
        with pytest.raises(GspmcError, match="shows no hand: nothing to recognise") as failure:
            Recognizer(bundle).recognize(pose(points))
        assert "\n" not in str(failure.value)


def test_another_layout(bundle: Path) -> None:
    other = pose(keypoints(4, "kinect20"), "kinect20")
    with pytest.raises(GspmcError, match="clip is kinect20, the bundle takes hands42: convert"):
        Recognizer(bundle).recognize(other)


def test_a_bad_clip_does_not_stop_the_others(bundle: Path) -> None:
    made = [clip("a"), clip("b", layout="kinect20"), clip("c")]
    answers = dict(
        (one.id, answer) for one, answer in Recognizer(bundle).recognize_all(iter(made), top=1)
    )
    assert list(answers) == ["a", "b", "c"]
    assert isinstance(answers["b"], GspmcError)
    for name in ("a", "c"):
        (candidate,) = answers[name]
        assert isinstance(candidate, Candidate)


def test_hands_of_one_point_count_as_hands(tmp_path: Path) -> None:
    store = make_store(tmp_path / "s", layout="kinect20")
    run = train_run(recipe(epochs=1), store, tmp_path / "run", quiet=True)
    recognizer = Recognizer(export_bundle(run.path, tmp_path / "b"))
    points = keypoints(3, "kinect20")
    assert len(recognizer.recognize(pose(points, "kinect20"))) == 3
    parts = get_layout("kinect20").parts
    points[:, [*parts["left_hand"], *parts["right_hand"]]] = 0
    with pytest.raises(GspmcError, match="shows no hand"):
        recognizer.recognize(pose(points, "kinect20"))


def test_another_version(copied: Path) -> None:
    values = json.loads((copied / "config.json").read_text())
    (copied / "config.json").write_text(json.dumps({**values, "version": 99}))
    with pytest.raises(GspmcError, match="has version 99, this program reads 1: export it again"):
        Recognizer(copied)


@pytest.mark.parametrize("name", ["config.json", "model.safetensors"])
def test_a_missing_or_damaged_file_is_named(copied: Path, name: str) -> None:
    whole = (copied / name).read_bytes()
    for content in (whole[: len(whole) // 2], b"", None):
        if content is None:
            (copied / name).unlink()
        else:
            (copied / name).write_bytes(content)
        with pytest.raises(GspmcError, match=name) as failure:
            Recognizer(copied)
        assert "\n" not in str(failure.value)


def test_weights_of_another_model(copied: Path) -> None:
    weights = load_file(copied / "model.safetensors")
    weights["classifier.weight"] = torch.zeros(4, 16)
    save_file(weights, copied / "model.safetensors")
    with pytest.raises(GspmcError, match="is not the file that was exported") as failure:
        Recognizer(copied)
    assert "\n" not in str(failure.value)


def test_what_is_not_needed_may_be_missing(copied: Path) -> None:
    (copied / "README.md").unlink()
    assert len(Recognizer(copied).recognize(pose(keypoints(3)))) == 3


def test_what_cannot_be_read_does_not_stop_the_others(bundle: Path) -> None:
    def read(name: str) -> Clip:
        if name == "b":
            raise GspmcError("b.npy: damaged")
        return clip(name)

    answers = list(Recognizer(bundle).recognize_all(map(read, "abc"), top=1))
    assert [one and one.id for one, _ in answers] == ["a", None, "c"]
    assert str(answers[1][1]) == "b.npy: damaged"
