"""Labels in, descriptions out: knowledge base, reference resolution, the offline generator."""

from gspmc.describe.asllex import build_asl_lex
from gspmc.describe.entry import Entry
from gspmc.describe.knowledge import KnowledgeBase
from gspmc.describe.labels import Label, read_labels
from gspmc.describe.plain import build_plain
from gspmc.describe.run import DescribeSummary, describe_labels

__all__ = [
    "DescribeSummary",
    "Entry",
    "KnowledgeBase",
    "Label",
    "build_asl_lex",
    "build_plain",
    "describe_labels",
    "read_labels",
]
