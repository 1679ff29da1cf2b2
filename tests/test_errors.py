"""One line of any error."""

import pytest

from gspmc.errors import first_line


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
