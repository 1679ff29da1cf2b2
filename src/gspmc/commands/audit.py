"""The command that tells whether numbers on a store can be trusted."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from jsonargparse.typing import PositiveFloat

from gspmc.commands.data import refuse_the_same
from gspmc.errors import GspmcError

if TYPE_CHECKING:
    from gspmc.data.audit import AuditReport, Check
    from gspmc.text.coverage import Coverage

PICTURES = 20
"""So many of the worst pairs are drawn."""


def audit(
    store: str,
    descriptions: str | None = None,
    out: str | None = None,
    pictures: str | None = None,
    threshold: PositiveFloat | None = None,
    resplit: str | None = None,
    shares: tuple[float, float, float] = (0.7, 0.15, 0.15),
    seed: int = 0,
    strict: bool = False,
) -> None:
    """Look for leaks between splits, copies of clips, gaps in the classes and odd clips.

    Args:
        store: folder or URI.
        descriptions: JSONL file whose labels are compared with the store's.
        out: JSON file to write: everything that was found, every pair of copies.
        pictures: folder for pictures (PNG) of the worst pairs.
        threshold: largest distance of a near copy, 0 the same points; a default if not given.
        resplit: folder or URI of a store to make: the same clips, divided anew by signer.
        shares: of all clips, for train, val and test; with `--resplit`.
        seed: of the dealing; with `--resplit`.
        strict: exit with status 1 if there is a leak.
    """
    from gspmc.data.audit import audit as look
    from gspmc.data.audit import print_audit
    from gspmc.data.audit.duplicates import THRESHOLD
    from gspmc.data.audit.resplit import checked_shares
    from gspmc.data.store import ClipStore
    from gspmc.files import atomic_path, refuse_folder
    from gspmc.text.coverage import coverage
    from gspmc.text.description import read_descriptions

    refuse_folder(out)
    opened = ClipStore.open(store)
    if resplit is not None:
        refuse_the_same(store, resplit, "resplit")
        checked_shares(shares)
    if pictures is not None and Path(pictures).is_file():
        raise GspmcError(f"cannot draw into {pictures}: it is a file, name a folder")
    read = read_descriptions(descriptions) if descriptions is not None else None
    report = look(opened, threshold or THRESHOLD, progress=True)
    written = report.to_dict()
    if read is not None:
        described = coverage(opened.labels, read)
        report.checks.append(_described(described))
        written = report.to_dict() | {"descriptions": asdict(described)}
    print_audit(report)
    if out is not None:
        with atomic_path(out) as temporary:
            temporary.write_text(json.dumps(written, ensure_ascii=False, indent=1), "utf-8")
        print(out)
    if pictures is not None:
        _draw(report, Path(pictures))
    if resplit is not None:
        _resplit(report, resplit, shares, seed)
    if strict and report.leaks:
        found = "; ".join(f"{check.name}: {check.text}" for check in report.leaks)
        raise GspmcError(f"{store} leaks ({found}): divide it anew with --resplit")


def _described(described: "Coverage") -> "Check":
    from gspmc.data.audit import Check

    said = [
        f"{len(names):,} {what}: {', '.join(names[:5])}{', …' if len(names) > 5 else ''}"
        for names, what in (
            (described.undescribed, "labels without a description"),
            (described.unused, "descriptions without clips"),
            ([" = ".join(group) for group in described.alike], "groups described alike"),
        )
        if names
    ]
    if said:
        return Check("descriptions", "warning", "; ".join(said))
    return Check("descriptions", "ok", "one for every label, no two alike")


def _draw(report: "AuditReport", folder: Path) -> None:
    from gspmc.data.audit.picture import pair_strips
    from gspmc.data.audit.tables import worst_first
    from gspmc.data.canvas import save_figure
    from gspmc.files import file_name

    chosen = worst_first(report)[:PICTURES]
    for number, pair in enumerate(chosen):
        first, second = report.store.read([pair.first, pair.second])
        name = file_name(f"{number:02d}-{first.id}-{second.id}")
        save_figure(pair_strips(first, second, pair), folder / f"{name}.png")
    print(f"{folder}: {len(chosen)} pairs drawn")


def _resplit(
    report: "AuditReport", target: str, shares: tuple[float, float, float], seed: int
) -> None:
    from collections import Counter

    from gspmc.data.audit import propose_splits, with_splits
    from gspmc.data.store import ClipStore

    splits = propose_splits(
        report.column("signer"), report.column("label"), report.pairs, shares, seed
    )
    store = report.store
    made = ClipStore.create(target, with_splits(store, splits), store.source, store.numbering)
    counts = ", ".join(f"{name} {clips:,}" for name, clips in Counter(splits).most_common())
    print(f"{made.uri}: {counts} clips, no signer and no copy found in two splits")
