"""What becomes of a label, and what makes something of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from gspmc.describe.knowledge import KnowledgeBase
from gspmc.describe.labels import Label
from gspmc.text.description import Description

State = Literal["described", "missing", "unusable", "failed"]
"""missing: no entry; unusable: an entry that says nothing of movement; failed: no usable answer."""


@dataclass(frozen=True)
class Outcome:
    """A label with its description, or the reason why it has none."""

    label: str
    state: State
    description: Description | None = None
    reason: str = ""
    is_variant: bool = False
    """Whether the variant that was asked for was found."""


class Writer(Protocol):
    """Something that writes descriptions: rules, or a language model."""

    model: str
    """Stored with every description."""
    is_paid: bool
    """Whether its texts cost something, so that each is kept on the disk at once."""
    variant: str | None
    """Number or id of the entry to take of labels that have several."""

    @property
    def kb(self) -> KnowledgeBase | None:
        """The expert corpus that it writes from, if from any."""

    @property
    def settings(self) -> Mapping[str, str | None]:
        """What tells this writer from another, by name."""

    def is_current(self, description: Description, label: Label) -> bool:
        """Whether it wrote this description, and would do so again from the same passages."""

    def describe(
        self, labels: Sequence[Label], report: Callable[[Outcome], None], fresh: bool
    ) -> None:
        """Describe labels in any order, reporting each as soon as it is done.

        Args:
            fresh: do not repeat what was written for them before.
        """
