"""Commands that import published data sets."""

import os
import sys
from collections import Counter
from typing import TYPE_CHECKING

from gspmc.commands.data import tell_import
from gspmc.data.importers.autsl import AutslFormat
from gspmc.data.importers.class_list import ClassNames
from gspmc.data.importers.google_islr import IslrFormat
from gspmc.data.importers.lsa64 import Lsa64Format
from gspmc.data.importers.many_clips import ManyClipsFormat
from gspmc.data.importers.published import PublishedFormat
from gspmc.data.importers.slr500 import Slr500Format
from gspmc.data.importers.split_names import SplitNames

if TYPE_CHECKING:
    from gspmc.data.importers.plan import Plan

_MOST_WORKERS = 8
"""More would wait for the disk."""


def autsl(
    source: str,
    store: str,
    form: AutslFormat,
    names: ClassNames,
    keypoints: str | None = None,
    gaps: str | None = None,
    resume: bool = False,
) -> None:
    """Import AUTSL: lists of its splits, and one keypoint file a clip.

    Args:
        source: folder with the lists of the splits and the class list.
        store: folder of the store to make.
        form: how keypoint files are read.
        names: where the classes' names are found, if not in SignList_ClassId_TR_EN.csv there.
        keypoints: folder of the keypoints, if they are not under the source.
        gaps: file to write everything that is missing or strange to (JSON lines).
        resume: go on with an import that broke off.
    """
    from gspmc.data.importers.autsl import plan_autsl

    run_plan(plan_autsl(source, form, names, keypoints), store, gaps, resume)


def slr500(
    source: str,
    store: str,
    form: Slr500Format,
    protocol: str,
    classes: str | None = None,
    val_signers: tuple[int, ...] = (),
    gaps: str | None = None,
    resume: bool = False,
) -> None:
    """Import SLR-500 (isolated Chinese signs): one keypoint file a clip, named as its video.

    Args:
        source: folder of the keypoints.
        store: folder of the store to make.
        form: how keypoint files are read.
        protocol: signers-36-14 (signers 0 to 35 train, 36 to 49 test), or signers-35-15 (the first
            35 train, the others test: the paper's numbers).
        classes: the class list, if it is not gloss_label.txt in the source.
        val_signers: of the training signers, those whose clips become the split `val`.
        gaps: file to write everything that is missing or strange to (JSON lines).
        resume: go on with an import that broke off.
    """
    from gspmc.data.importers.slr500 import plan_slr500

    run_plan(plan_slr500(source, form, protocol, classes, val_signers), store, gaps, resume)


def wlasl(
    source: str,
    store: str,
    form: PublishedFormat,
    keypoints: str | None = None,
    subset: str | None = None,
    cut: bool = False,
    gaps: str | None = None,
    resume: bool = False,
) -> None:
    """Import WLASL: its list, and one keypoint file a video.

    Args:
        source: folder with WLASL_v0.3.json, or that file.
        store: folder of the store to make.
        form: how keypoint files are read.
        keypoints: folder of the keypoints, if they are not beside the list.
        subset: nslt_100.json or another of the subset files.
        cut: keypoints are of whole videos: take the frames that the list names.
        gaps: file to write everything that is missing or strange to (JSON lines).
        resume: go on with an import that broke off.
    """
    from gspmc.data.importers.wlasl import plan_wlasl

    run_plan(plan_wlasl(source, form, keypoints, subset, cut), store, gaps, resume)


def lsa64(
    source: str,
    store: str,
    form: Lsa64Format,
    classes: str | None = None,
    val_signers: tuple[int, ...] = (),
    test_signers: tuple[int, ...] = (),
    gaps: str | None = None,
    resume: bool = False,
) -> None:
    """Import LSA64: one keypoint file a clip, named sign_person_repetition.

    Args:
        source: folder of the keypoints.
        store: folder of the store to make.
        form: how keypoint files are read.
        classes: list of the signs' names; without it a sign is called by its number.
        val_signers: whose clips become the split `val`: the set has no splits of its own.
        test_signers: whose clips become the split `test`.
        gaps: file to write everything that is missing or strange to (JSON lines).
        resume: go on with an import that broke off.
    """
    from gspmc.data.importers.lsa64 import plan_lsa64

    run_plan(plan_lsa64(source, form, classes, val_signers, test_signers), store, gaps, resume)


def pyskl(
    source: str,
    store: str,
    form: ManyClipsFormat,
    names: ClassNames,
    splits: SplitNames,
    gaps: str | None = None,
    resume: bool = False,
) -> None:
    """Import an annotation file of pyskl or mmaction2; nothing in the pickle is run.

    Args:
        source: the .pkl file.
        store: folder of the store to make.
        form: how the keypoints are read.
        names: where the classes' names are found.
        splits: which of the file's splits become the store's.
        gaps: file to write everything that is missing or strange to (JSON lines).
        resume: go on with an import that broke off.
    """
    from gspmc.data.importers.pyskl import plan_pyskl

    run_plan(plan_pyskl(source, form, names, splits), store, gaps, resume)


def sam_slr(
    source: str,
    store: str,
    form: ManyClipsFormat,
    names: ClassNames,
    gaps: str | None = None,
    resume: bool = False,
) -> None:
    """Import SAM-SLR's arrays, train_data_joint.npy with train_label.pkl and so on.

    Args:
        source: folder of the arrays and labels.
        store: folder of the store to make.
        form: how the keypoints are read.
        names: where the classes' names are found.
        gaps: file to write everything that is missing or strange to (JSON lines).
        resume: go on with an import that broke off.
    """
    from gspmc.data.importers.sam_slr import plan_sam_slr

    run_plan(plan_sam_slr(source, form, names), store, gaps, resume)


def google_islr(
    source: str,
    store: str,
    form: IslrFormat,
    val_signers: tuple[int, ...] = (),
    test_signers: tuple[int, ...] = (),
    gaps: str | None = None,
    resume: bool = False,
) -> None:
    """Import Google's isolated signs: train.csv and Parquet files of MediaPipe landmarks.

    Args:
        source: folder with train.csv, sign_to_prediction_index_map.json and the landmark files.
        store: folder of the store to make.
        form: how landmark files are read.
        val_signers: participants whose clips become the split `val`: the set has no splits.
        test_signers: participants whose clips become the split `test`.
        gaps: file to write everything that is missing or strange to (JSON lines).
        resume: go on with an import that broke off.
    """
    from gspmc.data.importers.google_islr import plan_google_islr

    run_plan(plan_google_islr(source, form, val_signers, test_signers), store, gaps, resume)


def run_plan(plan: "Plan", store: str, gaps: str | None, resume: bool) -> None:
    """Import a plan, and tell what came of it and what is missing."""
    from gspmc.data.importers.gaps import tell, write_gaps
    from gspmc.data.importers.run import import_plan
    from gspmc.files import refuse_folder

    refuse_folder(gaps)
    try:
        done = import_plan(plan, store, resume, workers=min(os.cpu_count() or 1, _MOST_WORKERS))
    except KeyboardInterrupt:
        print("what was finished is kept: the same command with --resume goes on", file=sys.stderr)
        raise
    if done.resumed:
        print(f"resumed: {done.resumed:,} clips had been read before")
    tell_import(done.store)
    splits = Counter(done.store.index["split"].to_pylist())
    print("splits: " + ", ".join(f"{name} {count:,}" for name, count in sorted(splits.items())))
    for line in tell(done.gaps):
        print(line)
    if gaps is not None:
        write_gaps(gaps, done.gaps)
        print(f"{gaps}: all {len(done.gaps):,} of them")
