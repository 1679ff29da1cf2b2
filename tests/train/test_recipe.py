"""Recipes: plain data, checked before anything is done with them."""

import json

import pytest
import yaml

from gspmc.errors import GspmcError
from gspmc.train.recipe import Recipe


def test_a_recipe_survives_json_and_yaml() -> None:
    values = json.loads(json.dumps(Recipe().to_dict()))
    assert yaml.safe_load(yaml.safe_dump(values)) == values
    assert values["text"]["alpha"] == 0.5 and values["text"]["temperature"] == 0.1
    assert values["schedule"]["milestones"] == [90 / 110, 100 / 110]
    assert {"optimiser", "schedule", "text", "preprocessing", "augmentation"} < {*values}
    assert values["split_by"] == "name" and "splits" not in values


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"epochs": 0}, "epochs must be at least 1, not 0"),
        ({"epochs": -3}, "epochs must be at least 1"),
        ({"batch_size": 0}, "batch_size must be at least 1"),
        ({"validate_every": 0}, "validate_every must be at least 1"),
        ({"workers": -1}, "workers must be 0 or more"),
        ({"accumulate": 0}, "accumulate must be at least 1, not 0"),
        ({"devices": 0}, "devices must be at least 1, not 0"),
        ({"nodes": -1}, "nodes must be at least 1, not -1"),
    ],
)
def test_impossible_numbers_are_one_line(changes: dict, message: str) -> None:
    with pytest.raises(GspmcError, match=message) as failure:
        Recipe(**changes)
    assert "\n" not in str(failure.value)
