"""Commands on clips: import, count, draw."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from jsonargparse.typing import PositiveInt

from gspmc.data.importers.keypoint_file import KeypointFormat
from gspmc.errors import GspmcError

if TYPE_CHECKING:
    from gspmc.data.store import ClipStore


def import_wlasl_hands(source: str, store: str, classes: int | None = None) -> None:
    """Import WLASL hands (MediaPipe Hands landmarks, npz) into a clip store.

    Args:
        source: the npz file.
        store: folder or URI of the store to make.
        classes: take the first so many classes (100 gives WLASL100).
    """
    from gspmc.data.importers.wlasl_hands import import_wlasl_hands
    from gspmc.data.store import ClipStore

    tell_import(ClipStore.create(store, import_wlasl_hands(source, classes), source))


def import_isl_kinect(source: str, store: str, val_signers: tuple[int, ...] | None = None) -> None:
    """Import ISL-30 (Kinect joints, npz) into a clip store.

    Args:
        source: the npz file.
        store: folder or URI of the store to make.
        val_signers: whose clips become the split `val`, 7 and 8 if not given; signers above 8 are
            the split `test`.
    """
    from gspmc.data.importers.isl_kinect import import_isl_kinect
    from gspmc.data.store import ClipStore

    tell_import(ClipStore.create(store, import_isl_kinect(source, val_signers), source))


def import_manifest(
    source: str,
    store: str,
    form: KeypointFormat,
    keep_going: bool = False,
    gaps: str | None = None,
    resume: bool = False,
) -> None:
    """Import keypoint files (.npy, .npz, .pose, OpenPose folders) that a CSV manifest lists.

    Args:
        source: CSV with the columns path, label and optionally id, signer, split, fps.
        store: folder or URI of the store to make.
        form: how to read the files.
        keep_going: leave out what cannot be read and tell it at the end; else the first such file
            ends the import.
        gaps: with keep_going, file to write everything that is missing or strange to (JSON lines).
        resume: with keep_going, go on with an import that broke off.
    """
    from gspmc.commands.importing import run_plan
    from gspmc.data.importers.manifest import import_manifest, plan_manifest
    from gspmc.data.store import ClipStore

    if keep_going:
        run_plan(plan_manifest(source, form), store, gaps, resume)
        return
    if gaps is not None or resume:
        raise GspmcError("--gaps and --resume are for imports with --keep-going: add it")
    tell_import(ClipStore.create(store, import_manifest(source, form), source))


def import_synthetic(
    store: str,
    corpus: str | None = None,
    seed: int = 0,
    signers: PositiveInt = 10,
    repetitions: PositiveInt = 4,
) -> None:
    """Render the synthetic signer's clips into a clip store, and write its expert corpus.

    Args:
        store: folder or URI of the store to make.
        corpus: JSONL file to write the expert corpus to.
        seed: another seed gives other signers and other clips of the same signs.
        signers: how many; the last two are `test`, the one before them is `val`.
        repetitions: how often each performs each sign.
    """
    from gspmc.data.store import ClipStore
    from gspmc.data.synthetic import synthetic_clips, write_corpus
    from gspmc.files import refuse_folder

    refuse_folder(corpus)
    clips = synthetic_clips(seed, signers, repetitions)
    tell_import(ClipStore.create(store, clips, f"synthetic signer, seed {seed}"))
    if corpus is not None:
        write_corpus(corpus, seed)
        print(f"{corpus}: expert corpus")


def convert(source: str, store: str, to_layout: str) -> None:
    """Make a store of another layout out of a store: the points that it names.

    Args:
        source: the store to take the clips from.
        store: folder or URI of the store to make.
        to_layout: name of the layout, whose points the source must have.
    """
    from dataclasses import replace

    from gspmc.data.store import ClipStore
    from gspmc.skeleton import convert, get_layout

    refuse_the_same(source, store, "store")
    opened, target = ClipStore.open(source), get_layout(to_layout)
    clips = (
        replace(
            clip,
            pose=replace(
                clip.pose,
                keypoints=convert(clip.pose.keypoints, opened.layout, target),
                layout=target.name,
            ),
        )
        for clip in opened.read()
    )
    tell_import(ClipStore.create(store, clips, opened.source, opened.numbering))


def refuse_the_same(store: str, new: str, option: str) -> None:
    """Raises:
    GspmcError: a new store would replace the one that its clips are taken from.
    """
    if Path(new).resolve() == Path(store).resolve():
        raise GspmcError(f"--{option} {new} is the store itself: give the new one another name")


def tell_import(store: "ClipStore") -> None:
    """One line about a new store."""
    empty = store.rows_without_hands()
    print(
        f"{store.uri}: {len(store)} clips of {len(store.labels)} classes, {store.layout.name}"
        + (
            f"; {len(empty)} of them show no hand and are left out of training"
            if len(empty)
            else ""
        )
    )


def info(store: str, as_json: bool = False) -> None:
    """Count a store's clips by split, class and signer; frame lengths; missing points by part.

    Args:
        store: folder or URI.
        as_json: print JSON instead of tables.
    """
    from gspmc.data.info import print_info, summarise
    from gspmc.data.store import ClipStore

    info = summarise(ClipStore.open(store).read())
    if as_json:
        print(json.dumps(info.to_dict(), ensure_ascii=False))
    else:
        print_info(info)


def plot(store: str, out: str, clips: PositiveInt = 8, split: str | None = None) -> None:
    """Draw clips as skeleton strips and trajectories (PNG).

    Args:
        store: folder or URI.
        out: folder for the pictures.
        clips: how many, spread over the store.
        split: of this split alone.
    """
    from gspmc.data.canvas import save_figure
    from gspmc.data.plot import skeleton_strip, trajectories
    from gspmc.data.splits import Splits
    from gspmc.data.store import ClipStore
    from gspmc.files import file_name

    opened = ClipStore.open(store)
    rows = np.arange(len(opened)) if split is None else Splits().rows(opened, split)
    chosen = rows[np.linspace(0, len(rows) - 1, min(clips, len(rows))).astype(int)]
    for clip in opened.read(chosen):
        # A name has at most 255 bytes, a letter up to four.
        name = file_name(f"{clip.label[:16]}-{clip.id[-40:]}")
        save_figure(skeleton_strip(clip), Path(out) / f"{name}-strip.png")
        save_figure(trajectories(clip), Path(out) / f"{name}-trajectories.png")
    print(f"{out}: {len(chosen)} clips drawn, two pictures each")
