"""Markdown as an expert corpus: a heading with text under it is an entry of that headword."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from gspmc.describe.entry import Entry
from gspmc.describe.mentions import find_names
from gspmc.describe.passages import passages
from gspmc.files import read_utf8

HEADING = re.compile(r" {0,3}#{1,6}(?:[ \t]+(?P<title>.*?))?(?:[ \t]+#+)?[ \t]*$")
UNDERLINE = re.compile(r" {0,3}(?:=+|-+)[ \t]*$")
FENCE = re.compile(r" {0,3}(?P<marks>`{3,}|~{3,})")
FRONT_MATTER = re.compile(r"\A---[ \t]*\n.*?\n---[ \t]*(?:\n|\Z)", re.DOTALL)
EMPHASIS = re.compile(r"(\*\*|__|\*|`)(?=\S)(.+?)(?<=\S)\1")
LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
"""CommonMark's headings and fences; emphasis and links in a heading give way to their words."""


def read_markdown(
    path: Path, name: str, language: str = "en", licence: str = ""
) -> Iterator[Entry]:
    """Yield the sections of a file; a long one is several entries of the same headword.

    Text before the first heading is passages without a headword. A heading without text of its own
    (one that only holds others) is no entry.

    Raises:
        GspmcError: the file cannot be read, or is not UTF-8.
    """
    for line, title, text in _sections(read_utf8(path, "corpus")):
        for number, passage in enumerate(passages(text), start=1):
            place = f"{name}:{line}" if number == 1 else f"{name}:{line}, passage {number}"
            yield Entry(
                id=place,
                headword=title,
                text=passage,
                references=find_names(passage),
                language=language,
                source=name,
                licence=licence,
                location=place,
            )


def _sections(text: str) -> Iterator[tuple[int, str, str]]:
    """(line of the heading, heading, text under it) of every section."""
    front = FRONT_MATTER.match(text)
    lines = text.replace("\r\n", "\n").split("\n")
    start = text.count("\n", 0, front.end()) if front else 0
    title, began, held, fence = "", start + 1, list[str](), ""
    for number, line in enumerate(lines[start:], start=start + 1):
        mark = FENCE.match(line)
        if mark and not fence:
            fence = mark["marks"]
        elif mark and line.strip().startswith(fence) and not line.strip(fence[0] + " \t"):
            fence = ""
        heading = None if fence or mark else HEADING.match(line)
        is_underline = bool(
            not fence and UNDERLINE.match(line) and held and held[-1].strip()
            and (len(held) == 1 or not held[-2].strip())
        )  # fmt: skip
        if heading or is_underline:
            above = held.pop() if is_underline else ""
            yield began, title, "\n".join(held)
            title = _plain(heading["title"] or "" if heading else above)
            began, held = number - is_underline, []
        else:
            held.append(line)
    yield began, title, "\n".join(held)


def _plain(title: str) -> str:
    return EMPHASIS.sub(r"\2", LINK.sub(r"\1", title)).strip()
