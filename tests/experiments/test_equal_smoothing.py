"""The label smoothing that leaves a recogniser as soft as texts do."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest
import yaml
from benchmarks.equal_smoothing.measure import equal_smoothing, main

from gspmc.errors import GspmcError
from gspmc.evaluate.scores import UNKNOWN_CLASS, Scores


def scores(right: float, classes: int = 4) -> Scores:
    """Two clips whose right class has a probability of `right`, and one of an unknown class."""
    p = np.full((3, classes), (1 - right) / (classes - 1))
    p[0, 0] = p[1, 2] = right
    return Scores(
        ids=np.array(["a", "b", "c"]),
        labels=np.array([0, 2, UNKNOWN_CLASS]),
        logits=np.log(p) + 3,
        classes=tuple("wxyz"[:classes]),
        signers=np.array([""] * 3),
        split="train",
    )


def test_the_equal_smoothing_lies_between_its_neighbours() -> None:
    measured = {0.4: [0.6, 0.8], 0.2: [0.2, 0.4], 0.3: [0.5]}
    assert equal_smoothing(0.4, measured) == pytest.approx(0.25)
    assert equal_smoothing(0.6, measured) == pytest.approx(0.35)


@pytest.mark.parametrize(
    ("wanted", "measured", "told"),
    [
        (0.9, {0.2: [0.3], 0.3: [0.5]}, "0.900 nats lie outside of 0.300"),
        (0.3, {0.2: [0.3]}, "two or more"),
        (0.4, {0.2: [0.5], 0.3: [0.3]}, "must grow"),
    ],
)
def test_what_cannot_be_told(wanted: float, measured: dict, told: str) -> None:
    with pytest.raises(GspmcError, match=told):
        equal_smoothing(wanted, measured)


def test_runs_are_told_apart_by_their_recipes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # With smoothing e, the right one of many classes ends at 1 - e; the texts' run at 0.75.
    runs = [(0.2, 0.0, 0.8), (0.3, 0.0, 0.7), (0.2, 1.0, 0.75)]
    for number, (smoothing, alpha, right) in enumerate(runs):
        folder = tmp_path / str(number)
        (folder / "scores").mkdir(parents=True)
        config = {"seed": 0, "fold": 0, "label_smoothing": smoothing, "train_per_class": 1}
        (folder / "config.yaml").write_text(yaml.safe_dump(config | {"text": {"alpha": alpha}}))
        scores(right).save(folder / "scores" / "train.npz")
    monkeypatch.setattr(sys, "argv", ["measure", *(str(tmp_path / str(n)) for n in range(3))])
    main()
    told = json.loads(capsys.readouterr().out)
    share = np.log(0.8 / 0.75) / np.log(0.8 / 0.7)
    assert told["equal"] == pytest.approx(0.2 + 0.1 * share, abs=1e-3)
    assert told["texts"]["label_smoothing"] == 0.2
