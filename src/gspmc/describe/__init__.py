"""Labels in, descriptions out: knowledge base, references, and two writers: rules and a
language model."""

from gspmc.describe.entry import Entry
from gspmc.describe.knowledge import KnowledgeBase
from gspmc.describe.labels import Label, read_labels
from gspmc.describe.offline import OfflineWriter
from gspmc.describe.plain import build_plain
from gspmc.describe.run import DescribeSummary, describe_labels

__all__ = [
    "DescribeSummary",
    "Entry",
    "KnowledgeBase",
    "Label",
    "OfflineWriter",
    "build_plain",
    "describe_labels",
    "read_labels",
]
