"""Which checks ask for a person."""

from gspmc.describe.references import NOT_MOVEMENT
from gspmc.text.description import Description


def is_flagged(description: Description) -> bool:
    """Whether a person should look: what was left out as not about movement is only recorded."""
    return any(check.rule != NOT_MOVEMENT for check in description.checks)
