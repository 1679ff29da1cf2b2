"""The whole way once on the synthetic signer, ending in a report."""

import platform
import shutil
import time
from contextlib import suppress
from pathlib import Path

from matplotlib.figure import Figure

from gspmc.data.clip import Clip
from gspmc.data.plot import sign_card
from gspmc.data.store import ClipStore
from gspmc.data.synthetic import synthetic_clips, write_corpus
from gspmc.describe.offline import OfflineWriter
from gspmc.describe.plain import build_plain
from gspmc.describe.run import describe_labels
from gspmc.errors import GspmcError
from gspmc.evaluate.figures import save_figure
from gspmc.evaluate.metrics import Metrics, compute_metrics
from gspmc.evaluate.predict import score_store
from gspmc.evaluate.report import ReportFigure, ReportTable, Section, write_report
from gspmc.experiments.run_report.groups import by_signer
from gspmc.experiments.run_report.learning import learning
from gspmc.experiments.run_report.mistakes import hardest
from gspmc.experiments.run_report.subject import LeftOutError, read_subjects
from gspmc.export.bundle import export_bundle
from gspmc.models.snapshot import load_model
from gspmc.recognize import Candidate, Recognizer
from gspmc.skeleton import PARTS
from gspmc.text.description import Description, read_descriptions
from gspmc.text.encoder import load_text_encoder
from gspmc.train.recipe import Recipe
from gspmc.train.run import train_run
from gspmc.train.run_directory import RunDirectory


def quickstart(out: Path, recipe: Recipe, signers: int, repetitions: int) -> Path:
    """Describe, train, evaluate, export, recognise and report.

    Args:
        out: folder for everything that is made.
        recipe: of the training.
        signers, repetitions: size of the synthetic data; the last two signers are for testing only.

    Returns:
        The report, an HTML file.

    Raises:
        GspmcError: `out` holds a finished run of another kind, which would be replaced, or the
            recipe asks for several processes, which would all make the data.
    """
    if recipe.devices * recipe.nodes > 1:
        raise GspmcError("quickstart runs in one process: leave --devices and --nodes at 1")
    began = time.monotonic()
    run = RunDirectory(out / "run")
    inputs = run.read_config() if run.config.exists() else {}
    if run.finished and inputs.get("clips") != str(out / "clips"):
        raise GspmcError(f"{run.path} was not made by quickstart: choose another --out")
    store = ClipStore.create(
        out / "clips", synthetic_clips(recipe.seed, signers, repetitions), "synthetic signer"
    )
    write_corpus(out / "corpus.jsonl", recipe.seed)
    kb = build_plain([out / "corpus.jsonl"], out / "kb")
    descriptions_path = out / "descriptions.jsonl"
    encoder = load_text_encoder(recipe.text.encoder)
    describe_labels(store.labels, OfflineWriter(kb, encoder), descriptions_path, regenerate="all")

    if run.finished:
        shutil.rmtree(run.path)
    train_run(recipe, out / "clips", run.path, descriptions_path, resume=run.config.exists())
    config, model = load_model(run.path)
    rows = recipe.splits.rows(store, "test")
    scores = score_store(model, config, store, rows, "test")
    scores.save(run.scores("test"))
    metrics = compute_metrics(scores)
    metrics.write(run.metrics("test"))

    export_bundle(run.path, out / "bundle")
    clip = next(iter(store.read(rows[:1])))
    candidates = Recognizer(out / "bundle").recognize(clip.pose)
    described = read_descriptions(descriptions_path)
    best = described[candidates[0].label]
    print(_told(clip.label, candidates, best))
    card = sign_card(clip, texts_by_part(best), best.refined_text)
    save_figure(card, out / "sign.png")

    report = out / "report.html"
    minutes = (time.monotonic() - began) / 60
    sections = [
        _overview(store, metrics, minutes),
        _recognised(clip, candidates, best, card),
    ]
    (subject,) = read_subjects([run.path], "test")
    for make in (learning, hardest, by_signer):
        with suppress(LeftOutError):  # one that makes no mistakes has no hardest signs
            sections.append(make(subject))
    write_report(report, "gspmc quickstart: the synthetic signer", sections)
    return report


def texts_by_part(description: Description) -> dict[str, list[str]]:
    """Part -> the texts that speak of it."""
    return {name: [part.text for part in description.parts if name in part.parts] for name in PARTS}


def _told(label: str, candidates: list[Candidate], description: Description) -> str:
    ranked = ", ".join(f"{each.label} {each.probability:.1%}" for each in candidates)
    lines = [f"A clip of {label} was recognised as: {ranked}", f"  {description.refined_text}"]
    lines += [f"  {', '.join(part.parts)}: {part.text}" for part in description.parts]
    return "\n".join(lines)


def _overview(store: ClipStore, metrics: Metrics, minutes: float) -> Section:
    low, high = metrics.top1_interval
    return Section(
        "What was done",
        [
            f"{len(store)} clips of {len(store.labels)} invented signs were rendered, described "
            "from an expert corpus without a language model, and a recogniser was trained. It was "
            "tested on two signers whom it never saw in training. These numbers show that the "
            "pipeline works, not how well it works on people.",
            f"Made in {minutes:.1f} minutes on {platform.machine()}.",
        ],
        ReportTable(
            ["test clips", "top-1", "95 % interval", "top-5", "class mean"],
            [
                [
                    metrics.count,
                    f"{metrics.top1:.1%}",
                    f"{low:.1%} to {high:.1%}",
                    f"{metrics.top5:.1%}",
                    f"{metrics.class_mean:.1%}",
                ]
            ],
        ),
    )


def _recognised(
    clip: Clip, candidates: list[Candidate], description: Description, card: Figure
) -> Section:
    return Section(
        f"One clip of {clip.label}, and what was recognised",
        table=ReportTable(
            ["rank", "sign", "probability"],
            [
                [rank, each.label, f"{each.probability:.1%}"]
                for rank, each in enumerate(candidates, start=1)
            ],
        ),
        figures=[
            ReportFigure(
                card,
                f"Skeletons of a clip of {clip.label} with the description of {description.label}",
                f"The clip, with the description of {description.label} part by part.",
            )
        ],
    )
