"""What a model card can tell of a run: read in its folder, counted in its store; never guessed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from gspmc.data.handedness import Handedness, count_handedness
from gspmc.data.holdings import DATA_FILE, Holdings, count_store
from gspmc.data.splits import Splits, splits_of
from gspmc.data.store import ClipStore
from gspmc.errors import GspmcError
from gspmc.models.snapshot import CONTENTS_FILE, ENVIRONMENT_FILE, RECIPE_FILE
from gspmc.progress import progress_bar

MEASURED = ("count", "top1", "top1_interval", "top5", "k", "class_mean", "per_signer", "per_class")
"""What the card tells of every split's metrics."""


@dataclass(frozen=True)
class RunFacts:
    """Everything that stands in the folder of a run or follows from its store."""

    metrics: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Split -> those of its metrics that are named in `MEASURED`."""
    config: Mapping[str, Any] = field(default_factory=dict)
    """The resolved recipe; empty where the folder has none."""
    environment: Mapping[str, Any] = field(default_factory=dict)
    """Versions, commit and machine of the training; empty where the folder has none."""
    splits: Splits | None = None
    """How the store was divided; None where the folder has no config."""
    holdings: Holdings | None = None
    """None where neither the run nor its store tells."""
    handedness: Handedness | None = None
    """Of the training clips; None where the store is not at hand or the layout has no two hands."""
    no_store: str = ""
    """Why the store is not at hand; empty where it is."""


def gather_facts(run: Path) -> RunFacts:
    """Read a run's folder, and its store if it is where it was and has not changed.

    Raises:
        GspmcError: a file of the run is damaged.
    """
    config = _read(run / RECIPE_FILE)
    splits = splits_of(config) if config else None
    store, no_store = _open_store(run, config)
    holdings = handedness = None
    if (run / DATA_FILE).exists():
        holdings = Holdings.load(run / DATA_FILE)
    elif store is not None and splits is not None:
        holdings = count_store(store, splits)
    if store is not None and splits is not None:
        rows = splits.rows(store, "train")
        with progress_bar() as bar:
            clips = bar.track(store.read(rows), len(rows), description="counting handedness")
            handedness = count_handedness(clips)
    return RunFacts(
        metrics=_read_metrics(run),
        config=config,
        environment=_read(run / ENVIRONMENT_FILE),
        splits=splits,
        holdings=holdings,
        handedness=handedness,
        no_store=no_store,
    )


def _open_store(run: Path, config: Mapping[str, Any]) -> tuple[ClipStore | None, str]:
    """The store that the run was trained on, or why there is none."""
    if "clips" not in config:
        return None, "the folder does not name it"
    try:
        store = ClipStore.open(config["clips"])
    except GspmcError:
        return None, "it is not where it was at training"
    if store.fingerprint != _read(run / CONTENTS_FILE).get("clips"):
        return None, "it has changed since training"
    return store, ""


def _read(path: Path) -> dict[str, Any]:
    """A small JSON or YAML file; nothing where there is none.

    Raises:
        GspmcError: it is damaged.
    """
    if not path.exists():
        return {}
    try:
        values = yaml.safe_load(path.read_text(encoding="utf-8"))  # JSON is YAML
        return dict(values)
    except (OSError, TypeError, ValueError, yaml.YAMLError) as error:
        raise GspmcError(f"{path} is damaged: train the run again") from error


def _read_metrics(run: Path) -> dict[str, dict[str, Any]]:
    """Metrics of every split that the run was scored on."""
    metrics = {}
    for path in sorted((run / "metrics").glob("*.json")):
        try:
            values = json.loads(path.read_text(encoding="utf-8"))
            metrics[path.stem] = {name: values[name] for name in MEASURED}
        except (KeyError, TypeError, ValueError) as error:
            raise GspmcError(f"{path} is damaged: evaluate the run again") from error
    return metrics
