"""PDF as an expert corpus: passages of its pages, without headwords."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

from gspmc.describe.entry import Entry
from gspmc.describe.passages import passages
from gspmc.errors import GspmcError, first_line


def read_pdf(path: Path, name: str, language: str = "en", licence: str = "") -> Iterator[Entry]:
    """Yield the passages of every page that has text.

    Raises:
        GspmcError: pypdf is not installed; the file is no PDF, is damaged, needs a password, or has
            no text (scanned pages).
    """
    try:
        import pypdf
    except ImportError as error:
        raise GspmcError(f"{path} needs pypdf: pip install 'gspmc[pdf]'") from error
    logging.getLogger("pypdf").setLevel(logging.ERROR)  # it tells of every oddity that it mends
    is_empty = True
    try:
        reader = pypdf.PdfReader(path)
        if reader.is_encrypted and not reader.decrypt(""):
            raise GspmcError(f"{path} needs a password; save it without one")
        for number, page in enumerate(reader.pages, start=1):
            for part, passage in enumerate(passages(page.extract_text()), start=1):
                is_empty = False
                place = f"{name}, page {number}" + (f", passage {part}" if part > 1 else "")
                yield Entry(
                    id=place, headword="", text=passage, language=language, source=name,
                    licence=licence, location=place,
                )  # fmt: skip
    except GspmcError:
        raise
    except OSError as error:
        raise GspmcError(f"cannot read corpus {path}: {error.strerror}; name a file") from error
    except Exception as error:  # of a damaged file pypdf raises whatever its parser met
        raise GspmcError(
            f"{path} is no PDF that can be read ({first_line(error)}); save it anew"
        ) from error
    if is_empty:
        raise GspmcError(f"{path} has no text in it (scanned pages?); recognise its text first")
