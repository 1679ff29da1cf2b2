"""The commands, one function each."""

import json
import os
import sys

from gspmc import __version__
from gspmc.command_line import Command, run_command
from gspmc.data.splits import Splits
from gspmc.train.recipe import Recipe


def import_wlasl_hands(source: str, store: str, classes: int | None = None) -> None:
    """Import WLASL hands (MediaPipe Hands landmarks, npz) into a clip store.

    Args:
        source: the npz file.
        store: folder or URI of the store to make.
        classes: take the first so many classes (100 gives WLASL100).
    """
    from gspmc.data.importers.wlasl_hands import import_wlasl_hands
    from gspmc.data.store import ClipStore

    _tell_import(ClipStore.create(store, import_wlasl_hands(source, classes), source))


def import_isl_kinect(source: str, store: str, val_signers: tuple[int, ...] = (7, 8)) -> None:
    """Import ISL-30 (Kinect joints, npz) into a clip store.

    Args:
        source: the npz file.
        store: folder or URI of the store to make.
        val_signers: whose clips become the split `val`.
    """
    from gspmc.data.importers.isl_kinect import import_isl_kinect
    from gspmc.data.store import ClipStore

    _tell_import(ClipStore.create(store, import_isl_kinect(source, val_signers), source))


def import_manifest(
    source: str,
    store: str,
    layout: str,
    to_layout: str | None = None,
    fps: float = 25.0,
    width: int | None = None,
    height: int | None = None,
    extractor: str = "unknown",
) -> None:
    """Import keypoint files (.npy, .npz) that a CSV manifest lists.

    Args:
        source: CSV with the columns path, label and optionally id, signer, split, fps.
        store: folder or URI of the store to make.
        layout: layout of the files.
        to_layout: layout to convert to.
        fps: frames a second where the manifest does not say.
        width: of the picture in pixels, where coordinates are in pixels.
        height: likewise.
        extractor: what found the points.
    """
    from gspmc.data.importers.manifest import import_manifest
    from gspmc.data.store import ClipStore

    clips = import_manifest(source, layout, to_layout, fps, width, height, extractor)
    _tell_import(ClipStore.create(store, clips, source))


def _tell_import(store) -> None:
    empty = store.rows_without_hands()
    print(
        f"{store.uri}: {len(store)} clips of {len(store.labels)} classes, {store.layout.name}"
        + (
            f"; {len(empty)} of them show no hand and are left out of training"
            if len(empty)
            else ""
        )
    )


def data_info(store: str, as_json: bool = False) -> None:
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


def train(
    clips: str,
    out: str,
    recipe: Recipe,
    splits: Splits,
    descriptions: str | None = None,
    resume: bool = False,
) -> None:
    """Train a recogniser; the last epoch is kept, never the best.

    Args:
        clips: store to learn from.
        out: run directory to make.
        recipe: how.
        splits: which clips.
        descriptions: JSONL file of texts; needed unless text.alpha is 0.
        resume: continue an interrupted run.
    """
    from gspmc.train.run import train_run

    run = train_run(recipe, clips, out, descriptions, resume)
    print(f"{run.path}: trained; scores in {run.scores('val').parent}")


COMMANDS = {
    "data": {
        "import": {
            "wlasl-hands": Command(import_wlasl_hands, ("source", "store")),
            "isl-kinect": Command(import_isl_kinect, ("source", "store")),
            "manifest": Command(import_manifest, ("source", "store")),
        },
        "info": Command(data_info, ("store",)),
    },
    "train": Command(train, settings={"recipe": Recipe, "splits": Splits}),
}


def main() -> None:
    os.environ.setdefault("LANCE_LOG", "error")
    sys.exit(run_command(COMMANDS, "gspmc", __version__, sys.argv[1:]))


if __name__ == "__main__":
    main()
