"""Commands on scores: fuse, calibrate."""

import sys
from pathlib import Path

from gspmc.errors import GspmcError
from gspmc.evaluate.scores import Scores


def fuse(
    runs: list[str], weights: str = "equal", split: str = "val", out: str | None = None
) -> None:
    """Fuse the scores of several runs: the weighted sum of their logits.

    Args:
        runs: run directories, two or more, of the same clips in the same order.
        weights: `equal`, one number a run ('0.8 0.8 0.2 0.2'), or `fit`, on the validation scores.
        split: whose scores.
        out: folder to write scores, metrics and weights to; `gspmc report` reads it like a run.
    """
    from rich.console import Console

    from gspmc.evaluate.tables import metrics_table
    from gspmc.experiments.fused_run import FITTED_ON, fuse_runs, write_fusion

    fused = fuse_runs(runs, weights, split)
    _tell_what_is_missing(fused.scores, fused.folds is not None)
    Console().print(metrics_table(fused.metrics))
    named = zip((name for name, _ in fused.metrics), fused.weights.tolist(), strict=False)
    told = ", ".join(f"{name} {weight:.3f}" for name, weight in named)
    print(f"weights: {told}")
    if fused.cross_fitted and fused.folds is not None:
        print(
            f"{FITTED_ON} is the split that weights are fitted on: each of its "
            f"{fused.folds.total} folds by {fused.folds.by} was fused with weights fitted on the "
            "others; those above are fitted on all of it, for other splits"
        )
    elif fused.folds is not None:
        print(f"weights fitted on the {fused.fitted_clips} clips of {FITTED_ON}")
    if out is not None:
        print(f"scores in {write_fusion(out, fused).scores(split)}")


def calibrate(run: str, error: float = 0.05) -> None:
    """Make a run's probabilities mean what they say, and find from which one on it is sure.

    Temperature and threshold are fitted on the validation scores and kept in the run's config.json,
    from which `gspmc export` takes them. Figures and measures go to the run directory too.

    Args:
        run: run directory.
        error: highest share of wrong answers among those that are not rejected.
    """
    import json

    from rich.console import Console

    from gspmc.evaluate.calibrate import calibrate
    from gspmc.evaluate.calibration_table import calibration_table
    from gspmc.evaluate.figures import reliability_diagram, risk_coverage_curves, save_figure
    from gspmc.experiments.fused_run import read_scores
    from gspmc.experiments.summary import FUSION_FILE
    from gspmc.files import atomic_path
    from gspmc.models.snapshot import load_config, store_calibration
    from gspmc.train.run_directory import RunDirectory

    directory = RunDirectory(Path(run))
    if (directory.path / FUSION_FILE).exists():
        raise GspmcError(f"{run} is a fusion and has no model to calibrate: calibrate its runs")
    config = load_config(run)
    file, scores = read_scores(run, "val")
    if scores.classes != config.labels:
        raise GspmcError(f"{file} has other classes than the model of {run}: evaluate it again")
    test = read_scores(run, "test")[1] if directory.scores("test").exists() else None
    found = calibrate(scores, error, test)
    _tell_what_is_missing(scores, True)

    figures = directory.path / "figures"
    panels = [(row.name, row.judged.bins) for row in found.rows]
    save_figure(reliability_diagram(panels), figures / "reliability.png")
    curves = [(found.fitted.scores.split, found.fitted.curve)]
    curves += [] if found.test is None else [(found.test.scores.split, found.test.curve)]
    accepted = None
    if found.rejection is not None:
        accepted = found.rejection.accepted / found.calibration.clips
    save_figure(risk_coverage_curves(curves, error, accepted), figures / "risk_coverage.png")
    with atomic_path(directory.path / "calibration.json") as temporary:
        text = json.dumps(found.to_dict(), indent=1, ensure_ascii=False)
        temporary.write_text(text + "\n", encoding="utf-8")
    store_calibration(directory.path, found.calibration)

    Console().print(calibration_table(found.rows))
    if found.cross_fitted is not None:
        told = f"{found.folds.total} folds by {found.folds.by}"
        print(f"cross-fitted: {told}, each at the temperature that fits the others")
    print(f"temperature {found.calibration.temperature:.3f}, in {run}/config.json")
    if found.rejection is None:
        print(
            f"no threshold keeps errors within {error:.1%} for certain on "
            f"{found.calibration.clips} clips: none is stored, every answer is given"
        )
    else:
        print(
            f"answers below {found.rejection.threshold:.1%} are not sure: of "
            f"{found.calibration.clips} clips {found.rejection.accepted} are accepted, "
            f"{found.rejection.wrong} of them wrong, at most {found.rejection.bound:.1%} with 95 % "
            "confidence among clips like these"
        )
    print(f"figures in {figures}")


def _tell_what_is_missing(scores: Scores, fitted: bool) -> None:
    """One line each on stderr for what makes the numbers less than they seem."""
    from gspmc.evaluate.agreement import absent_classes

    nameless = int((scores.signers == "").sum())
    if nameless and fitted:
        print(
            f"{nameless} of {len(scores)} clips of {scores.split} have no signer: they are divided "
            "by clip, which flatters what is fitted",
            file=sys.stderr,
        )
    absent = absent_classes(scores)
    if absent:
        named = ", ".join([*absent[:5], *(["…"] if len(absent) > 5 else [])])
        print(
            f"{len(absent)} of {len(scores.classes)} classes have no clip in {scores.split}: "
            f"{named}; the numbers tell nothing of them",
            file=sys.stderr,
        )
