"""What a calibration is worth, as a table for the terminal."""

from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from gspmc.evaluate.calibrate import Row
from gspmc.evaluate.reliability import BINS
from gspmc.evaluate.tables import percent


def calibration_table(rows: Sequence[Row]) -> Table:
    """Calibration error, loss, area under risk and coverage, and what the threshold accepts."""
    table = Table(title=f"Calibration (ECE over {BINS} bins)", title_justify="left")
    table.add_column("")
    for column in ("clips", "top-1 %", "ECE %", "loss", "AURC", "kept", "wrong"):
        table.add_column(column, justify="right")
    for name, judged, kept in rows:
        values = judged.to_dict()
        table.add_row(
            Text(name),
            str(values["clips"]),
            percent(values["top1"]),
            percent(values["calibration_error"]),
            f"{values['likelihood_loss']:.3f}",
            f"{values['risk_coverage_area']:.3f}",
            "" if kept is None else str(kept.accepted),
            "" if kept is None else str(kept.wrong),
        )
    return table
