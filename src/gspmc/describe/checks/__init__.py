"""Automatic checks of descriptions: by their words, their tags and the expert's codes."""

from gspmc.describe.checks.identical import Pair, near_identical
from gspmc.describe.checks.report import (
    RULES,
    CheckReport,
    check_all,
    check_description,
    used_entries,
    with_checks,
)
from gspmc.describe.checks.support import StatementVerdict

__all__ = [
    "RULES",
    "CheckReport",
    "Pair",
    "StatementVerdict",
    "check_all",
    "check_description",
    "near_identical",
    "used_entries",
    "with_checks",
]
