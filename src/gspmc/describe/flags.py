"""What a description asks of people, and what people have said of it."""

from gspmc.describe.references import NOT_MOVEMENT
from gspmc.text.description import Description

BY_PEOPLE = ("approved", "edited")
"""Verdicts of a review that keep a description as it is."""


def is_flagged(description: Description) -> bool:
    """Whether a person should look: what was left out as not about movement is only recorded."""
    return any(check.rule != NOT_MOVEMENT for check in description.checks)


def is_by_people(description: Description) -> bool:
    """Whether a person approved or edited it."""
    return description.review is not None and description.review.verdict in BY_PEOPLE
