"""Bars of long steps: on the error stream, so that output can go to a file."""

from rich.console import Console
from rich.progress import Progress, ProgressColumn


def progress_bar(*columns: ProgressColumn, quiet: bool = False) -> Progress:
    """A bar that shows on a terminal alone.

    Args:
        columns: what a line of it holds; rich's own choice without any.
        quiet: never show it.
    """
    console = Console(stderr=True)
    return Progress(
        *columns,
        console=console,
        redirect_stdout=False,  # what is printed meanwhile stays where it was sent
        disable=quiet or not console.is_terminal,
    )
