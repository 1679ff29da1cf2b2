"""Which classes have a description, and which descriptions have no class."""

from collections.abc import Iterable, Mapping

from gspmc.text.description import Description


def match_descriptions(
    labels: Iterable[str], descriptions: Mapping[str, Description]
) -> tuple[list[str], list[str]]:
    """Compare class names with descriptions by label name.

    Returns:
        (missing, unused): labels without a description in the order given, and the labels of
        descriptions that no class asks for, in the order of the file.
    """
    wanted = dict.fromkeys(labels)
    missing = [label for label in wanted if label not in descriptions]
    unused = [label for label in descriptions if label not in wanted]
    return missing, unused
