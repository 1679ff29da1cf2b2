"""How a run learned."""

from gspmc.evaluate.figures.curves import training_curves
from gspmc.evaluate.report import ReportFigure, Section
from gspmc.experiments.run_report.subject import LeftOutError, Subject


def learning(subject: Subject) -> Section:
    """Every term of the loss by epoch."""
    curves = subject.run.directory.read_curves()
    if not curves:
        raise LeftOutError(f"{subject.run.directory.curves} is not there")
    return Section(
        "How it learned",
        ["Every term of the loss by name, and validation accuracy, which selected nothing."],
        figures=[
            ReportFigure(
                training_curves(curves), f"Loss by term over {len(curves)} epochs, and accuracy"
            )
        ],
    )
