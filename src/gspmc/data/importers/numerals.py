"""Whole numbers as the lists of data sets write them."""

import re

_DIGITS = re.compile(r"[0-9]{1,18}")


def whole_number(text: str) -> int | None:
    """A number of ASCII digits, space around it allowed; None of anything else.

    `str.isdigit` takes `²` too, of which `int` makes nothing, nor does it of thousands of digits.
    """
    return int(text) if _DIGITS.fullmatch(text.strip()) else None
