"""What the language model has to answer in each step, and what makes an answer wrong.

The classes are the JSON schemas that an endpoint is asked to keep to. Not every endpoint does, and
a schema cannot say everything, so every answer is validated here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Annotated, Any
from unicodedata import normalize

from pydantic import AfterValidator, BaseModel, ValidationInfo, field_validator

from gspmc.skeleton import Part

SYNONYMS = 3
"""Paraphrases of a sign that are asked for."""
LONGEST = 2000
"""Characters of a text; one of 80 words has 500."""
MOST = 50
"""Texts of a list."""


@dataclass(frozen=True)
class Asked:
    """What an answer is validated against."""

    label: str
    passages: Collection[str] = ()
    """Ids of the passages that were shown."""
    complaint: Callable[[str], str | None] = lambda text: None
    """What is wrong with a text that will be encoded, if anything is."""


def _asked(info: ValidationInfo) -> Asked:
    assert isinstance(info.context, Asked)
    return info.context


def _not_blank(text: str) -> str:
    if not text.strip():
        raise ValueError("is empty; write a text")
    if len(text) > LONGEST:
        raise ValueError(f"has {len(text)} characters; write at most {LONGEST}")
    return text.strip()


def _not_endless(items: list[Any]) -> list[Any]:
    if len(items) > MOST:
        raise ValueError(f"holds {len(items)} items; give at most {MOST}")
    return items


def _encodable(text: str, info: ValidationInfo) -> str:
    complaint = _asked(info).complaint(text)
    if complaint:
        raise ValueError(complaint)
    return text


Words = Annotated[str, AfterValidator(_not_blank)]
Encoded = Annotated[str, AfterValidator(_not_blank), AfterValidator(_encodable)]


class Answer(BaseModel, extra="forbid"):
    """Every answer names the sign that it is about."""

    label: str

    @field_validator("label")
    @classmethod
    def _is_of_this_sign(cls, label: str, info: ValidationInfo) -> str:
        given, wanted = (normalize("NFC", word).strip() for word in (label, _asked(info).label))
        if given != wanted:
            raise ValueError(f"is {label!r}, but the sign is {_asked(info).label!r}")
        return label


class PrimaryAnswer(Answer):
    """P1: the definition T_b; none where no passage describes the sign."""

    definition: Words | None
    cited: list[str]
    """Ids of the passages that it was taken from."""

    @field_validator("cited")
    @classmethod
    def _were_shown(cls, cited: list[str], info: ValidationInfo) -> list[str]:
        unknown = [name for name in cited if name not in _asked(info).passages]
        if unknown:
            raise ValueError(f"names {unknown[0]!r}, which is none of the passages")
        return list(dict.fromkeys(cited))


class RefinedAnswer(Answer):
    """P3: the text T_g with references resolved and nothing but form."""

    refined: Encoded
    unresolved: Annotated[list[Words], AfterValidator(_not_endless)]
    """References that no passage explains."""
    removed: Annotated[list[Words], AfterValidator(_not_endless)]
    """What was left out as not about form."""


class SynonymsAnswer(Answer):
    """P2: paraphrases T_s."""

    synonyms: list[Encoded]

    @field_validator("synonyms")
    @classmethod
    def _are_several(cls, synonyms: list[str]) -> list[str]:
        different = list(dict.fromkeys(synonyms))
        if len(different) != SYNONYMS:
            raise ValueError(
                f"holds {len(different)} different paraphrases; write exactly {SYNONYMS}"
            )
        return different


class PartAnswer(BaseModel, extra="forbid"):
    """A short text and the parts of the body that it speaks of."""

    text: Encoded
    parts: list[Part]

    @field_validator("parts")
    @classmethod
    def _are_some(cls, parts: list[Part]) -> list[Part]:
        if not parts:
            raise ValueError("is empty; name at least one part")
        return list(dict.fromkeys(parts))


class PartsAnswer(Answer):
    """P4: short texts T_p by part."""

    parts: Annotated[list[PartAnswer], AfterValidator(_not_endless)]

    @field_validator("parts")
    @classmethod
    def _are_some(cls, parts: list[PartAnswer]) -> list[PartAnswer]:
        if not parts:
            raise ValueError("is empty; write at least one text")
        return parts


def json_schema(answer: type[Answer]) -> dict[str, Any]:
    """Schema of an answer in the form that endpoints know as strict: all fields required."""
    return answer.model_json_schema()
