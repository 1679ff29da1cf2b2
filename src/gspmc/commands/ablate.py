"""The command that runs a matrix of trainings."""

from jsonargparse.typing import PositiveInt


def ablate(matrix: str, out: str, runs: str | None = None, jobs: PositiveInt | None = None) -> None:
    """Train every cell of a matrix file and compare its arms: one table, with intervals and tests.

    Interrupted, the same command goes on; cells that `out` holds are not trained again.

    Args:
        matrix: YAML file, such as those in configs/ablations.
        out: JSON file for the results of every cell; the table stands beside it as Markdown.
        runs: folder for the runs; runs/NAME of the matrix file by default.
        jobs: trainings at a time; one for each GPU, or one, by default. They share the CPU's cores.
    """
    import signal
    from pathlib import Path

    from rich.console import Console

    from gspmc.experiments.ablation.ablate import ablate
    from gspmc.experiments.ablation.run_cells import default_jobs
    from gspmc.experiments.ablation.table import terminal_table

    # As after Ctrl-C, the trainings at work are stopped too.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    folder = runs or f"runs/{Path(matrix).stem}"
    Console().print(terminal_table(*ablate(matrix, folder, out, jobs or default_jobs())))
    print(f"{out}: results")
