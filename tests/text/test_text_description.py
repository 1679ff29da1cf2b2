import json
import string
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gspmc.errors import GspmcError
from gspmc.skeleton import PARTS
from gspmc.text.description import (
    Check,
    Description,
    Generator,
    PartText,
    Review,
    Source,
    read_descriptions,
    write_descriptions,
)

words = st.text(min_size=1).filter(lambda text: text.strip(string.whitespace) and text.strip())
descriptions = st.builds(
    Description,
    label=words,
    language=st.text(),
    primary=words,
    refined=st.none() | words,
    synonyms=st.lists(words, max_size=3),
    parts=st.lists(
        st.builds(
            PartText,
            text=words,
            parts=st.lists(st.sampled_from(PARTS), min_size=1, max_size=5, unique=True),
        ),
        max_size=3,
    ),
    sources=st.lists(st.builds(Source, id=st.text(), quote=st.text()), max_size=2),
    generator=st.none() | st.builds(Generator, model=st.text(), date=st.text()),
    checks=st.lists(st.builds(Check, rule=st.text(), quote=st.text()), max_size=2),
    review=st.none()
    | st.builds(
        Review,
        by=st.text(),
        at=st.text(),
        verdict=st.sampled_from(["approved", "rejected", "edited"]),
    ),
)


@settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(items=st.lists(descriptions, min_size=1, max_size=4, unique_by=lambda item: item.label))
def test_what_is_written_is_read_back(tmp_path: Path, items: list[Description]) -> None:
    path = tmp_path / "descriptions.jsonl"
    write_descriptions(path, items)
    assert read_descriptions(path) == {item.label: item for item in items}


def line(**changes: object) -> str:
    record = {"label": "a", "primary": "Up.", "parts": [{"text": "Up.", "parts": ["body"]}]}
    return json.dumps({**record, **changes})


def test_a_plain_source_is_one_source(tmp_path: Path) -> None:
    path = tmp_path / "d.jsonl"
    path.write_text(line(source="book_1") + "\n")
    assert read_descriptions(path)["a"].sources == [Source(id="book_1")]


def test_primary_stands_in_for_an_absent_refined_text() -> None:
    assert Description(label="a", primary="Up.", parts=[]).refined_text == "Up."
    assert Description(label="a", primary="Up.", refined="Down.", parts=[]).refined_text == "Down."


@pytest.mark.parametrize(
    ("broken", "named"),
    [
        ("{not json", "Invalid JSON"),
        (line(parts=[{"text": "Up.", "parts": ["foot"]}]), "parts.0.parts.0"),
        (line(parts=[{"text": "Up.", "parts": []}]), "parts.0.parts"),
        (line(primary="  "), "primary"),
        (line(colour="red"), "colour"),
        (json.dumps({"label": "a", "parts": []}), "primary"),
        (line(version=9), "version 9"),
        (line(label="first"), "already on line 1"),
    ],
)
def test_a_broken_line_is_named(tmp_path: Path, broken: str, named: str) -> None:
    path = tmp_path / "d.jsonl"
    path.write_text(line(label="first") + "\n\n" + broken + "\n")
    with pytest.raises(GspmcError) as caught:
        read_descriptions(path)
    assert f"{path}:3: " in str(caught.value)
    assert named in str(caught.value)
    assert "\n" not in str(caught.value)


def test_bytes_that_are_not_utf8_are_named(tmp_path: Path) -> None:
    path = tmp_path / "d.jsonl"
    path.write_bytes(line().encode() + b'\n{"label": "\xff"}\n')
    with pytest.raises(GspmcError, match=r"d\.jsonl:2: "):
        read_descriptions(path)


def test_an_empty_or_absent_file_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "empty.jsonl").write_text("\n")
    with pytest.raises(GspmcError, match="holds no descriptions"):
        read_descriptions(tmp_path / "empty.jsonl")
    with pytest.raises(GspmcError, match="cannot read"):
        read_descriptions(tmp_path / "absent.jsonl")


@pytest.mark.realdata
@pytest.mark.parametrize("name", ["wlasl100.kb.jsonl", "wlasl100.raw-llm.jsonl"])
def test_real_files_round_trip(real_data: Path, tmp_path: Path, name: str) -> None:
    read = read_descriptions(real_data / "descriptions" / name)
    assert len(read) == 100
    assert all(item.parts and item.synonyms for item in read.values())
    write_descriptions(tmp_path / name, read.values())
    assert read_descriptions(tmp_path / name) == read
