from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gspmc.describe.importers.markdown import read_markdown

TEXT = """---
title: A grammar
---
Before all headings.

# Signs

## **HELLO** ##
The flat hand moves from the
[forehead](x.html).

```
# no heading
```

사랑
----
왼손 주먹을 쓰다듬는다.

- a list
- - -

### [THANKS](a.md) and `you`
See "HELLO".
"""


def pairs(path: Path, text: str) -> list[tuple[str, str, str]]:
    path.write_text(text, encoding="utf-8")
    return [(e.location, e.headword, e.text) for e in read_markdown(path, path.name)]


def test_headings_are_headwords(tmp_path: Path) -> None:
    found = pairs(tmp_path / "g.md", TEXT)
    assert [(place, word) for place, word, _ in found] == [
        ("g.md:4", ""),
        ("g.md:8", "HELLO"),
        ("g.md:16", "사랑"),
        ("g.md:23", "THANKS and you"),
    ]
    assert found[0][2] == "Before all headings."
    assert "# no heading" in found[1][2]
    assert found[2][2].endswith("- - -")


def test_a_long_section_is_several_passages(tmp_path: Path) -> None:
    paragraph = "The hand moves to the chin and back again. " * 10
    found = pairs(tmp_path / "g.md", "# GO\n\n" + (paragraph + "\n\n") * 8)
    assert len(found) > 2
    assert {word for _, word, _ in found} == {"GO"}
    assert len({place for place, _, _ in found}) == len(found)


@pytest.mark.parametrize("text", ["", "# A\n## B\n", "---\nfront: x\n---\n", "\n\n#\n"])
def test_nothing_to_tell(tmp_path: Path, text: str) -> None:
    assert pairs(tmp_path / "g.md", text) == []


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(
        st.text("abcÅ爱사", min_size=1, max_size=6),
        st.text("de ß手.", min_size=1).filter(str.strip),
    )
)
def test_any_dictionary(tmp_path_factory: pytest.TempPathFactory, signs: dict[str, str]) -> None:
    text = "".join(f"## {word}\n{told}\n\n" for word, told in signs.items())
    found = pairs(tmp_path_factory.mktemp("any") / "g.md", text)
    assert [(word, told) for _, word, told in found] == [
        (word, told.strip()) for word, told in signs.items()
    ]
