"""Which signs are taken for each other, with what their descriptions say."""

from collections.abc import Mapping

from gspmc.evaluate.figures.confusion import confusion_of_hardest, hardest_pairs
from gspmc.evaluate.report import Cell, ReportFigure, ReportTable, Section
from gspmc.experiments.run_report.subject import LeftOutError, Subject
from gspmc.models.snapshot import DESCRIPTIONS_FILE
from gspmc.text.description import Description, read_descriptions

_NO_TEXT = "(no description)"


def hardest(subject: Subject) -> Section:
    """The hardest pairs as a table with both descriptions, and as a heat map."""
    pairs = hardest_pairs(subject.run.scores)
    if not pairs:
        raise LeftOutError("no clip was taken for another sign")
    described = _descriptions(subject)
    header = ["sign", "and", "first as second", "second as first"]
    rows: list[list[Cell]] = [
        [
            pair.first,
            pair.second,
            f"{pair.first_as_second} of {pair.first_clips}",
            f"{pair.second_as_first} of {pair.second_clips}",
        ]
        for pair in pairs
    ]
    if described is not None:
        header += ["description of the first", "of the second"]
        for row, pair in zip(rows, pairs, strict=True):
            row += [_text(described, name) for name in (pair.first, pair.second)]
    source = (
        "Descriptions are left out: the run was trained without texts of the signs "
        "(--descriptions FILE names some)."
        if described is None
        else "Where two descriptions say the same, the texts cannot tell the signs apart."
    )
    return Section(
        "Signs taken for each other most",
        [f"Errors in both directions together, worst pair first. {source}"],
        ReportTable(header, rows),
        [
            ReportFigure(
                confusion_of_hardest(subject.run.scores),
                f"Confusion matrix of the hardest pairs, first {pairs[0].first} and "
                f"{pairs[0].second}",
            )
        ],
    )


def _descriptions(subject: Subject) -> Mapping[str, Description] | None:
    own = subject.run.directory.path / DESCRIPTIONS_FILE
    return read_descriptions(own) if own.exists() else subject.descriptions


def _text(described: Mapping[str, Description], label: str) -> str:
    return described[label].refined_text if label in described else _NO_TEXT
