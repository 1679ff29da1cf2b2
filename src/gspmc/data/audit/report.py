"""Everything the audit finds in a store, and a verdict on each question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from gspmc.data.audit.classes import FEW_CLIPS, ClassReport, check_classes
from gspmc.data.audit.duplicates import THRESHOLD, Pair, find_pairs
from gspmc.data.audit.facts import FACTS, FactFinder
from gspmc.data.audit.signers import shared_signers, signers_by_split
from gspmc.data.store import ClipStore

Verdict = Literal["ok", "warning", "leak"]
IMBALANCE = 10
"""The largest class may have so many times the clips of the smallest."""
NAMED = 5
"""Clips or classes that an answer names before it only counts."""


@dataclass(frozen=True)
class Check:
    """One question, and the answer in a line."""

    name: str
    verdict: Verdict
    text: str


@dataclass
class AuditReport:
    """The facts of a store."""

    store: ClipStore
    threshold: float
    pairs: list[Pair]
    classes: ClassReport
    signers: dict[str, dict[str, int]]
    """Signer -> split -> clips."""
    odd: dict[str, list[int]]
    """Name of a fact -> rows."""
    checks: list[Check] = field(default_factory=list)

    @property
    def leaks(self) -> list[Check]:
        return [check for check in self.checks if check.verdict == "leak"]

    def column(self, name: str) -> list[Any]:
        return self.store.index[name].to_pylist()

    def across(self, column: str) -> list[Pair]:
        """Pairs whose two clips differ in a column: `split`, `label` or `signer`."""
        values = self.column(column)
        return [pair for pair in self.pairs if values[pair.first] != values[pair.second]]

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON; clips by id."""
        columns = {name: self.column(name) for name in ("id", "label", "signer", "split")}

        def clip(row: int) -> dict[str, str]:
            return {name: values[row] for name, values in columns.items()}

        return {
            "fingerprint": self.store.fingerprint,
            "layout": self.store.layout.name,
            "clips": len(self.store),
            "threshold": self.threshold,
            "checks": [asdict(check) for check in self.checks],
            "pairs": [
                {
                    **asdict(pair),
                    "first": clip(pair.first),
                    "second": clip(pair.second),
                }
                for pair in self.pairs
            ],
            "signers": self.signers,
            "classes": asdict(self.classes),
            "odd_clips": {
                name: [columns["id"][row] for row in rows] for name, rows in self.odd.items()
            },
        }


def audit(store: ClipStore, threshold: float = THRESHOLD, progress: bool = False) -> AuditReport:
    """Look at everything once.

    Args:
        store: of any layout.
        threshold: largest distance of a near copy.
        progress: show bars on the terminal.
    """
    finder = FactFinder()
    poses = finder.watch(clip.pose for clip in store.read())
    pairs = find_pairs(poses, store.layout, threshold, progress)
    labels, splits, signers = (
        store.index[name].to_pylist() for name in ("label", "split", "signer")
    )
    report = AuditReport(
        store,
        threshold,
        pairs,
        check_classes(labels, splits),
        signers_by_split(signers, splits),
        finder.rows,
    )
    report.checks = [
        _signers(report),
        *_copies(report),
        *_classes(report.classes),
        *_odd(report),
    ]
    return report


def _signers(report: AuditReport) -> Check:
    shared, unknown = shared_signers(report.signers), sum(report.signers.get("", {}).values())
    also = f"; {unknown:,} clips have no signer" if unknown else ""
    known = len([name for name in report.signers if name])
    if shared:
        clips = sum(sum(splits.values()) for splits in shared.values())
        text = f"{len(shared):,} of {known:,} stand in several splits, with {clips:,} clips"
        return Check("signers", "leak", text + also)
    if unknown:
        return Check("signers", "warning", f"unknown for {unknown:,} clips: overlap not excluded")
    return Check("signers", "ok", f"each of {known:,} in one split")


def _copies(report: AuditReport) -> list[Check]:
    across, labels = report.across("split"), report.across("label")
    apart = {(pair.first, pair.second) for pair in across}
    within = [pair for pair in report.pairs if (pair.first, pair.second) not in apart]
    signers = report.column("signer")
    signed = [p for p in report.across("signer") if signers[p.first] and signers[p.second]]
    found: list[tuple[str, Verdict, Sequence[Pair], str]] = [
        ("copies across splits", "leak", across, ""),
        ("copies within a split", "warning", within, ": they count double"),
        ("copies under two labels", "warning", labels, ": one of the labels may be wrong"),
        ("copies under two signers", "warning", signed, ": one person may have two names"),
    ]
    return [
        Check(name, verdict if pairs else "ok", _counted(pairs) + (why if pairs else ""))
        for name, verdict, pairs, why in found
    ]


def _counted(pairs: Sequence[Pair]) -> str:
    if not pairs:
        return "none found"
    exact = sum(pair.kind == "exact" for pair in pairs)
    clips = len({row for pair in pairs for row in (pair.first, pair.second)})
    return f"{len(pairs):,} pairs ({exact:,} exact) of {clips:,} clips"


def _classes(classes: ClassReport) -> list[Check]:
    checks = []
    if classes.untrained:
        checks.append(Check("training clips", "warning", f"none for {_some(classes.untrained)}"))
    elif classes.few:
        text = f"fewer than {FEW_CLIPS} for {_some(classes.few)}"
        checks.append(Check("training clips", "warning", text))
    else:
        checks.append(Check("training clips", "ok", f"at least {FEW_CLIPS} for every class"))
    absent = {split: names for split, names in classes.absent.items() if split != "train"}
    if absent:
        text = "; ".join(f"{split} lacks {_some(names)}" for split, names in absent.items())
        checks.append(Check("classes of the splits", "warning", text))
    else:
        checks.append(Check("classes of the splits", "ok", f"all {len(classes.clips):,} in each"))
    balanced = classes.imbalance <= IMBALANCE
    text = f"the largest class has {classes.imbalance:.1f} times the clips of the smallest"
    checks.append(Check("balance", "ok" if balanced else "warning", text))
    if classes.variants:
        text = "probably one label: " + "; ".join(
            " = ".join(map(repr, group)) for group in classes.variants[:NAMED]
        )
        more = len(classes.variants) - NAMED
        checks.append(Check("labels", "warning", text + (f"; {more} more" if more > 0 else "")))
    else:
        checks.append(Check("labels", "ok", "none differ in case or spaces alone"))
    return checks


def _odd(report: AuditReport) -> list[Check]:
    ids = report.column("id")
    found = [
        Check(
            name.replace("_", " "),
            "warning",
            f"{FACTS[name]}: {_some([ids[row] for row in rows])}",
        )
        for name, rows in report.odd.items()
        if rows
    ]
    return found or [Check("single clips", "ok", "none empty, frozen, very short or very long")]


def _some(names: Sequence[str]) -> str:
    """How many, and the first of them."""
    more = ", …" if len(names) > NAMED else ""
    return f"{len(names):,} ({', '.join(names[:NAMED])}{more})"
