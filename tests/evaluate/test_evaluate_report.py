"""The HTML report: one file, everything escaped, nothing fetched, figures told in words."""

from base64 import b64decode
from html.parser import HTMLParser
from pathlib import Path

import pytest
from matplotlib.figure import Figure

from gspmc.evaluate.report import ReportFigure, ReportTable, Section, write_report

NASTY = '<script>alert("1")</script> & \'"'
VOID = {"meta", "img"}


class Page(HTMLParser):
    """Tags with their attributes, texts, and a check that tags close in order."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.open: list[str] = []
        self.feed(path.read_text(encoding="utf-8"))
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.texts.append(data.strip())

    def attributes(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def a_figure() -> Figure:
    figure = Figure(figsize=(1, 1))
    figure.subplots().plot([0, 1])
    return figure


@pytest.fixture
def page(tmp_path: Path) -> Page:
    sections = [
        Section("First", [f"Text {NASTY}", "Second."]),
        Section(
            f"Result {NASTY}",
            table=ReportTable(("split", "clips", NASTY), [("val", 40, 74.25), (NASTY, 2, 50.0)]),
            figures=[ReportFigure(a_figure(), f"A line rises {NASTY}", "Caption")],
        ),
    ]
    write_report(tmp_path / "report.html", f"Title {NASTY}", sections)
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]
    return Page(tmp_path / "report.html")


def test_no_script_and_nothing_fetched(page: Page) -> None:
    assert page.attributes("script") == []
    assert page.attributes("link") == []
    sources = [attributes["src"] for _, attributes in page.tags if "src" in attributes]
    assert len(sources) == 1
    assert all((source or "").startswith("data:image/png;base64,") for source in sources)
    assert not any(name.startswith("on") for _, attributes in page.tags for name in attributes)


def test_texts_stand_as_given(page: Page) -> None:
    for text in (f"Title {NASTY}", f"Text {NASTY}", "Second.", f"Result {NASTY}", "Caption"):
        assert text in page.texts


def test_figures_are_png_with_alternative_text(page: Page) -> None:
    (image,) = page.attributes("img")
    assert image["alt"] == f"A line rises {NASTY}"
    data = b64decode((image["src"] or "").partition(",")[2])
    assert data.startswith(b"\x89PNG")


def test_tables_have_header_cells_and_numbers_flush_right(page: Page) -> None:
    assert [attributes.get("class") for attributes in page.attributes("th")] == [
        None,
        "number",
        "number",
    ]
    assert all(attributes["scope"] == "col" for attributes in page.attributes("th"))
    assert len(page.attributes("td")) == 6
    assert "74.2" in page.texts


def test_light_and_dark_and_language(page: Page) -> None:
    style = next(text for text in page.texts if "--ink" in text)
    assert "prefers-color-scheme: dark" in style
    assert page.attributes("html") == [{"lang": "en"}]


def test_a_figure_without_words_is_refused_and_nothing_is_left(tmp_path: Path) -> None:
    section = Section("Figures", figures=[ReportFigure(a_figure(), " ")])
    with pytest.raises(ValueError, match="alternative text"):
        write_report(tmp_path / "report.html", "Title", [section])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("rows", [[("a",)], [("a", "b"), ("c",)]])
def test_a_ragged_table_is_refused(rows: list[tuple[str, ...]], tmp_path: Path) -> None:
    section = Section("Table", table=ReportTable(("one", "two"), rows))
    with pytest.raises(ValueError, match=r"cells|shorter"):
        write_report(tmp_path / "report.html", "Title", [section])


def test_an_empty_table_keeps_its_header(tmp_path: Path) -> None:
    write_report(tmp_path / "r.html", "Title", [Section("T", table=ReportTable(("a", "b"), []))])
    assert len(Page(tmp_path / "r.html").attributes("th")) == 2
