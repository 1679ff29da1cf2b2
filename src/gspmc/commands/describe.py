"""Commands that write, show and compare descriptions."""

import sys
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Literal

from gspmc.describe.labels import Label, read_labels
from gspmc.describe.llm.endpoint import Endpoint
from gspmc.describe.llm.prompts import Prompts, write_prompts
from gspmc.describe.outcome import Writer
from gspmc.describe.run import Regenerate, describe_labels, labels_to_do
from gspmc.describe.trail import trail
from gspmc.errors import GspmcError
from gspmc.text.description import read_descriptions
from gspmc.text.difference import differences
from gspmc.text.encoder import DEFAULT_ENCODER


def run(
    out: str,
    endpoint: Endpoint,
    only: list[str],
    kb: str | None = None,
    clips: str | None = None,
    labels: str | None = None,
    generator: Literal["offline", "openai"] = "offline",
    variant: str | None = None,
    regenerate: Regenerate = "none",
    text_encoder: str = DEFAULT_ENCODER,
    language: str = "en",
    prompts: str | None = None,
    answers: str | None = None,
    dry_run: bool = False,
) -> None:
    """Write descriptions of every sign of a store or a list.

    Args:
        out: JSONL file to write; signs that are in it are kept.
        endpoint: the language model, for `--generator openai`.
        only: describe this label anew, and leave the others; may be given several times.
        kb: knowledge base; without one `openai` writes from the model's memory.
        clips: store whose labels are described.
        labels: file of labels instead: one a line, or CSV with label, language, translation.
        generator: `offline` rewords the expert entry without a language model; `openai` asks a
            language model at any endpoint that speaks OpenAI's protocol.
        variant: of a label with several entries the id or number to take, not the most frequent.
        regenerate: signs of the file to describe anew: `flagged`, those with checks or rejected by
            a reviewer, or `all`.
        text_encoder: whose token limit the texts must fit.
        language: in which `openai` writes (en, de, zh, ...); `offline` writes the corpus's own.
        prompts: folder of templates in place of the package's (`gspmc describe prompts`).
        answers: file that keeps the model's answers; beside the output by default.
        dry_run: only tell how many requests and tokens it would take.
    """
    from gspmc.data.store import ClipStore
    from gspmc.describe.knowledge import KnowledgeBase
    from gspmc.describe.llm.estimate import estimate
    from gspmc.describe.llm.writer import ModelWriter
    from gspmc.describe.offline import OfflineWriter
    from gspmc.text.encoder import load_text_encoder

    if (clips is None) == (labels is None):
        raise GspmcError("name either --clips STORE or --labels FILE")
    if generator == "offline" and (kb is None or dry_run):
        raise GspmcError(
            "the offline generator rewords a knowledge base and costs nothing: name one with --kb, "
            "and leave --dry_run, or take --generator openai"
        )
    wanted = [*map(Label, ClipStore.open(clips).labels)] if clips else read_labels(str(labels))
    base = KnowledgeBase.open(kb) if kb is not None else None
    encoder = load_text_encoder(text_encoder)
    if base is not None and generator == "offline":
        _write(wanted, OfflineWriter(base, encoder, variant), out, only, regenerate)
        return
    kept = Path(answers or Path(out).parent / "answers.sqlite")
    if kept.resolve() == Path(out).resolve():
        raise GspmcError(f"--answers and --out are both {out}; name two files")
    model = ModelWriter(endpoint, Prompts(prompts), base, encoder, kept, variant, language)
    if dry_run:
        todo = labels_to_do(wanted, model, out, only, regenerate)
        print(f"{len(todo)} signs, about {estimate(model, todo).summary(endpoint)}")
        return
    try:
        _write(wanted, model, out, only, regenerate)
    finally:
        print(model.ledger.summary(endpoint))


def _write(
    wanted: Sequence[Label],
    writer: Writer,
    out: str,
    only: Collection[str],
    regenerate: Regenerate,
) -> None:
    """Describe, and tell what became of it; a failure is the last word."""
    summary = describe_labels(wanted, writer, out, only, regenerate)
    kept = f", {summary.kept} kept" if summary.kept else ""
    print(f"{out}: {summary.written} signs described{kept}, {len(summary.flagged)} with checks")
    for reason, names in (
        ("have no entry in the knowledge base", summary.missing),
        ("have an entry that says nothing of movement", summary.unusable),
        ("were reviewed meanwhile and stay as they are", summary.reviewed),
    ):
        if names:
            print(f"{len(names)} labels {reason}: {', '.join(names)}", file=sys.stderr)
    if summary.failed:
        for name, reason in summary.failed.items():
            print(f"failed: {name}: {reason}", file=sys.stderr)
        raise GspmcError(
            f"{len(summary.failed)} signs have no usable answer (listed above); the same command "
            "tries them again"
        )


def show(descriptions: str, label: str) -> None:
    """Print a description with all that it comes from: writer, passages, checks, review.

    Args:
        descriptions: JSONL file.
        label: which sign.
    """
    described = read_descriptions(descriptions)
    if label not in described:
        raise GspmcError(f"{descriptions} has no description of {label!r}")
    print("\n".join(trail(described[label])))


def diff(before: str, after: str) -> None:
    """Print what differs between two description files, word by word.

    Args:
        before: JSONL file.
        after: JSONL file.
    """
    for line in differences(read_descriptions(before), read_descriptions(after)):
        print(line)


def prompts(folder: str) -> None:
    """Copy the prompt templates into a folder, to be edited and given with `--prompts`.

    Args:
        folder: where to; it is made.
    """
    for path in write_prompts(folder):
        print(path)
