"""Commands on texts: knowledge bases and descriptions."""

import sys
from typing import Literal

from jsonargparse.typing import PositiveInt

from gspmc.errors import GspmcError
from gspmc.text.encoder import DEFAULT_ENCODER


def build_asl_lex(source: str, kb: str) -> None:
    """Build a knowledge base from ASL-LEX 2.0 (CSV of codes).

    Args:
        source: the CSV file.
        kb: folder or URI of the knowledge base to make.
    """
    from gspmc.describe.asllex import build_asl_lex

    print(f"{kb}: {len(build_asl_lex(source, kb))} entries")


def build_text(source: str, kb: str, language: str = "en", licence: str = "") -> None:
    """Build a knowledge base from a plain-text or JSONL dictionary.

    Args:
        source: the file.
        kb: folder or URI of the knowledge base to make.
        language: of entries that do not say theirs.
        licence: of entries that do not say theirs.
    """
    from gspmc.describe.plain import build_plain

    print(f"{kb}: {len(build_plain([source], kb, language, licence))} entries")


def search(kb: str, query: str, limit: PositiveInt = 5) -> None:
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
