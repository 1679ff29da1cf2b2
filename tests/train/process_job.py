"""What test_processes.py starts with torchrun: several small trainings in processes that stay."""

import sys
from pathlib import Path

import torch
from tests.tiny import LABELS, PARTCONV, recipe
from torch import nn

from gspmc.errors import GspmcError
from gspmc.text.description import Description, PartText, write_descriptions
from gspmc.train import loop
from gspmc.train.recipe import OptimiserRecipe, Recipe, TextRecipe
from gspmc.train.run import train_run
from gspmc.train.run_directory import RunDirectory

LITERAL = recipe(
    batch_size=8,
    # Adam divides by the size of gradients that are noise alone, such as those of a key's bias.
    optimiser=OptimiserRecipe(name="sgd", lr=0.02),
    encoder_options={**PARTCONV, "dropout": 0.0, "head_dropout": 0.0},
    text=TextRecipe(alpha=0.5),
)
"""Nothing in it depends on how a batch is divided, once BatchNorm stands still."""

USUAL = recipe(batch_size=8, text=TextRecipe(alpha=0.5), encoder_options=PARTCONV)
"""With dropout and statistics of each process's own."""


def processes(settings: Recipe, devices: int, accumulate: int = 1) -> Recipe:
    return Recipe(**{**vars(settings), "devices": devices, "accumulate": accumulate})


def write_texts(path: Path) -> Path:
    """Three synonyms to draw from, and nothing on the left hand, whose projection idles."""
    write_descriptions(
        path,
        [
            Description(
                label=label,
                primary=f"The sign {label}.",
                refined=f"The right hand moves {number} times.",
                synonyms=[f"{word} it moves {number} times" for word in ("first", "then", "last")],
                parts=[PartText(text=f"flat hand, {number} moves", parts=["right_hand"])],
            )
            for number, label in enumerate(LABELS)
        ],
    )
    return path


class BrokenOffError(BaseException):
    """Stands for the end of all processes."""


def break_off(*_: object) -> None:
    raise BrokenOffError


def failure(folder: Path, settings: Recipe, out: str, texts: Path | None) -> str:
    try:
        train_run(settings, folder / "s", folder / out, texts, quiet=True)
    except GspmcError as error:
        return str(error)
    return "nothing"


def main(folder: Path) -> None:
    store, texts = folder / "s", folder / "d.jsonl"
    refusals = [
        failure(folder, processes(LITERAL, 1), "never", texts),
        failure(folder, processes(LITERAL, 2), "never", None),
        failure(folder, Recipe(**{**vars(processes(LITERAL, 2)), "batch_size": 5}), "never", texts),
        failure(
            folder,
            Recipe(**{**vars(processes(LITERAL, 2)), "sync_batch_norm": True}),
            "never",
            None,
        ),
    ]
    usual = processes(USUAL, 2)
    train_run(usual, store, folder / "usual", texts, quiet=True)
    loop._SECONDS_BETWEEN_CHECKPOINTS = -1
    begun, loop.average_statistics = loop.average_statistics, break_off
    for epochs in (0, 1):  # broken off in the first epoch, then in the second
        try:
            train_run(usual, store, folder / "broken", texts, resume=True, quiet=True)
        except BrokenOffError:
            refusals.append(f"broken off {epochs}")
        loop.average_statistics = _after(1, begun)
    loop.average_statistics = begun
    train_run(usual, store, folder / "broken", texts, resume=True, quiet=True)

    nn.modules.batchnorm._BatchNorm.train = lambda self, mode=True: nn.Module.train(self, False)
    for accumulate in (1, 2):
        settings = processes(LITERAL, 2, accumulate)
        train_run(settings, store, folder / f"two{accumulate}", texts, quiet=True)
    refusals.append(failure(folder, processes(LITERAL, 2), "two1", texts))
    rank = torch.distributed.get_rank()
    (folder / f"refusals{rank}").write_text("\n".join(refusals))


def _after(calls: int, function):
    """The function, until it has been called so often; then the end of the process."""
    left = [calls]

    def counted(*arguments):
        if not left[0]:
            raise BrokenOffError
        left[0] -= 1
        return function(*arguments)

    return counted


if __name__ == "__main__":
    assert RunDirectory
    main(Path(sys.argv[1]))
