"""The command that looks for errors in descriptions."""

import json
import sys
from pathlib import Path

from gspmc.describe.checks.report import CheckReport
from gspmc.text.encoder import DEFAULT_ENCODER

LOWEST = 10
"""Signs with findings whose scores are printed, the lowest first."""


def check(
    descriptions: str,
    kb: str | None = None,
    out: str | None = None,
    report: str | None = None,
    pairs: str | None = None,
    text_encoder: str = DEFAULT_ENCODER,
) -> None:
    """Look for errors in descriptions: their words, part tags, and the expert's codes.

    Args:
        descriptions: JSONL file.
        kb: knowledge base that they were written from; without it the expert's codes are left out.
        out: JSONL file to write: the descriptions with what was found under `checks`.
        report: JSON file to write: findings, statements, pairs, scores and rates.
        pairs: JSONL file to write: texts of two signs that say nearly the same.
        text_encoder: whose token limit and vectors count.
    """
    from gspmc.describe.checks import check_all, with_checks
    from gspmc.describe.checks.output import pair_lines, report_json
    from gspmc.describe.knowledge import KnowledgeBase
    from gspmc.files import atomic_path
    from gspmc.text.description import read_descriptions, write_descriptions
    from gspmc.text.editing import editing
    from gspmc.text.encoder import load_text_encoder

    read = read_descriptions(descriptions)
    base = KnowledgeBase.open(kb) if kb is not None else None
    found = check_all(read, base, load_text_encoder(text_encoder))
    _tell(found)
    if base is None:
        print("without --kb nothing was compared with expert codes", file=sys.stderr)
    elif not found.statements:
        print(
            f"{kb} holds none of the entries that {descriptions} names in `sources`: nothing was "
            "compared with expert codes",
            file=sys.stderr,
        )
    if out is not None:
        checked = {label: with_checks(item, found.findings[label]) for label, item in read.items()}
        with editing(out) as target:
            if target == Path(descriptions).resolve():  # a reviewer may have changed it meanwhile
                now = read_descriptions(target)
                checked = {
                    label: checked[label] if item == read.get(label) else item
                    for label, item in now.items()
                }
            write_descriptions(target, checked.values())
        print(f"{out}: {len(checked)} descriptions with their checks")
    for path, text in (
        (report, lambda: json.dumps(report_json(found), ensure_ascii=False, indent=1)),
        (pairs, lambda: "".join(pair_lines(found.pairs))),
    ):
        if path is not None:
            with atomic_path(path) as temporary:
                temporary.write_text(text(), encoding="utf-8")
            print(path)


def _tell(found: CheckReport) -> None:
    """Findings, the lowest scores, pairs and rates, for a person to read."""
    for label, checks in found.findings.items():
        for item in checks:
            print(f"{label}  {item.field}  {item.rule}: {item.message}\n    {item.quote}")
    count = sum(map(len, found.findings.values()))
    with_any = [label for label, checks in found.findings.items() if checks]
    print(f"{count} findings in {len(with_any)} of {len(found.findings)} signs")
    lowest = sorted(with_any, key=lambda label: found.scores[label])[:LOWEST]
    if lowest:
        scores = ", ".join(f"{label} {found.scores[label]:.2f}" for label in lowest)
        print(f"lowest scores: {scores}")
    mean = sum(found.scores.values()) / len(found.scores)
    print(f"mean score {mean:.3f}")
    if found.pairs:
        print(f"{len(found.pairs)} pairs of texts of two signs that say nearly the same")
    if found.rates:
        rates = ", ".join(
            f"{name.replace('_', ' ')} {100 * rate:.1f} %" for name, rate in found.rates.items()
        )
        print(f"{len(found.statements)} statements: {rates}")
