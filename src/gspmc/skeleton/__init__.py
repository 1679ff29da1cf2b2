"""What a point is: named layouts with parts, bones and mirrors; conversion; graph."""

from gspmc.skeleton.convert import convert
from gspmc.skeleton.graph import edges, graph_subsets
from gspmc.skeleton.layout import PARTS, Layout, Part
from gspmc.skeleton.registry import get_layout, layout_names

__all__ = [
    "PARTS",
    "Layout",
    "Part",
    "convert",
    "edges",
    "get_layout",
    "graph_subsets",
    "layout_names",
]
