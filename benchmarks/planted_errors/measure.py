"""Measure `describe check` on planted errors, and on texts as they are.

    python -m benchmarks.planted_errors.measure DESCRIPTIONS KB [--seeds 1000 1001 1002]
        [--pool held_out] [--also NAME=FILE ...] [--out results/describe-checks.json]

A planted error is found where a finding of its rule names its text (for a near-identical pair:
either end). A finding of a rule is a false alarm unless its text holds a planted error, or its
description is another sign's as a whole; precision of a rule = found / (found + false alarms).
Findings of other rules in a text that holds a planted error are counted apart ("beside"): most are
right too (a text over the encoder's limit is over the word target).
"""

from __future__ import annotations

import argparse
from collections import Counter
from dataclasses import dataclass, field

from benchmarks.figures import publish
from benchmarks.planted_errors.plant import RULES, plant_errors
from benchmarks.planted_errors.planter import Planted
from benchmarks.planted_errors.wordings import POOLS

from gspmc.describe.checks import CheckReport, check_all
from gspmc.describe.knowledge import KnowledgeBase
from gspmc.text import Description, read_descriptions
from gspmc.text.encoder import TextEncoder, load_text_encoder


@dataclass
class Tally:
    """Counts by rule, over all seeds."""

    planted: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    false_alarms: Counter[str] = field(default_factory=Counter)
    beside: Counter[str] = field(default_factory=Counter)
    """Findings of a rule in texts that hold a planted error of another."""
    missed: list[Planted] = field(default_factory=list)
    alarms: list[tuple[str, str, str, str]] = field(default_factory=list)
    """(label, field, rule, quote) of every false alarm."""

    def add(self, truth: list[Planted], report: CheckReport) -> None:
        """Count one mutated set."""
        named = {
            (label, check.field, check.rule)
            for label, checks in report.findings.items()
            for check in checks
        }
        for item in truth:
            self.planted[item.rule] += 1
            ends = [item.label, item.other] if item.other else [item.label]
            if any((label, item.field, item.rule) in named for label in ends):
                self.found[item.rule] += 1
            else:
                self.missed.append(item)
        touched = {(item.label, item.field) for item in truth}
        touched |= {(item.other, item.field) for item in truth if item.other}
        exact = {(item.label, item.field, item.rule) for item in truth}
        exact |= {(item.other, item.field, item.rule) for item in truth if item.other}
        whole = {item.label for item in truth if item.scope == "label"}
        whole |= {item.other for item in truth if item.scope == "label"}
        for label, checks in report.findings.items():
            for check in checks:
                if (label, check.field) in touched:
                    if (label, check.field, check.rule) not in exact:
                        self.beside[check.rule] += 1
                elif label not in whole:
                    self.false_alarms[check.rule] += 1
                    self.alarms.append((label, check.field, check.rule, check.quote))

    def rows(self) -> dict[str, dict[str, float | int]]:
        """Rule -> n, recall, precision; and all rules together."""
        rules = {rule: self._row([rule]) for rule in RULES}
        return {**rules, "all": self._row(list(RULES))}

    def _row(self, rules: list[str]) -> dict[str, float | int]:
        planted, found, false, beside = (
            sum(counts[rule] for rule in rules)
            for counts in (self.planted, self.found, self.false_alarms, self.beside)
        )
        return {
            "planted": planted,
            "found": found,
            "false_alarms": false,
            "beside": beside,
            "recall": round(found / max(planted, 1), 4),
            "precision": round(found / max(found + false, 1), 4),
        }


def measure(
    descriptions: dict[str, Description],
    kb: KnowledgeBase,
    encoder: TextEncoder,
    seeds: list[int],
    pool: str,
    each: int = 30,
) -> Tally:
    """Plant and check once a seed."""
    tally = Tally()
    for seed in seeds:
        mutated, truth = plant_errors(descriptions, kb, encoder, seed, each, pool)
        tally.add(truth, check_all(mutated, kb, encoder))
    return tally


def as_they_are(report: CheckReport) -> dict[str, object]:
    """Findings by rule and the three rates of texts without planted errors."""
    rules = Counter(check.rule for checks in report.findings.values() for check in checks)
    return {
        "signs": len(report.findings),
        "statements": len(report.statements),
        "rates": {name: round(rate, 4) for name, rate in report.rates.items()},
        "findings": dict(sorted(rules.items())),
        "signs_with_findings": sum(bool(checks) for checks in report.findings.values()),
        "mean_score": round(sum(report.scores.values()) / len(report.scores), 4),
        "pairs": dict(Counter(pair.kind for pair in report.pairs)),
    }


def _with_sources(
    read: dict[str, Description], given: dict[str, Description]
) -> dict[str, Description]:
    """Descriptions that name no entry are compared with those of the given ones."""
    return {
        label: item
        if item.sources or label not in given
        else item.model_copy(update={"sources": given[label].sources})
        for label, item in read.items()
    }


def main() -> None:
    """Measure and write the figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("descriptions")
    parser.add_argument("kb")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1000, 1001, 1002])
    parser.add_argument("--pool", choices=sorted(POOLS), default="held_out")
    parser.add_argument("--each", type=int, default=30)
    parser.add_argument("--also", nargs="*", default=[], help="NAME=FILE, checked as it is")
    parser.add_argument("--out")
    parser.add_argument("--show", action="store_true", help="what was missed, and false alarms")
    given = parser.parse_args()
    descriptions = read_descriptions(given.descriptions)
    kb, encoder = KnowledgeBase.open(given.kb), load_text_encoder()
    tally = measure(descriptions, kb, encoder, given.seeds, given.pool, given.each)
    figures: dict[str, object] = {
        "command": "python -m benchmarks.planted_errors.measure wlasl100.kb.jsonl KB "
        f"--pool {given.pool} --seeds {' '.join(map(str, given.seeds))} --each {given.each}",
        "pool": given.pool,
        "seeds": given.seeds,
        "planted_errors": tally.rows(),
        "as_they_are": {"given": as_they_are(check_all(descriptions, kb, encoder))},
    }
    for also in given.also:
        name, _, path = also.partition("=")
        figures["as_they_are"][name] = as_they_are(  # type: ignore[index]
            check_all(_with_sources(read_descriptions(path), descriptions), kb, encoder)
        )
    publish(figures, given.out)
    if given.show:
        for item in tally.missed:
            print("missed", item.rule, item.label, item.field, "|", item.quote)
        for alarm in tally.alarms:
            print("alarm", *alarm[:3], "|", alarm[3])


if __name__ == "__main__":
    main()
