"""A check report as data for other programs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any

from gspmc.describe.checks.identical import Pair
from gspmc.describe.checks.report import CheckReport

REPORT_VERSION = 1


def report_json(report: CheckReport) -> dict[str, Any]:
    """Everything that a report holds, with a format version."""
    return {
        "version": REPORT_VERSION,
        "rates": report.rates,
        "scores": report.scores,
        "findings": [
            {"label": label, **check.model_dump()}
            for label, checks in report.findings.items()
            for check in checks
        ],
        "statements": [asdict(statement) for statement in report.statements],
        "pairs": [asdict(pair) for pair in report.pairs],
    }


def pair_lines(pairs: Iterable[Pair]) -> Iterator[str]:
    """One line of JSON a pair: labels, fields, kind, similarity, texts."""
    for pair in pairs:
        yield json.dumps(asdict(pair), ensure_ascii=False) + "\n"
