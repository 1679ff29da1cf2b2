"""One line of any error, and of what Lance says of damaged tables."""

import pytest

from gspmc.errors import GspmcError, damage_told, first_line


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (RuntimeError("out of memory\nat 0x7f"), "out of memory"),
        (OSError("\n\n the disk is full \r\n"), "the disk is full"),
        (AssertionError(), "AssertionError"),
        (ValueError(" \n"), "ValueError"),
        (KeyError("type"), "'type'"),
    ],
)
def test_the_first_line_of_what_an_error_says(error: Exception, line: str) -> None:
    assert first_line(error) == line


class PanicException(BaseException):
    """As PyO3 has it."""


@pytest.mark.parametrize("kind", [OSError, ValueError, RuntimeError, PanicException])
def test_damage_is_told_in_one_line(kind: type[BaseException]) -> None:
    said = "External error: too short, /home/runner/lance/rust/src/local.rs:273:40\nat 3"
    with (
        pytest.raises(GspmcError, match=r"^store s is damaged \(External error: too short\): go$"),
        damage_told("store s", "go"),
    ):
        raise kind(said)


@pytest.mark.parametrize("kind", [KeyboardInterrupt, SystemExit, MemoryError, GspmcError])
def test_what_is_no_damage_passes(kind: type[BaseException]) -> None:
    with pytest.raises(kind, match="^as it was$"), damage_told("store s", "go"):
        raise kind("as it was")


def test_a_name_that_is_not_utf_8_is_no_damage() -> None:
    with pytest.raises(UnicodeEncodeError), damage_told("store s", "go"):
        "caf\udce9".encode()
