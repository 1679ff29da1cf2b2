"""The commands by name."""

import os
import sys
from io import TextIOWrapper

# Read when PyTorch is loaded, so before the imports below. OpenMP's threads wait by spinning: for
# as long as by default, they stand in the way of other trainings; not at all, and small
# operations take up to three times as long. This is some microseconds.
os.environ.setdefault("GOMP_SPINCOUNT", "3000")

from gspmc import __version__
from gspmc.command_line import INTERRUPTED, Command, Tree, run_command
from gspmc.commands import (
    ablate,
    audit,
    bench,
    check,
    codes,
    data,
    describe,
    importing,
    knowledge,
    models,
    review,
    scores,
)
from gspmc.data.importers.autsl import AutslFormat
from gspmc.data.importers.class_list import ClassNames
from gspmc.data.importers.google_islr import IslrFormat
from gspmc.data.importers.keypoint_file import KeypointFormat, NumberFormat
from gspmc.data.importers.lsa64 import Lsa64Format
from gspmc.data.importers.many_clips import ManyClipsFormat
from gspmc.data.importers.published import PublishedFormat
from gspmc.data.importers.slr500 import Slr500Format
from gspmc.data.importers.split_names import SplitNames
from gspmc.data.splits import Splits
from gspmc.describe.llm.endpoint import Endpoint
from gspmc.train.recipe import Recipe

_TRAINING = {"recipe": Recipe, "splits": Splits}

COMMANDS: Tree = {
    "quickstart": Command(models.quickstart, settings=_TRAINING),
    "data": {
        "import": {
            "wlasl-hands": Command(data.import_wlasl_hands, ("source", "store")),
            "isl-kinect": Command(data.import_isl_kinect, ("source", "store")),
            "synthetic": Command(data.import_synthetic, ("store",)),
            "manifest": Command(
                data.import_manifest, ("source", "store"), {"form": KeypointFormat}
            ),
            "autsl": Command(
                importing.autsl, ("source", "store"), {"form": AutslFormat, "names": ClassNames}
            ),
            "slr500": Command(importing.slr500, ("source", "store"), {"form": Slr500Format}),
            "wlasl": Command(importing.wlasl, ("source", "store"), {"form": PublishedFormat}),
            "lsa64": Command(importing.lsa64, ("source", "store"), {"form": Lsa64Format}),
            "pyskl": Command(
                importing.pyskl,
                ("source", "store"),
                {"form": ManyClipsFormat, "names": ClassNames, "splits": SplitNames},
            ),
            "sam-slr": Command(
                importing.sam_slr,
                ("source", "store"),
                {"form": ManyClipsFormat, "names": ClassNames},
            ),
            "google-islr": Command(
                importing.google_islr, ("source", "store"), {"form": IslrFormat}
            ),
        },
        "convert": Command(data.convert, ("source", "store")),
        "info": Command(data.info, ("store",)),
        "audit": Command(audit.audit, ("store",)),
        "plot": Command(data.plot, ("store", "out")),
    },
    "kb": {
        "build": {
            "asl-lex": Command(knowledge.build_asl_lex, ("source", "kb")),
            "text": Command(knowledge.build_text, ("sources", "kb")),
            "dictionary": Command(knowledge.build_dictionary, ("sources", "kb")),
        },
        "search": Command(knowledge.search, ("kb", "query")),
        "codes": Command(codes.codes, ("kb",)),
    },
    "describe": {
        "run": Command(describe.run, settings={"endpoint": Endpoint}),
        "show": Command(describe.show, ("descriptions", "label")),
        "diff": Command(describe.diff, ("before", "after")),
        "prompts": Command(describe.prompts, ("folder",)),
        "review": Command(review.review, ("descriptions",)),
        "check": Command(check.check, ("descriptions",)),
    },
    "train": Command(models.train, settings=_TRAINING),
    "evaluate": Command(models.evaluate, ("model",)),
    "ablate": Command(ablate.ablate, ("matrix",)),
    "fuse": Command(scores.fuse, ("runs",)),
    "calibrate": Command(scores.calibrate, ("run",)),
    "report": Command(models.report, ("runs",)),
    "export": Command(models.export, ("run", "bundle")),
    "recognize": Command(models.recognize, ("bundle", "source"), {"form": NumberFormat}),
    "bench": Command(bench.bench),
}


def main() -> None:
    """Entry point of `gspmc`."""
    for name in ("LANCE_LOG", "LANCEDB_LOG"):
        os.environ.setdefault(name, "error")
    if isinstance(sys.stdout, TextIOWrapper) and sys.stdout.errors == "strict":
        # Names of files need not be UTF-8, nor the terminal know every script.
        sys.stdout.reconfigure(errors="backslashreplace")
    status = run_command(COMMANDS, "gspmc", __version__, sys.argv[1:])
    if status == INTERRUPTED:
        os._exit(status)  # Lance's writing thread, still at work, would crash the interpreter's end
    sys.exit(status)


if __name__ == "__main__":
    main()
