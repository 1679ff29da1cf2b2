"""What a description of a sign is, and its file: JSONL, one sign a line (arXiv 2505.02304)."""

from __future__ import annotations

import codecs
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, StringConstraints, ValidationError, model_validator

from gspmc.errors import GspmcError
from gspmc.files import atomic_path
from gspmc.skeleton import Part

FORMAT_VERSION = 1

Text = Annotated[str, StringConstraints(pattern=r"\S")]
"""A text with at least one visible character."""


class Record(BaseModel, extra="forbid"):
    """Base of every record in the file: an unknown field is an error, not a silent loss."""


class PartText(Record):
    """A short text and the parts that it speaks of (many-to-many)."""

    text: Text
    parts: Annotated[list[Part], Field(min_length=1)]


class Source(Record):
    """Where a description comes from: a knowledge-base entry, and its words."""

    id: str
    quote: str = ""
    use: Literal["shown"] | None = None
    """shown: a language model had it before it and named it not among those that it used."""


class Generator(Record):
    """What wrote a description."""

    model: str
    prompt_version: str = ""
    date: str = ""


class Check(Record):
    """One finding about a description, for a person to look at."""

    rule: str
    field: str = ""
    quote: str = ""
    message: str = ""


class Review(Record):
    """What a person decided about a description, and when."""

    by: str
    at: str
    verdict: Literal["approved", "rejected", "edited"]


class Description(Record):
    """All texts of one sign. Stores and description files meet by ``label``.

    ``primary`` is the expert's definition T_b, ``refined`` T_g, ``synonyms`` T_s and ``parts`` T_p
    of METHOD §3; refined, synonyms and parts are the texts that are encoded.
    """

    version: int = FORMAT_VERSION
    label: Text
    language: str = "en"
    primary: Text
    refined: Text | None = None
    synonyms: list[Text] = []
    parts: list[PartText]
    sources: list[Source] = []
    generator: Generator | None = None
    checks: list[Check] = []
    review: Review | None = None

    @model_validator(mode="before")
    @classmethod
    def _read_plain_source(cls, data: Any) -> Any:
        """A plain ``source`` string stands for one source without a quote."""
        if isinstance(data, dict) and isinstance(data.get("source"), str) and "sources" not in data:
            rest = {key: value for key, value in data.items() if key != "source"}
            return {**rest, "sources": [{"id": data["source"]}]}
        return data

    @property
    def refined_text(self) -> str:
        """The refined text; the primary one stands in where it is absent."""
        return self.refined or self.primary


def read_descriptions(path: str | Path) -> dict[str, Description]:
    """Read a description file into label -> description, in the order of the file.

    Raises:
        GspmcError: it cannot be read, or not as descriptions (``parse_descriptions``).
    """
    return parse_descriptions(read_bytes(path), path)


def read_bytes(path: str | Path) -> bytes:
    """The content of a description file.

    Raises:
        GspmcError: it cannot be read.
    """
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise GspmcError(
            f"cannot read descriptions {path}: {error.strerror}; give a JSONL file"
        ) from error


def description_lines(data: bytes) -> list[bytes]:
    """The lines of a description file, empty ones too, without a byte-order mark."""
    return data.removeprefix(codecs.BOM_UTF8).split(b"\n")


def parse_descriptions(data: bytes, path: str | Path) -> dict[str, Description]:
    """The descriptions in the content of the file at ``path``, in its order.

    Raises:
        GspmcError: naming file and line: not UTF-8, not JSON, a field missing, unknown or of the
            wrong kind, another format version, or a label that was there before; or no line at all.
    """
    descriptions: dict[str, Description] = {}
    line_of: dict[str, int] = {}
    for number, line in enumerate(description_lines(data), start=1):
        if not line.strip():
            continue
        try:
            description = Description.model_validate_json(line)
        except ValidationError as error:
            problem = error.errors()[0]
            field = ".".join(str(step) for step in problem["loc"]) or "line"
            raise GspmcError(
                f"{path}:{number}: {field}: {problem['msg'].rstrip('.')}; mend this line (one JSON "
                "object a line; required: label, primary, parts[{text, parts[]}])"
            ) from error
        if description.version != FORMAT_VERSION:
            raise GspmcError(
                f"{path}:{number}: format version {description.version}, this program reads "
                f"{FORMAT_VERSION}; generate the descriptions again or use the program of that time"
            )
        if description.label in descriptions:
            raise GspmcError(
                f"{path}:{number}: label '{description.label}' is already on line "
                f"{line_of[description.label]}; remove one of the two lines"
            )
        descriptions[description.label] = description
        line_of[description.label] = number
    if not descriptions:
        raise GspmcError(f"{path} holds no descriptions; run `gspmc describe run` to write some")
    return descriptions


def write_descriptions(path: str | Path, descriptions: Iterable[Description]) -> None:
    """Write one description a line; the file appears complete or not at all."""
    with atomic_path(Path(path)) as temporary, temporary.open("wb") as file:
        for description in descriptions:
            file.write(description.model_dump_json(exclude_none=True).encode() + b"\n")
