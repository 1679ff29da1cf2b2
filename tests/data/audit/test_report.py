"""Every kind of leak and gap, planted in a store, is told; a clean store has none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from benchmarks.planted_copies.plant import plant
from rich.console import Console
from tests.data.audit.planted import performed

from gspmc.data.audit import AuditReport, audit, print_audit, propose_splits, with_splits
from gspmc.data.audit.classes import check_classes, label_variants
from gspmc.data.audit.duplicates import Pair
from gspmc.data.audit.facts import odd
from gspmc.data.clip import Clip
from gspmc.data.store import ClipStore
from gspmc.errors import GspmcError
from gspmc.pose import PoseSequence

Change = Callable[[list[Clip]], list[Clip]]


@pytest.fixture(scope="module")
def clean() -> list[Clip]:
    return performed("hands42")


def audited(folder: Path, clips: list[Clip]) -> AuditReport:
    return audit(ClipStore.create(folder / "store", clips))


def verdicts(report: AuditReport) -> dict[str, str]:
    return {check.name: check.verdict for check in report.checks if check.verdict != "ok"}


def test_a_clean_store(tmp_path: Path, clean: list[Clip]) -> None:
    report = audited(tmp_path, clean)
    assert verdicts(report) == {} and report.leaks == []


def copied(kind: str, **changes: str) -> Change:
    def change(clips: list[Clip]) -> list[Clip]:
        return [*clips, plant(clips[0], kind, np.random.default_rng(0), **changes)]

    return change


def edited(rows: slice, **changes: object) -> Change:
    def change(clips: list[Clip]) -> list[Clip]:
        chosen = range(len(clips))[rows]
        return [replace(c, **changes) if i in chosen else c for i, c in enumerate(clips)]

    return change


def reposed(edit: Callable[[PoseSequence], PoseSequence]) -> Change:
    return lambda clips: [replace(clips[0], pose=edit(clips[0].pose)), *clips[1:]]


def fewer_of_sign0(clips: list[Clip]) -> list[Clip]:
    """Two training clips of it are left."""
    away = [c.label == "sign0" and c.signer in ("s0", "s1") for c in clips]
    return [replace(c, label="sign11") if gone else c for c, gone in zip(clips, away, strict=True)]


LEAKS: dict[str, tuple[Change, dict[str, str]]] = {
    **{
        kind: (
            copied(kind, split="val", signer="s3"),
            {"copies across splits": "leak", "copies under two signers": "warning"},
        )
        for kind in ("exact", "shifted by 10%", "cropped to 60%", "mirrored", "noise 1%")
    },
    "within": (copied("exact"), {"copies within a split": "warning"}),
    "labels": (
        copied("mirrored", label="sign5"),
        {"copies within a split": "warning", "copies under two labels": "warning"},
    ),
    "signer": (edited(slice(80, 81), signer="s0"), {"signers": "leak"}),
    "unknown signer": (edited(slice(0, 2), signer=""), {"signers": "warning"}),
    "untrained": (
        edited(slice(0, 1), label="new", split="val", signer="s3"),
        {"training clips": "warning"},
    ),
    "few": (fewer_of_sign0, {"training clips": "warning"}),
    "variant": (edited(slice(0, 24, 2), label="Sign0 "), {"labels": "warning"}),
    "empty": (
        reposed(lambda pose: replace(pose, keypoints=np.zeros_like(pose.keypoints))),
        {"empty": "warning"},
    ),
    "frozen": (
        reposed(lambda pose: replace(pose, keypoints=pose.keypoints[:1].repeat(30, axis=0))),
        {"frozen": "warning"},
    ),
    "short": (
        reposed(lambda pose: replace(pose, keypoints=pose.keypoints[:5])),
        {"short": "warning"},
    ),
    "rate": (reposed(lambda pose: replace(pose, fps=1000.0)), {"rate": "warning", "short": ""}),
    "long": (reposed(lambda pose: replace(pose, fps=2.0)), {"rate": "warning", "long": "warning"}),
}


@pytest.mark.parametrize("name", LEAKS)
def test_what_is_planted_is_told(tmp_path: Path, clean: list[Clip], name: str) -> None:
    change, expected = LEAKS[name]
    found = verdicts(audited(tmp_path, change(clean)))
    assert set(expected) <= set(found)
    assert all(found[key] == verdict for key, verdict in expected.items() if verdict)
    leaks = {key for key, verdict in found.items() if verdict == "leak"}
    assert leaks == {key for key, verdict in expected.items() if verdict == "leak"}


def test_the_report_as_json_and_as_tables(tmp_path: Path, clean: list[Clip]) -> None:
    report = audited(tmp_path, copied("mirrored", split="val", label="other")(clean))
    written = report.to_dict()
    (pair,) = written["pairs"]
    assert pair["first"] == {"id": clean[0].id, "label": "sign0", "signer": "s0", "split": "train"}
    assert pair["second"]["split"] == "val" and pair["mirrored"] and pair["kind"] == "near"
    assert written["signers"]["s0"] == {"train": 24, "val": 1}
    stream = StringIO()
    print_audit(report, Console(file=stream, width=200))
    said = stream.getvalue()
    assert "mirrored" in said and "leak" in said and f"{clean[0].id} mirrored" in said


def test_labels_that_are_probably_one() -> None:
    labels = ["Good Morning", "good_morning", "good  morning ", "morning", "Ｍorning"]
    assert label_variants(labels) == [
        ["Good Morning", "good  morning ", "good_morning"],
        ["morning", "Ｍorning"],
    ]


def test_classes_by_hand() -> None:
    report = check_classes(["a", "a", "a", "b", "c", "c"], ["train"] * 3 + ["val", "train", "val"])
    assert report.absent == {"train": ["b"], "val": ["a"]}
    assert report.untrained == ["b"] and report.few == ["b", "c"] and report.imbalance == 3


def test_body_without_hands_is_told() -> None:
    pose = performed("gsp87")[0].pose
    points = pose.keypoints.copy()
    points[:, 15:57] = 0
    assert odd(replace(pose, keypoints=points)) == ["no_hands"]


def test_a_new_division(tmp_path: Path, clean: list[Clip]) -> None:
    copies = copied("exact", signer="s3", split="val")(clean)
    store = ClipStore.create(tmp_path / "store", copies)
    report = audit(store)
    columns = [report.column("signer"), report.column("label"), report.pairs]
    splits = propose_splits(*columns, shares=(0.5, 0.25, 0.25))
    assert splits == propose_splits(*columns, shares=(0.5, 0.25, 0.25))
    again = audit(ClipStore.create(tmp_path / "new", with_splits(store, splits)))
    assert again.leaks == []
    by_signer = {signer: set(by_split) for signer, by_split in again.signers.items()}
    assert by_signer["s0"] == by_signer["s3"], "they share a copy"
    counts = [splits.count(name) for name in ("train", "val", "test")]
    assert counts == [49, 24, 24]


def test_signers_joined_by_chains_of_copies_stay_together() -> None:
    pairs = [Pair(1, 4, "near", 0.0), Pair(4, 2, "near", 0.0), Pair(0, 5, "near", 0.0)]
    splits = propose_splits([*"abcdef"], ["x"] * 6, pairs, (0.4, 0.3, 0.3))
    assert splits[1] == splits[4] == splits[2] and splits[0] == splits[5]
    assert len(set(splits)) == 3
    with pytest.raises(GspmcError, match="the store has 2"):
        propose_splits([*"abcdef"], ["x"] * 6, [*pairs, Pair(3, 5, "near", 0.0)])


def test_training_keeps_every_class() -> None:
    """Only s0 performs the rare sign, so s0 trains, though s1 fits the share as well."""
    signers = ["s0"] * 10 + ["s1"] * 10
    labels = ["rare"] + ["common"] * 19
    for seed in range(5):
        splits = propose_splits(signers, labels, [], (0.5, 0.5, 0.0), seed)
        assert splits == ["train"] * 10 + ["val"] * 10


@pytest.mark.parametrize(
    ("signers", "shares", "message"),
    [
        (["a", "", "c"], (0.7, 0.15, 0.15), "1 of 3 clips have no signer"),
        (["a", "b", "b"], (0.7, 0.15, 0.15), "3 splits need as many signers"),
        (["a", "b", "c"], (0.7, 0.7, 0.15), "shares must be three"),
        (["a", "b", "c"], (0.0, 0.5, 0.5), "give train a part"),
    ],
)
def test_impossible_divisions(
    signers: list[str], shares: tuple[float, float, float], message: str
) -> None:
    with pytest.raises(GspmcError, match=message):
        propose_splits(signers, ["x"] * 3, [], shares)
