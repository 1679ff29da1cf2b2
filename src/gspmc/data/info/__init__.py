"""What a set of clips holds: counted, and printed."""

from gspmc.data.info.counts import Info, Lengths, MissingRate, summarise
from gspmc.data.info.tables import print_info

__all__ = ["Info", "Lengths", "MissingRate", "print_info", "summarise"]
