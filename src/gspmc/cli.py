"""The commands, one function each."""

import json
import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
from jsonargparse.typing import PositiveInt

from gspmc import __version__
from gspmc.command_line import Command, Tree, run_command
from gspmc.data.splits import Splits
from gspmc.errors import GspmcError
from gspmc.text.encoder import DEFAULT_ENCODER
from gspmc.train.recipe import Recipe

if TYPE_CHECKING:
    from gspmc.data.store import ClipStore


def import_wlasl_hands(source: str, store: str, classes: int | None = None) -> None:
    """Import WLASL hands (MediaPipe Hands landmarks, npz) into a clip store.

    Args:
        source: the npz file.
        store: folder or URI of the store to make.
        classes: take the first so many classes (100 gives WLASL100).
    """
    from gspmc.data.importers.wlasl_hands import import_wlasl_hands
    from gspmc.data.store import ClipStore

    _tell_import(ClipStore.create(store, import_wlasl_hands(source, classes), source))


def import_isl_kinect(source: str, store: str, val_signers: tuple[int, ...] = (7, 8)) -> None:
    """Import ISL-30 (Kinect joints, npz) into a clip store.

    Args:
        source: the npz file.
        store: folder or URI of the store to make.
        val_signers: whose clips become the split `val`.
    """
    from gspmc.data.importers.isl_kinect import import_isl_kinect
    from gspmc.data.store import ClipStore

    _tell_import(ClipStore.create(store, import_isl_kinect(source, val_signers), source))


def import_manifest(
    source: str,
    store: str,
    layout: str,
    to_layout: str | None = None,
    fps: float = 25.0,
    width: int | None = None,
    height: int | None = None,
    extractor: str = "unknown",
) -> None:
    """Import keypoint files (.npy, .npz) that a CSV manifest lists.

    Args:
        source: CSV with the columns path, label and optionally id, signer, split, fps.
        store: folder or URI of the store to make.
        layout: layout of the files.
        to_layout: layout to convert to.
        fps: frames a second where the manifest does not say.
        width: of the picture in pixels, where coordinates are in pixels.
        height: likewise.
        extractor: what found the points.
    """
    from gspmc.data.importers.manifest import import_manifest
    from gspmc.data.store import ClipStore

    clips = import_manifest(source, layout, to_layout, fps, width, height, extractor)
    _tell_import(ClipStore.create(store, clips, source))


def _tell_import(store: "ClipStore") -> None:
    empty = store.rows_without_hands()
    print(
        f"{store.uri}: {len(store)} clips of {len(store.labels)} classes, {store.layout.name}"
        + (
            f"; {len(empty)} of them show no hand and are left out of training"
            if len(empty)
            else ""
        )
    )


def data_info(store: str, as_json: bool = False) -> None:
    """Count a store's clips by split, class and signer; frame lengths; missing points by part.

    Args:
        store: folder or URI.
        as_json: print JSON instead of tables.
    """
    from gspmc.data.info import print_info, summarise
    from gspmc.data.store import ClipStore

    info = summarise(ClipStore.open(store).read())
    if as_json:
        print(json.dumps(info.to_dict(), ensure_ascii=False))
    else:
        print_info(info)


def data_plot(store: str, out: str, clips: PositiveInt = 8, split: str | None = None) -> None:
    """Draw clips as skeleton strips and trajectories (PNG).

    Args:
        store: folder or URI.
        out: folder for the pictures.
        clips: how many, spread over the store.
        split: of this split alone.
    """
    from gspmc.data.canvas import save_figure
    from gspmc.data.plot import skeleton_strip, trajectories
    from gspmc.data.splits import Splits
    from gspmc.data.store import ClipStore

    opened = ClipStore.open(store)
    rows = np.arange(len(opened)) if split is None else Splits().rows(opened, split)
    chosen = rows[np.linspace(0, len(rows) - 1, min(clips, len(rows))).astype(int)]
    for clip in opened.read(chosen):
        name = re.sub(r"[^\w.-]+", "_", f"{clip.label}-{clip.id}")
        save_figure(skeleton_strip(clip), Path(out) / f"{name}-strip.png")
        save_figure(trajectories(clip), Path(out) / f"{name}-trajectories.png")
    print(f"{out}: {len(chosen)} clips drawn, two pictures each")


def kb_build_asl_lex(source: str, kb: str) -> None:
    """Build a knowledge base from ASL-LEX 2.0 (CSV of codes).

    Args:
        source: the CSV file.
        kb: folder or URI of the knowledge base to make.
    """
    from gspmc.describe.asllex import build_asl_lex

    print(f"{kb}: {len(build_asl_lex(source, kb))} entries")


def kb_build_text(source: str, kb: str, language: str = "en", licence: str = "") -> None:
    """Build a knowledge base from a plain-text or JSONL dictionary.

    Args:
        source: the file.
        kb: folder or URI of the knowledge base to make.
        language: of entries that do not say theirs.
        licence: of entries that do not say theirs.
    """
    from gspmc.describe.plain import build_plain

    print(f"{kb}: {len(build_plain([source], kb, language, licence))} entries")


def kb_search(kb: str, query: str, limit: PositiveInt = 5) -> None:
    """Search a knowledge base: exact headword or alias first, then by words.

    Args:
        kb: folder or URI.
        query: words.
        limit: most entries to show.
    """
    from gspmc.describe.knowledge import KnowledgeBase

    base = KnowledgeBase.open(kb)
    found = {entry.id: entry for entry in [*base.lookup(query), *base.search(query, limit)]}
    for entry in list(found.values())[:limit]:
        print(f"{entry.headword} [{entry.id}, {entry.source}]\n  {entry.text}")
    if not found:
        print(f"nothing found for {query!r}")


def describe_run(
    kb: str,
    out: str,
    clips: str | None = None,
    labels: str | None = None,
    generator: Literal["offline"] = "offline",
    variant: str | None = None,
    text_encoder: str = DEFAULT_ENCODER,
) -> None:
    """Write descriptions of every sign of a store or a list.

    Args:
        kb: knowledge base.
        out: JSONL file to write.
        clips: store whose labels are described.
        labels: file of labels instead: one a line, or CSV with label, language, translation.
        generator: `offline` rewords the expert entry without a language model.
        variant: of a label with several entries the id or number to take, not the most frequent.
        text_encoder: whose token limit the texts must fit.
    """
    from gspmc.data.store import ClipStore
    from gspmc.describe.knowledge import KnowledgeBase
    from gspmc.describe.labels import read_labels
    from gspmc.describe.run import describe_labels
    from gspmc.text.encoder import load_text_encoder

    if (clips is None) == (labels is None):
        raise GspmcError("name either --clips STORE or --labels FILE")
    wanted = ClipStore.open(clips).labels if clips else read_labels(str(labels))
    summary = describe_labels(
        wanted, KnowledgeBase.open(kb), out, load_text_encoder(text_encoder), generator, variant
    )
    print(f"{out}: {summary.written} signs described, {len(summary.flagged)} with checks to read")
    for reason, names in (
        ("have no entry in the knowledge base", summary.missing),
        ("have an entry that says nothing of movement", summary.unusable),
    ):
        if names:
            print(f"{len(names)} labels {reason}: {', '.join(names)}", file=sys.stderr)


def describe_show(descriptions: str, label: str) -> None:
    """Print one description with its sources and checks.

    Args:
        descriptions: JSONL file.
        label: which sign.
    """
    from gspmc.text.description import read_descriptions

    described = read_descriptions(descriptions)
    if label not in described:
        raise GspmcError(f"{descriptions} has no description of {label!r}")
    print(described[label].model_dump_json(indent=1))


def train(
    clips: str,
    out: str,
    recipe: Recipe,
    splits: Splits,
    descriptions: str | None = None,
    resume: bool = False,
) -> None:
    """Train a recogniser; the last epoch is kept, never the best.

    Args:
        clips: store to learn from.
        out: run directory to make.
        recipe: how.
        splits: which clips.
        descriptions: JSONL file of texts; needed unless text.alpha is 0.
        resume: continue an interrupted run.
    """
    from gspmc.evaluate.metrics import compute_metrics
    from gspmc.evaluate.scores import Scores
    from gspmc.evaluate.tables import print_metrics
    from gspmc.train.run import train_run

    run = train_run(recipe, clips, out, descriptions, resume)
    if run.scores("val").exists():
        print_metrics(compute_metrics(Scores.load(run.scores("val"))))
    print(f"{run.path}: finished")


def evaluate(model: str, split: str = "val", clips: str | None = None) -> None:
    """Score a run or a bundle: top-1, top-5, per-class mean and each signer.

    Args:
        model: run directory or bundle.
        split: which clips of the store.
        clips: store to take them from; a run knows its own.
    """
    from gspmc.data.store import ClipStore
    from gspmc.evaluate.metrics import compute_metrics
    from gspmc.evaluate.predict import score_store
    from gspmc.evaluate.tables import print_metrics
    from gspmc.models.snapshot import load_model
    from gspmc.train.run import splits_of
    from gspmc.train.run_directory import RunDirectory

    config, loaded = load_model(model)
    run = RunDirectory(Path(model))
    began = run.read_config() if run.config.exists() else {}
    own = bool(began) and clips in (None, began["clips"])
    if clips is None and not own:
        raise GspmcError(f"{model} is a bundle and knows no store: add --clips STORE")
    # Of its own store a run keeps its own splits: by name, val may hold clips it was trained on.
    splits = splits_of(began) if own else Splits()
    store = ClipStore.open(began["clips"] if own else str(clips))
    scores = score_store(loaded, config, store, splits.rows(store, split), split)
    metrics = compute_metrics(scores)
    unknown = sorted(set(store.labels) - set(config.labels))
    if unknown:
        print(f"{len(unknown)} classes unknown to the model: {', '.join(unknown)}", file=sys.stderr)
    print_metrics(metrics)
    if own:
        scores.save(run.scores(split))
        metrics.write(run.metrics(split))
        print(f"scores in {run.scores(split)}")


def export(run: str, bundle: str) -> None:
    """Turn a finished run into a bundle: plain files, no pickles.

    Args:
        run: run directory.
        bundle: folder to make.
    """
    from gspmc.export.bundle import export_bundle

    print(f"{export_bundle(run, bundle)}: exported")


def recognize(
    bundle: str,
    source: str,
    top: PositiveInt = 5,
    limit: PositiveInt | None = None,
    split: str | None = None,
    layout: str | None = None,
    fps: float = 25.0,
    as_json: bool = False,
) -> None:
    """Name the signs of clips: a store, a keypoint file, or a folder of such files.

    Args:
        bundle: bundle or finished run.
        source: clip store, .npy or .npz file, or folder of such files.
        top: how many candidates.
        limit: at most so many clips.
        split: of a store, this split alone.
        layout: layout of keypoint files; the bundle's own by default.
        fps: frames a second of keypoint files.
        as_json: one JSON object a line instead of text.
    """
    from gspmc.recognize import Recognizer
    from gspmc.recognize.sources import open_clips

    recognizer = Recognizer(bundle)
    own = recognizer.config.layout
    failed = 0
    clips = open_clips(source, layout or own, own, fps, split, limit)
    for clip, answer in recognizer.recognize_all(clips, top):
        if isinstance(answer, GspmcError):
            failed += 1
            print(f"{clip.id}: {answer}", file=sys.stderr)
        elif as_json:
            candidates = [{"label": c.label, "probability": c.probability} for c in answer]
            print(json.dumps({"id": clip.id, "label": clip.label, "candidates": candidates}))
        else:
            truth = f" (labelled {clip.label})" if clip.label else ""
            ranked = ", ".join(f"{c.label} {c.probability:.1%}" for c in answer)
            print(f"{clip.id}{truth}: {ranked}")
    if failed:
        raise GspmcError(f"{failed} clips could not be recognised, see above")


def quickstart(
    recipe: Recipe,
    splits: Splits,
    out: str = "runs/quickstart",
    signers: int = 10,
    repetitions: int = 4,
) -> None:
    """The whole way once on the synthetic signer, ending in a report.

    Args:
        recipe: how to train.
        splits: which clips train.
        out: folder for everything that is made.
        signers: how many synthetic signers; the last two are for testing only.
        repetitions: how often each performs each sign.
    """
    from gspmc.quickstart import quickstart

    report = quickstart(Path(out), recipe, signers, repetitions)
    print(f"report: {report}")


_TRAINING = {"recipe": Recipe, "splits": Splits}

COMMANDS: Tree = {
    "data": {
        "import": {
            "wlasl-hands": Command(import_wlasl_hands, ("source", "store")),
            "isl-kinect": Command(import_isl_kinect, ("source", "store")),
            "manifest": Command(import_manifest, ("source", "store")),
        },
        "info": Command(data_info, ("store",)),
        "plot": Command(data_plot, ("store", "out")),
    },
    "kb": {
        "build": {
            "asl-lex": Command(kb_build_asl_lex, ("source", "kb")),
            "text": Command(kb_build_text, ("source", "kb")),
        },
        "search": Command(kb_search, ("kb", "query")),
    },
    "describe": {
        "run": Command(describe_run),
        "show": Command(describe_show, ("descriptions", "label")),
    },
    "train": Command(train, settings=_TRAINING),
    "evaluate": Command(evaluate, ("model",)),
    "export": Command(export, ("run", "bundle")),
    "recognize": Command(recognize, ("bundle", "source")),
    "quickstart": Command(quickstart, settings=_TRAINING),
}


def main() -> None:
    os.environ.setdefault("LANCE_LOG", "error")
    sys.exit(run_command(COMMANDS, "gspmc", __version__, sys.argv[1:]))


if __name__ == "__main__":
    main()
