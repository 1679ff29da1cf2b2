"""What test_processes.py starts with torchrun: small trainings, one by one, in two processes."""

import sys
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import torch
from tests.tiny import LABELS, PARTCONV, recipe
from torch import nn

from gspmc.errors import GspmcError
from gspmc.text.description import Description, PartText, write_descriptions
from gspmc.train import loop
from gspmc.train.recipe import OptimiserRecipe, Recipe, TextRecipe
from gspmc.train.run import train_run

LITERAL = recipe(
    batch_size=8,
    # Adam divides by the size of gradients that are noise alone, such as those of a key's bias.
    optimiser=OptimiserRecipe(name="sgd", lr=0.02),
    encoder_options={**PARTCONV, "dropout": 0.0, "head_dropout": 0.0},
    text=TextRecipe(alpha=0.5),
)
"""Nothing in it depends on how a batch is divided, once BatchNorm stands still."""

USUAL = recipe(batch_size=8, text=TextRecipe(alpha=0.5))
"""With dropout, and with statistics of each process's own."""


def changed(settings: Recipe, **changes: Any) -> Recipe:
    return Recipe(**{**vars(settings), **changes})


def stand_still(norm: nn.Module, mode: bool = True) -> nn.Module:
    """In place of BatchNorm's `train`: it stays in evaluation mode."""
    return nn.Module.train(norm, False)


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


def until_call(number: int, function: Callable[..., None]) -> Callable[..., None]:
    """The function, up to its call of that number, when the processes end instead."""
    calls = count(1)

    def counted(*arguments: Any) -> None:
        if next(calls) == number:
            raise BrokenOffError
        function(*arguments)

    return counted


def refusal(settings: Recipe, folder: Path, out: str, texts: Path | None) -> str:
    try:
        train_run(settings, folder / "s", folder / out, texts, quiet=True)
    except GspmcError as error:
        return str(error)
    return "nothing was refused"


def main(folder: Path) -> None:
    store, texts = folder / "s", folder / "d.jsonl"
    two = changed(LITERAL, devices=2)
    refusals = [
        refusal(LITERAL, folder, "never", texts),
        refusal(changed(two, sync_batch_norm=True), folder, "never", texts),
        refusal(two, folder, "never", None),
        refusal(changed(two, batch_size=5), folder, "never", texts),
    ]
    usual = changed(USUAL, devices=2)
    train_run(usual, store, folder / "usual", texts, quiet=True)

    loop._SECONDS_BETWEEN_CHECKPOINTS = -1
    original, loop.average_statistics = (
        loop.average_statistics,
        until_call(2, loop.average_statistics),
    )
    try:
        train_run(usual, store, folder / "resumed", texts, quiet=True)
    except BrokenOffError:
        refusals.append("broken off")
    loop.average_statistics = original
    refusals.append(refusal(usual, folder, "resumed", texts))
    train_run(usual, store, folder / "resumed", texts, resume=True, quiet=True)

    nn.modules.batchnorm._BatchNorm.train = stand_still  # type: ignore[method-assign]
    for parts in (1, 2):
        settings = changed(LITERAL, devices=2, accumulate=parts)
        train_run(settings, store, folder / f"two {parts}", texts, quiet=True)
    (folder / f"refusals {torch.distributed.get_rank()}").write_text("\n".join(refusals))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
