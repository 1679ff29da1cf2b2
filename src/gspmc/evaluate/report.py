"""One self-contained HTML file: texts, tables and figures; no script, nothing fetched."""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from matplotlib.figure import Figure

from gspmc.data.canvas import render
from gspmc.files import atomic_path

Cell = str | int | float


class ReportTable(NamedTuple):
    """Cells in rows under a header; numbers are set flush right, floats with one decimal."""

    header: Sequence[str]
    rows: Sequence[Sequence[Cell]]


class ReportFigure(NamedTuple):
    """A figure, what it shows in words for those who cannot see it, and its caption."""

    figure: Figure
    alt: str
    caption: str = ""


@dataclass(frozen=True)
class Section:
    """A heading, and below it paragraphs, a table and figures in this order."""

    heading: str
    paragraphs: Sequence[str] = ()
    table: ReportTable | None = None
    figures: Sequence[ReportFigure] = ()


_DPI = 110
_STYLE = """
:root { color-scheme: light dark; --ink: #1a1a1a; --paper: #ffffff; --line: #cccccc;
  --soft: #595959; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8e8e8; --paper: #16181b; --line: #44484d; --soft: #a9afb6; }
}
body { color: var(--ink); background: var(--paper); font: 1rem/1.55 system-ui, sans-serif;
  max-width: 60rem; margin: 0 auto; padding: 1.5rem; overflow-wrap: anywhere; }
h1 { line-height: 1.2; }
h2 { margin-top: 2.5rem; border-bottom: 1px solid var(--line); }
p { max-width: 44rem; white-space: pre-line; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .25rem .75rem; border-bottom: 1px solid var(--line); text-align: left;
  vertical-align: top; }
th { color: var(--soft); font-weight: 600; }
.number { text-align: right; white-space: nowrap; }
figure { margin: 1.5rem 0; }
img { max-width: 100%; height: auto; background: #ffffff; border-radius: 4px; }
figcaption { color: var(--soft); max-width: 44rem; }
"""

_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy"
  content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<main>
<h1>{title}</h1>
{body}
</main>
</body>
</html>
"""


def write_report(path: str | Path, title: str, sections: Sequence[Section]) -> None:
    """Write the sections as one HTML file, atomically.

    All text is escaped. The page follows the reader's light or dark setting; figures keep their
    white ground.

    Args:
        path: the HTML file.
        title: heading of the page.
        sections: in reading order.

    Raises:
        ValueError: a figure has no alternative text, or a table's row another length than its
            header.
        GspmcError: the file cannot be written; nothing is left behind.
    """
    body = "\n".join(_section(section) for section in sections)
    page = _PAGE.format(title=escape(title), style=_STYLE, body=body)
    with atomic_path(Path(path)) as temporary:
        temporary.write_text(page, encoding="utf-8")


def _section(section: Section) -> str:
    blocks = [f"<h2>{escape(section.heading)}</h2>"]
    blocks += [f"<p>{escape(paragraph)}</p>" for paragraph in section.paragraphs]
    if section.table is not None:
        blocks.append(_table(section.table))
    blocks += [_figure(figure) for figure in section.figures]
    return "<section>\n" + "\n".join(blocks) + "\n</section>"


def _table(table: ReportTable) -> str:
    columns = list(zip(*table.rows, strict=True)) if table.rows else [() for _ in table.header]
    if len(columns) != len(table.header):
        raise ValueError(f"rows of {len(columns)} cells under a header of {len(table.header)}")
    styles = [
        ' class="number"'
        if column and all(isinstance(cell, (int, float)) for cell in column)
        else ""
        for column in columns
    ]
    header = "".join(
        f'<th scope="col"{style}>{escape(name)}</th>'
        for name, style in zip(table.header, styles, strict=True)
    )
    rows = "\n".join(
        "<tr>"
        + "".join(
            f"<td{style}>{escape(_cell_text(cell))}</td>"
            for cell, style in zip(row, styles, strict=True)
        )
        + "</tr>"
        for row in table.rows
    )
    return (
        f'<div class="wide" tabindex="0"><table>\n<thead><tr>{header}</tr></thead>\n'
        f"<tbody>\n{rows}\n</tbody>\n</table></div>"
    )


def _cell_text(cell: Cell) -> str:
    return f"{cell:.1f}" if isinstance(cell, float) else str(cell)


def _figure(figure: ReportFigure) -> str:
    if not figure.alt.strip():
        raise ValueError("a figure needs an alternative text: say in words what it shows")
    stream = BytesIO()
    render(figure.figure, stream, dpi=_DPI)
    data = b64encode(stream.getvalue()).decode("ascii")
    caption = f"<figcaption>{escape(figure.caption)}</figcaption>" if figure.caption else ""
    return (
        f'<figure><img src="data:image/png;base64,{data}" alt="{escape(figure.alt)}">'
        f"{caption}</figure>"
    )
