"""A calibrated bundle: other probabilities, the same order, and doubt where it is due."""

import json
from pathlib import Path
from shutil import copytree

import numpy as np
import pytest
from tests.tiny import clip, clips, keypoints, pose
from tests.typed import Line

from gspmc.export.bundle import export_bundle
from gspmc.models.calibration import Calibration
from gspmc.models.snapshot import store_calibration
from gspmc.recognize import Candidate, Recognizer


def calibrated(made: Path, folder: Path, temperature: float, threshold: float | None) -> Path:
    run = Path(copytree(made / "run", folder / "calibrated-run"))
    store_calibration(run, Calibration(temperature, threshold, 0.05, "val", 3))
    return export_bundle(run, folder / "bundle")


@pytest.mark.parametrize("temperature", [0.3, 1.0, 4.0])
def test_probabilities_are_divided_logits(made: Path, tmp_path: Path, temperature: float) -> None:
    plain = Recognizer(made / "bundle")
    mended = Recognizer(calibrated(made, tmp_path, temperature, None))
    for one in clips(4):
        before, after = plain.recognize(one.pose), mended.recognize(one.pose)
        assert [c.label for c in after] == [c.label for c in before]
        powers = np.array([c.probability for c in before]) ** (1 / temperature)
        assert [c.probability for c in after] == pytest.approx(powers / powers.sum(), abs=1e-5)
        assert not mended.rejects(after)


def test_the_threshold_rejects_what_is_below_it(made: Path, tmp_path: Path) -> None:
    recognizer = Recognizer(calibrated(made, tmp_path, 1.0, 0.5))
    assert not recognizer.rejects([Candidate("a", 0.5), Candidate("b", 0.5)])
    assert recognizer.rejects([Candidate("a", 0.499), Candidate("b", 0.4)])
    assert not Recognizer(made / "bundle").rejects([Candidate("a", 0.01)])


@pytest.mark.parametrize("threshold", [0.0, 1.0])
def test_recognize_says_when_it_is_not_sure(
    line: Line, made: Path, tmp_path: Path, threshold: float
) -> None:
    bundle = calibrated(made, tmp_path, 1.0, threshold)
    np.save(line.folder / "one.npy", keypoints(4))
    said = line.works("recognize", bundle, line.folder / "one.npy")
    assert ("one: not sure; " in said) == (threshold == 1.0)
    answer = json.loads(line.works("recognize", bundle, line.folder / "one.npy", "--as-json"))
    assert answer["rejected"] is (threshold == 1.0)
    assert len(answer["candidates"]) == 3


def test_a_bundle_without_calibration_rejects_nothing(line: Line, made: Path) -> None:
    np.save(line.folder / "one.npy", keypoints(4))
    words = ("recognize", made / "bundle", line.folder / "one.npy")
    assert "not sure" not in line.works(*words)
    assert json.loads(line.works(*words, "--as-json"))["rejected"] is False
    assert Recognizer(made / "bundle").recognize(pose(clip("a").pose.keypoints))


@pytest.mark.parametrize(
    ("threshold", "words"),
    [(0.5, "below 50.0% an answer is marked as not sure"), (None, "no threshold kept to it")],
)
def test_the_card_tells(made: Path, tmp_path: Path, threshold: float | None, words: str) -> None:
    card = (calibrated(made, tmp_path, 2.5, threshold) / "README.md").read_text(encoding="utf-8")
    assert "divided by 2.500, fitted on 3 clips of val" in card and words in card
    plain = (made / "bundle" / "README.md").read_text(encoding="utf-8")
    assert "softmax of the logits, not calibrated" in plain
