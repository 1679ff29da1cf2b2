"""Commands on models: train, evaluate, export, recognise."""

import json
import sys
from pathlib import Path
from typing import Literal

from jsonargparse.typing import NonNegativeInt, PositiveInt

from gspmc.data.importers.keypoint_file import NumberFormat
from gspmc.data.splits import Splits, splits_of
from gspmc.errors import GspmcError
from gspmc.train.recipe import Recipe


def train(
    clips: str,
    out: str,
    recipe: Recipe,
    descriptions: str | None = None,
    resume: bool = False,
) -> None:
    """Train a recogniser; the last epoch is kept, never the best.

    Args:
        clips: store to learn from.
        out: run directory to make.
        recipe: how.
        descriptions: JSONL file of texts; needed unless text.alpha is 0.
        resume: continue an interrupted run.
    """
    from gspmc.evaluate.metrics import compute_metrics
    from gspmc.evaluate.scores import Scores
    from gspmc.evaluate.tables import print_metrics
    from gspmc.train.processes import is_first_process
    from gspmc.train.run import train_run

    run = train_run(recipe, clips, out, descriptions, resume)
    if not is_first_process():
        return
    if run.scores("val").exists():
        print_metrics(compute_metrics(Scores.load(run.scores("val"))))
    else:
        print(
            f"{clips} has no clip in `val`, so nothing was scored: --split_by signer makes some",
            file=sys.stderr,
        )
    print(f"{run.path}: finished")


def evaluate(
    model: str,
    split: str = "val",
    clips: str | None = None,
    out: str | None = None,
    other_extractor: bool = False,
) -> None:
    """Score a run or a bundle: top-1, top-5, per-class mean and each signer.

    Args:
        model: run directory or bundle.
        split: which clips of the store.
        clips: store to take them from; a run knows where its own was, and knows it again elsewhere.
        out: scores file (.npz) to write; a run keeps those of its own store by itself.
        other_extractor: take keypoints from another extractor than those it was trained on.
    """
    from gspmc.data.store import ClipStore
    from gspmc.data.trained_clips import trained_on
    from gspmc.evaluate.metrics import compute_metrics
    from gspmc.evaluate.predict import score_store
    from gspmc.evaluate.tables import print_metrics
    from gspmc.files import refuse_folder
    from gspmc.models.device import fastest_device
    from gspmc.models.snapshot import load_model
    from gspmc.train.run_directory import RunDirectory

    refuse_folder(out)
    config, loaded = load_model(model)
    run = RunDirectory(Path(model))
    began = run.read_config() if run.config.exists() else {}
    if clips is None and not began:
        raise GspmcError(f"{model} is a bundle and knows no store: add --clips STORE")
    try:
        store = ClipStore.open(clips or began["clips"])
    except GspmcError as error:
        if clips is None:
            raise GspmcError(f"{error}, or name the run's store with --clips STORE") from error
        raise
    if not other_extractor:
        config.refuse_extractor(store.extractor, store.uri)
    # Of its own store a run keeps its own splits: by name, val may hold clips it was trained on.
    own = bool(began) and store.fingerprint == run.read_contents()["clips"]
    splits = splits_of(began) if own else Splits()
    rows = splits.rows(store, split)
    loaded = loaded.to(fastest_device())
    scores = score_store(loaded, config, store, rows, split)
    metrics = compute_metrics(scores)
    unknown = sorted(set(store.labels) - set(config.labels))
    if unknown:
        print(f"{len(unknown)} classes unknown to the model: {', '.join(unknown)}", file=sys.stderr)
    print_metrics(metrics)
    if copies := int((trained_on(Path(model), store, rows) & scores.known).sum()):
        print(
            f"{copies} of the {metrics.count} clips are among those the model was trained on: what "
            "it makes of them says nothing of new ones",
            file=sys.stderr,
        )
    if out is not None:
        scores.save(out)
        print(f"scores in {out}")
    if own:
        scores.save(run.scores(split))
        metrics.write(run.metrics(split))
        print(f"scores in {run.scores(split)}")


def report(
    runs: list[str],
    control: list[str],
    split: str = "val",
    out: str | None = None,
    html: str | None = None,
    baseline: str | None = None,
    descriptions: str | None = None,
    clips: str | None = None,
    joint_clips: NonNegativeInt = 100,
) -> None:
    """Tabulate finished runs, and show in figures what they get right and wrong.

    Args:
        runs: run directories.
        control: for the page, a run that may gain as much as the texts without their content, with
            texts shuffled or random vectors for instance; may be given several times.
        split: on which they were scored.
        out: JSON file to write, with config, seed, commit and machine of every run.
        html: page to write, with figures.
        baseline: for the page, a run to compare with, as a rule the same without texts.
        descriptions: for the page, JSONL file of texts where a run has none of its own.
        clips: for the page, the runs' store, if it is no longer where it was.
        joint_clips: for the page, on how many clips joints are hidden; 0 leaves that out.
    """
    from rich.console import Console

    from gspmc.experiments.run_report.page import write_run_report
    from gspmc.experiments.run_report.subject import read_subjects
    from gspmc.experiments.summary import summarise_runs, summary_table, write_summary
    from gspmc.files import refuse_folder

    of_page = {
        "baseline": baseline,
        "control": control,
        "descriptions": descriptions,
        "clips": clips,
    }
    for option, value in of_page.items():
        if value and html is None:
            raise GspmcError(f"--{option} is for the page: add --html FILE")
    refuse_folder(out)
    refuse_folder(html)
    groups = summarise_runs(runs, split)
    if html is not None:
        subjects = read_subjects(runs, split, baseline, control, descriptions, clips, joint_clips)
    Console().print(summary_table(groups, split))
    if out is not None:
        write_summary(out, groups, split)
    if html is not None:
        write_run_report(html, subjects)
        print(f"{html}: page")


def export(
    run: str,
    bundle: str,
    vectors: bool = False,
    licence: str | None = None,
    data_licence: str | None = None,
) -> None:
    """Turn a finished run into a bundle: plain files, no pickles.

    Args:
        run: run directory.
        bundle: folder to make.
        vectors: model.onnx gives the vectors in the text space too, of the clip and of every part.
        licence: of the model, for its card; "not stated" by default.
        data_licence: of the data it was trained on, likewise.
    """
    from gspmc.export.bundle import export_bundle

    print(f"{export_bundle(run, bundle, vectors, licence, data_licence)}: exported")


def recognize(
    bundle: str,
    source: str,
    form: NumberFormat,
    top: PositiveInt = 5,
    limit: PositiveInt | None = None,
    split: str | None = None,
    layout: str | None = None,
    as_json: bool = False,
    device: Literal["cpu", "cuda"] = "cpu",
    other_extractor: bool = False,
) -> None:
    """Name the signs of clips: a store, a keypoint file, or a folder of such files.

    Where the bundle is calibrated, what is less probable than its threshold is marked "not sure".

    Args:
        bundle: bundle or finished run.
        source: clip store, keypoint file (.npy, .npz, .pose, OpenPose folder), or folder of such.
        form: how keypoint files are read.
        top: how many candidates.
        limit: at most so many clips.
        split: of a store, this split alone.
        layout: layout of keypoint files; the bundle's own by default.
        as_json: one JSON object a line instead of text.
        device: where the model runs; a GPU pays for many clips.
        other_extractor: take keypoints from another extractor than those it was trained on.
    """
    from gspmc.data.importers.keypoint_file import KeypointFormat
    from gspmc.recognize import Recognizer
    from gspmc.recognize.sources import open_clips

    recognizer = Recognizer(bundle, device, other_extractor)
    own = recognizer.config.layout
    failed = 0
    of_files = KeypointFormat(layout or own, own, **vars(form))
    clips = open_clips(source, of_files, split, limit)
    for clip, answer in recognizer.recognize_all(clips, top):
        if isinstance(answer, GspmcError):
            failed += 1
            print(answer if clip is None else f"{clip.id}: {answer}", file=sys.stderr)
            continue
        assert clip is not None  # what was recognised was read
        if as_json:
            candidates = [{"label": c.label, "probability": c.probability} for c in answer]
            rejected = recognizer.rejects(answer)
            told = {"id": clip.id, "label": clip.label, "rejected": rejected}
            print(json.dumps({**told, "candidates": candidates}))
        else:
            truth = f" (labelled {clip.label})" if clip.label else ""
            ranked = ", ".join(f"{c.label} {c.probability:.1%}" for c in answer)
            doubt = "not sure; " if recognizer.rejects(answer) else ""
            print(f"{clip.id}{truth}: {doubt}{ranked}")
    if failed:
        raise GspmcError(f"{failed} clips could not be recognised, see above")


def quickstart(
    recipe: Recipe,
    out: str = "runs/quickstart",
    signers: int = 10,
    repetitions: int = 4,
) -> None:
    """The whole way once on the synthetic signer, ending in a report.

    Args:
        recipe: how to train.
        out: folder for everything that is made.
        signers: how many synthetic signers; the last two are for testing only.
        repetitions: how often each performs each sign.
    """
    from gspmc.quickstart import quickstart

    report = quickstart(Path(out), recipe, signers, repetitions)
    print(f"report: {report}")
