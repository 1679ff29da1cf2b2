"""The counts over a set of clips as tables for the terminal."""

from collections.abc import Mapping

from rich.console import Console
from rich.table import Table
from rich.text import Text

from gspmc.data.info.counts import Info


def print_info(info: Info, console: Console | None = None, most: int = 20) -> None:
    """Print the counts as tables.

    Args:
        info: of `summarise`.
        console: where to; by default the terminal.
        most: of longer lists of classes and signers, this many with the fewest clips are printed;
            `to_dict` has them all.
    """
    console = console or Console()
    rates = [f"{rate:g}" for rate in info.fps]
    shortest, middle, longest = info.lengths
    facts = {
        "clips": f"{info.clips:,} of {len(info.classes):,} classes",
        "signers": f"{len([name for name in info.signers if name]):,}",
        "layout": info.layout,
        "frames a clip": f"{shortest} to {longest}, median {middle:g}; {info.frames:,} in all",
        "frames a second": rates[0] if len(rates) == 1 else f"{rates[0]} to {rates[-1]}",
        "extractor": ", ".join(f"{name} ({clips:,})" for name, clips in info.extractors.items()),
    }
    if info.unknown_size:
        facts["size unknown"] = f"{info.unknown_size:,} clips, taken at aspect 1"
    if "" in info.signers:
        facts["signer unknown"] = f"{sum(info.signers[''].values()):,} clips"
    if info.shared_signers:
        facts["signers in several splits"] = (
            f"{len(info.shared_signers):,}: accuracy on them says little about new signers"
        )
    summary = Table.grid(padding=(0, 2))
    for name, value in facts.items():
        summary.add_row(name, Text(value))
    console.print(summary)
    console.print(_split_table(info))
    console.print(_missing_table(info))
    for title, counts in (("class", info.classes), ("signer", info.signers)):
        console.print(_count_table(title, counts, list(info.splits), most))


def _split_table(info: Info) -> Table:
    table = Table(title="Splits", title_justify="left")
    table.add_column("split")
    for column in ("clips", "classes", "signers"):
        table.add_column(column, justify="right")
    for split, clips in info.splits.items():
        classes = sum(split in counts for counts in info.classes.values())
        signers = sum(split in counts for name, counts in info.signers.items() if name)
        table.add_row(Text(split), f"{clips:,}", f"{classes:,}", f"{signers:,}")
    return table


def _missing_table(info: Info) -> Table:
    table = Table(title="Missing, in percent", title_justify="left")
    table.add_column("part")
    for column in ("of points", "of frames, wholly", "of clips, wholly"):
        table.add_column(column, justify="right")
    for part, rate in info.missing.items():
        shares = (rate.points, rate.frames, rate.clips)
        table.add_row(part.replace("_", " "), *(f"{100 * share:.1f}" for share in shares))
    return table


def _count_table(
    title: str, counts: Mapping[str, Mapping[str, int]], splits: list[str], most: int
) -> Table:
    """One row a class or signer, those with the fewest clips first: they are the ones to mend."""
    rows = sorted(counts.items(), key=lambda item: (sum(item[1].values()), item[0]))
    table = Table(title=f"Clips by {title}, fewest first", title_justify="left")
    table.add_column(title)
    for split in (*splits, "all"):
        table.add_column(Text(split), justify="right")
    for name, by_split in rows[:most]:
        cells = [f"{by_split.get(split, 0):,}" for split in splits]
        table.add_row(Text(name or "(unknown)"), *cells, f"{sum(by_split.values()):,}")
    if len(rows) > most:
        rest = rows[most:]
        fewest, largest = (sum(rest[end][1].values()) for end in (0, -1))
        table.add_section()
        table.add_row(
            f"({len(rest):,} more, {fewest:,} to {largest:,} clips each)",
            *(f"{sum(by_split.get(split, 0) for _, by_split in rest):,}" for split in splits),
            f"{sum(sum(by_split.values()) for _, by_split in rest):,}",
        )
    return table
