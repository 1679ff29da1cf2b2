"""What a description is (schema), and its vectors: frozen text encoders, the text bank."""

from gspmc.text.description import (
    Check,
    Description,
    Generator,
    PartText,
    Review,
    Source,
    read_descriptions,
    write_descriptions,
)

__all__ = [
    "Check",
    "Description",
    "Generator",
    "PartText",
    "Review",
    "Source",
    "read_descriptions",
    "write_descriptions",
]
