"""A calibration in config.json: it comes back, old files have none, odd ones are refused."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.models.test_snapshot import config, edit, model_of

from gspmc.errors import GspmcError
from gspmc.models.calibration import Calibration
from gspmc.models.snapshot import (
    CONFIG_FILE,
    WEIGHTS_FILE,
    load_config,
    load_model,
    save_model,
    store_calibration,
)

GIVEN = Calibration(1.5, 0.625, 0.05, "val", 165)
VALUES = {
    "temperature": 1.5,
    "reject_threshold": 0.625,
    "error": 0.05,
    "fitted_on": "val",
    "clips": 165,
}


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    save_model(tmp_path, config(), model_of(config()))
    return tmp_path


def test_a_model_that_is_not_calibrated_says_nothing_of_it(saved: Path) -> None:
    """So that a version that knows no calibration can read it."""
    assert "calibration" not in json.loads((saved / CONFIG_FILE).read_text(encoding="utf-8"))
    assert load_model(saved)[0].calibration is None


def test_what_is_stored_is_loaded_and_all_else_stays(saved: Path) -> None:
    before = json.loads((saved / CONFIG_FILE).read_text(encoding="utf-8"))
    weights = (saved / WEIGHTS_FILE).read_bytes()
    store_calibration(saved, GIVEN)
    after = json.loads((saved / CONFIG_FILE).read_text(encoding="utf-8"))
    assert after.pop("calibration") == VALUES
    assert after == before and (saved / WEIGHTS_FILE).read_bytes() == weights
    assert load_config(saved).calibration == GIVEN
    store_calibration(saved, Calibration(2.0, None, 0.01, "val", 3))
    assert load_config(saved).calibration == Calibration(2.0, None, 0.01, "val", 3)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"temperature": 0}, "calibration.temperature must be above 0"),
        ({"temperature": "1"}, "calibration.temperature must be above 0"),
        ({"temperature": True}, "calibration.temperature must be above 0"),
        ({"temperature": float("nan")}, "calibration.temperature must be above 0"),
        ({"temperature": float("inf")}, "calibration.temperature must be above 0"),
        ({"reject_threshold": 1.1}, "from 0 to 1, or null"),
        ({"reject_threshold": [0.5]}, "from 0 to 1, or null"),
        ({"error": 1}, "above 0 and below 1"),
        ({"clips": 0}, "at least 1"),
        ({"bias": 1}, "calibration.*bias"),
    ],
)
def test_odd_calibrations_are_refused(saved: Path, changes: dict[str, Any], message: str) -> None:
    edit(saved, calibration={**VALUES, **changes})
    with pytest.raises(GspmcError, match=message) as failure:
        load_config(saved)
    assert str(saved / CONFIG_FILE) in str(failure.value) and "\n" not in str(failure.value)


@pytest.mark.parametrize("value", [{"temperature": 1}, 3, "none", [1]])
def test_what_is_no_calibration_is_refused(saved: Path, value: Any) -> None:
    edit(saved, calibration=value)
    with pytest.raises(GspmcError, match=r"config\.json") as failure:
        load_config(saved)
    assert "\n" not in str(failure.value)
