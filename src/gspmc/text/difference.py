"""What differs between two description files, in words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher

from gspmc.text.description import Description


def differences(
    before: Mapping[str, Description], after: Mapping[str, Description]
) -> Iterator[str]:
    """One line a label that came or went, and one a text that changed, labels in file order.

    In a changed text stands what went as ``[-so-]`` and what came as ``{+so+}``.
    """
    for label in [*before, *(label for label in after if label not in before)]:
        if label not in after:
            yield f"{label}: only in the first"
        elif label not in before:
            yield f"{label}: only in the second"
        else:
            old, new = _texts(before[label]), _texts(after[label])
            for field in dict.fromkeys([*old, *new]):
                if old.get(field) != new.get(field):
                    yield f"{label}, {field}: {_marked(old.get(field, ''), new.get(field, ''))}"


def _texts(description: Description) -> dict[str, str]:
    texts = {"primary": description.primary, "refined": description.refined_text}
    texts |= {f"synonym {number}": text for number, text in enumerate(description.synonyms, 1)}
    for number, part in enumerate(description.parts, 1):
        texts[f"part {number}"] = f"{part.text} ({', '.join(part.parts)})"
    if description.review is not None:
        texts["review"] = f"{description.review.verdict} by {description.review.by}"
    return texts


def _marked(old: str, new: str) -> str:
    first, second = (re.findall(r"\s*(?:\w+|\W)", text) for text in (old, new))
    pieces = []
    for kind, a, b, c, d in SequenceMatcher(None, first, second, autojunk=False).get_opcodes():
        went, came = "".join(first[a:b]), "".join(second[c:d])
        if kind == "equal":
            pieces.append(went)
        else:
            pieces += [f"[-{went}-]"] * bool(went) + [f"{{+{came}+}}"] * bool(came)
    return "".join(pieces)
