"""Measure whether signs whose texts are alike are those that a recogniser takes for each other.

    python -m benchmarks.text_geometry.measure RUN ... --texts NAME=FILE ... [--codes FILE]
        [--split val] [--seed 0] [--out results/text-geometry.json]

The runs are trained without texts, and each clip is scored by one that never saw it: folds and
seeds of one data set. Two signs look alike as far as the clips of one are given to the other; their
texts are alike as far as the cosine of their vectors goes, their codes by the share of equal
fields. What is told is the rank correlation of the two over all pairs of signs (Mantel's test; the
permutations are of signs). Only what texts say beyond chance here can set a recogniser that is
trained against them apart from one that is trained against shuffled ones.
"""

from __future__ import annotations

import argparse
import platform
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from benchmarks.figures import commit, publish
from scipy.special import log_softmax
from scipy.stats import permutation_test, spearmanr

from gspmc.errors import GspmcError
from gspmc.evaluate.scores import UNKNOWN_CLASS, Scores
from gspmc.skeleton import PARTS
from gspmc.text.bank import TextBank, build_bank
from gspmc.text.codes import UNKNOWN, Codes, read_codes
from gspmc.text.description import read_descriptions
from gspmc.text.encoder import load_text_encoder
from gspmc.train.recipe import Recipe
from gspmc.train.run_directory import RunDirectory

PERMUTATIONS = 999


def likeness(scores: Sequence[Scores], half: int | None = None) -> np.ndarray:
    """How much the recognisers take each sign for each other one.

    Args:
        scores: of the same classes; a clip may be scored several times.
        half: 0 or 1: of every other clip of each class alone.

    Returns:
        (K, K) symmetric: mean log probability that clips of one class are given to the other, less
        how readily any clip is given to that class.

    Raises:
        GspmcError: runs of different classes, or a class without a clip.
    """
    classes = scores[0].classes
    if any(each.classes != classes for each in scores):
        raise GspmcError("the runs have different classes: name runs of one data set")
    labels = np.concatenate([each.labels for each in scores])
    ids = np.concatenate([each.ids for each in scores])
    given = log_softmax(np.concatenate([each.logits for each in scores]), axis=1)
    told = np.empty((len(classes), len(classes)))
    for number, name in enumerate(classes):
        own = np.unique(ids[labels == number])
        chosen = own if half is None else own[half::2]
        if not len(chosen):
            raise GspmcError(f"too few clips of {name!r} were scored")
        told[number] = given[np.isin(ids, chosen) & (labels != UNKNOWN_CLASS)].mean(axis=0)
    told -= told.mean(axis=0)
    return (told + told.T) / 2


def text_likeness(bank: TextBank, chosen: np.ndarray) -> np.ndarray:
    """(K, K) cosines of the classes' mean vectors of the chosen texts; NaN without such a text."""
    vectors, labels = bank.vectors.numpy(), bank.labels.numpy()
    means = np.full((len(bank.classes), vectors.shape[1]), np.nan)
    for number in np.unique(labels[chosen]):
        mean = vectors[chosen & (labels == number)].mean(axis=0)
        means[number] = mean / np.linalg.norm(mean)
    return means @ means.T


def code_likeness(codes: Codes) -> np.ndarray:
    """(K, K) share of the fields known of both classes in which they are equal."""
    table = codes.table.numpy()
    known = (table[:, None] != UNKNOWN) & (table[None] != UNKNOWN)
    equal = (table[:, None] == table[None]) & known
    with np.errstate(invalid="ignore"):
        return equal.sum(axis=2) / known.sum(axis=2)


def agreement(looks: np.ndarray, says: np.ndarray, seed: int) -> dict[str, Any]:
    """Rank correlation over all pairs of known classes, its p by permutation of classes, and the
    mean of what is said."""
    known = ~np.isnan(np.diagonal(says))
    looks, says = looks[np.ix_(known, known)], says[np.ix_(known, known)]
    pairs = np.triu_indices(len(looks), k=1)

    def correlation(order: np.ndarray) -> float:
        order = order.astype(int)
        return float(spearmanr(looks[pairs], says[np.ix_(order, order)][pairs]).statistic)

    test = permutation_test(
        (np.arange(len(looks)),),
        correlation,
        permutation_type="pairings",
        n_resamples=PERMUTATIONS,
        alternative="greater",
        rng=np.random.default_rng(seed),
    )
    return {
        "classes": int(known.sum()),
        "mean": round(float(says[pairs].mean()), 3),
        "correlation": round(float(test.statistic), 3),
        "p": round(float(test.pvalue), 4),
    }


def groups(bank: TextBank) -> dict[str, np.ndarray]:
    """Kinds of texts by name, part texts by part too: which texts belong to them."""
    kinds = np.array(bank.kind)
    named = {kind: kinds == kind for kind in ("refined", "synonym", "part")}
    parts = {f"part/{part}": bank.parts[:, at].numpy() for at, part in enumerate(PARTS)}
    return {name: rows for name, rows in {**named, **parts}.items() if rows.any()}


def main() -> None:
    """Measure and write the figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("runs", nargs="+")
    parser.add_argument("--texts", nargs="+", default=[], help="NAME=FILE")
    parser.add_argument("--codes")
    parser.add_argument("--split", default="val")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out")
    given = parser.parse_args()
    scores = [Scores.load(RunDirectory(Path(run)).scores(given.split)) for run in given.runs]
    classes, looks = scores[0].classes, likeness(scores)
    pairs = np.triu_indices(len(classes), k=1)
    halves = [likeness(scores, half)[pairs] for half in (0, 1)]
    names = [text.partition("=")[::2] for text in given.texts]
    figures: dict[str, Any] = {
        "command": f"python -m benchmarks.text_geometry.measure RUNS --split {given.split} --texts "
        f"{' '.join(f'{name}=FILE' for name, _ in names)} --seed {given.seed}"
        + (" --codes FILE" if given.codes else ""),
        "commit": commit(),
        "seed": given.seed,
        "machine": f"{platform.machine()}, {platform.system()}",
        "runs": len(scores),
        "clips": len(set(np.concatenate([each.ids for each in scores]))),
        "classes": len(classes),
        "halves of the clips": round(float(spearmanr(*halves).statistic), 3),
        "texts": {},
    }
    encoder = load_text_encoder(Recipe().text.encoder)
    for name, path in names:
        descriptions = read_descriptions(path)
        used = {label: descriptions[label] for label in classes if label in descriptions}
        bank = build_bank(used, classes, encoder, undescribed="leave")
        figures["texts"][name] = {
            group: agreement(looks, text_likeness(bank, rows), given.seed)
            for group, rows in groups(bank).items()
        }
    if given.codes:
        codes = read_codes(given.codes, classes)
        figures["codes"] = agreement(looks, code_likeness(codes), given.seed)
    publish(figures, given.out)


if __name__ == "__main__":
    main()
