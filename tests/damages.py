"""What can befall a file."""

from collections.abc import Callable
from pathlib import Path


def cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


DAMAGES: dict[str, Callable[[Path], object]] = {
    "truncated": cut_short,
    "empty": lambda path: path.write_bytes(b""),
    "deleted": Path.unlink,
    "flipped": lambda path: path.write_bytes(bytes(255 - one for one in path.read_bytes())),
}
