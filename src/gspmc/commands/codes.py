"""The command that takes an expert's codes out of a knowledge base."""

import sys

NAMED = 10
"""Labels that are named before they are only counted."""


def codes(kb: str, clips: str, out: str) -> None:
    """Write ASL-LEX's codes of a store's classes as a CSV file.

    Args:
        kb: folder or URI of a knowledge base built from ASL-LEX.
        clips: store whose classes are wanted.
        out: CSV file to write: one class a line, one field a column.
    """
    from gspmc.data.store import ClipStore
    from gspmc.describe.asllex_codes import codes_of_labels
    from gspmc.describe.knowledge import KnowledgeBase
    from gspmc.text.codes import write_codes

    labels = ClipStore.open(clips).labels
    found = codes_of_labels(labels, KnowledgeBase.open(kb))
    write_codes(out, found)
    print(f"{out}: codes of {len(found)} of {len(labels)} classes")
    missing = [label for label in labels if label not in found]
    if missing:
        more = ", …" if len(missing) > NAMED else ""
        print(f"without codes: {', '.join(missing[:NAMED])}{more}", file=sys.stderr)
