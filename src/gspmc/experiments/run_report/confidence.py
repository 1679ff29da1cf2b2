"""How far a run's probabilities can be believed."""

from gspmc.evaluate.calibrate import Judged
from gspmc.evaluate.figures.reliability import reliability_diagram
from gspmc.evaluate.report import ReportFigure, Section
from gspmc.experiments.run_report.subject import LeftOutError, Subject
from gspmc.models.snapshot import load_config


def reliability(subject: Subject) -> Section:
    """Accuracy over confidence, as the logits are and, where the run is calibrated, calibrated."""
    if subject.run.is_fusion:
        raise LeftOutError("it is a fusion: a report of one of its runs has this")
    scores = subject.run.scores
    calibration = load_config(subject.run.directory.path).calibration
    panels = [("as it is", Judged(scores).bins)]
    told = "`gspmc calibrate` has not been run on it."
    if calibration is not None:
        panels.append(("calibrated", Judged(scores, calibration.temperature).bins))
        told = (
            f"Temperature {calibration.temperature:.3f}, fitted on {calibration.clips} clips of "
            f"{calibration.fitted_on}"
            + (
                ": these very clips, which flatters."
                if calibration.fitted_on == scores.split
                else "."
            )
        )
    return Section(
        "Is it right as often as it says",
        [
            "Bars: accuracy of the answers by their probability, with a Wilson 95 % interval; "
            f"dots: their mean probability. Below the diagonal it is too sure. {told}"
        ],
        figures=[
            ReportFigure(
                reliability_diagram(panels),
                f"Reliability diagram, {', '.join(name for name, _ in panels)}",
            )
        ],
    )
