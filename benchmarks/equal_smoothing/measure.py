"""Measure which label smoothing, without texts, softens a recogniser as much as the texts do.

    python -m benchmarks.equal_smoothing.measure RUN ... [--split train] [--out FILE]

The runs are of the same clips, some with texts at one label smoothing, others without texts at
several, each with its scores of the clips that it was trained on (`gspmc evaluate RUN --split
train`). How soft a recogniser was left is its mean cross-entropy there, in nats, against the bare
labels and without augmentation. Told is where that of the texts lies among those of the smoothings,
by linear interpolation.
"""

from __future__ import annotations

import argparse
import platform
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from benchmarks.figures import commit, publish

from gspmc.errors import GspmcError
from gspmc.evaluate.scores import Scores
from gspmc.evaluate.temperature import likelihood_loss
from gspmc.train.run_directory import RunDirectory


def equal_smoothing(wanted: float, measured: Mapping[float, Sequence[float]]) -> float:
    """The label smoothing at which the mean softness would be as wanted.

    Args:
        wanted: softness to be reached, in nats.
        measured: label smoothing -> softness of each run with it.

    Raises:
        GspmcError: it lies outside of what was measured, or softness does not grow with smoothing.
    """
    strengths = sorted(measured)
    means = [float(np.mean(measured[strength])) for strength in strengths]
    if len(means) < 2 or (np.diff(means) <= 0).any():
        raise GspmcError("softness must grow over two or more smoothings: name more runs of each")
    if not means[0] <= wanted <= means[-1]:
        raise GspmcError(
            f"the texts' {wanted:.3f} nats lie outside of {means[0]:.3f} (smoothing "
            f"{strengths[0]}) to {means[-1]:.3f} ({strengths[-1]}): add runs beyond"
        )
    return float(np.interp(wanted, means, strengths))


def main() -> None:
    """Measure and write the figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("runs", nargs="+")
    parser.add_argument("--split", default="train")
    parser.add_argument("--out")
    given = parser.parse_args()
    texts: list[float] = []
    without: dict[float, list[float]] = defaultdict(list)
    settings: dict[str, Any] = {}
    for path in given.runs:
        run = RunDirectory(Path(path))
        config = run.read_config()
        told = likelihood_loss(Scores.load(run.scores(given.split)))
        if config["text"]["alpha"]:
            texts.append(told)
            settings = {name: config[name] for name in ("label_smoothing", "train_per_class")}
        else:
            without[config["label_smoothing"]].append(told)
    if not texts:
        raise GspmcError("none of the runs has texts: name some with and some without")
    publish(
        {
            "command": f"python -m benchmarks.equal_smoothing.measure RUNS --split {given.split}",
            "commit": commit(),
            "machine": f"{platform.machine()}, {platform.system()}",
            "texts": settings | {"nats": texts},
            "without texts": {str(strength): without[strength] for strength in sorted(without)},
            "equal": round(equal_smoothing(float(np.mean(texts)), without), 3),
        },
        given.out,
    )


if __name__ == "__main__":
    main()
