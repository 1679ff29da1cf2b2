"""Commands on descriptions."""

import sys
from typing import Literal

from gspmc.errors import GspmcError
from gspmc.text.encoder import DEFAULT_ENCODER


def describe(
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


def show(descriptions: str, label: str) -> None:
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
