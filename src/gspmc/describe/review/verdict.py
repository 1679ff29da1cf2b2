"""What a reviewer sends: texts and a verdict, checked by the schema of descriptions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Annotated, Literal

from pydantic import BaseModel, StringConstraints, ValidationError

from gspmc.text.description import Description, PartText, Review, Text

Name = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=r"\S")
]

_PLAINLY: Mapping[str, str] = {
    "string_pattern_mismatch": "needs at least one visible character",
    "string_too_short": "needs at least one visible character",
    "string_too_long": "is too long",
    "missing": "is missing",
    "too_short": "needs at least one",
    "literal_error": "is none of those possible",
}
"""Kind of a pydantic error -> what a reader who does not program understands."""


class Verdict(BaseModel, extra="forbid"):
    """The texts of a sign as the reviewer leaves them, and what they decide."""

    by: Name
    verdict: Literal["approved", "rejected", "edited"]
    primary: Text
    refined: Text | None = None
    synonyms: list[Text] = []
    parts: list[PartText]

    def applied_to(self, description: Description, at: datetime | None = None) -> Description:
        """The description with these texts, signed with name and time (UTC, by this clock)."""
        now = (at or datetime.now(timezone.utc)).astimezone(timezone.utc)
        review = Review(by=self.by, at=now.isoformat(timespec="seconds"), verdict=self.verdict)
        texts = {name: getattr(self, name) for name in ("primary", "refined", "synonyms", "parts")}
        return description.model_copy(update={**texts, "review": review})


def field_errors(error: ValidationError) -> list[dict[str, str]]:
    """What is wrong and where: ``field`` is a path such as ``parts.0.text``."""
    found = []
    for problem in error.errors(include_url=False, include_context=False, include_input=False):
        field = ".".join(str(step) for step in problem["loc"])
        message = _PLAINLY.get(problem["type"], problem["msg"])
        if problem["type"] == "too_short" and field.endswith(".parts"):
            message = "needs at least one part of the body"
        found.append({"field": field, "message": message})
    return found
