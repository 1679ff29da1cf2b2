"""Templates: the package's, a folder's, and broken ones."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gspmc.describe.llm.answers import PrimaryAnswer
from gspmc.describe.llm.prompts import NAMES, Prompts, write_prompts
from gspmc.errors import GspmcError


def test_the_packages_templates(tmp_path: Path) -> None:
    assert {path.stem.removesuffix(".md") for path in write_prompts(tmp_path)} == set(NAMES)
    assert Prompts(tmp_path).version == Prompts().version
    with pytest.raises(GspmcError, match=r"system.md.j2 is there; move it away"):
        write_prompts(tmp_path)


def test_an_edited_template_takes_the_place_of_ours(tmp_path: Path) -> None:
    (tmp_path / "primary.md.j2").write_text("Say {{ label }} in {{ language }}.")
    prompts = Prompts(tmp_path)
    assert prompts.version != Prompts().version
    messages = prompts.messages("primary", PrimaryAnswer, "sv", label="HUS")
    assert messages[1] == {"role": "user", "content": "Say HUS in sv."}
    assert '"definition"' in messages[0]["content"], "the system prompt is still ours"


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        ("primary.md.j2", "{{ label", r"prompt primary.md.j2:1: "),
        ("primary.md.j2", "{{ lable }}", r"prompt primary.md.j2: 'lable' is undefined"),
        ("primary.md.j2", "{{ data(label, 1) }}", r"prompt primary.md.j2: .*positional"),
        ("primary.md.j2", "{{ 1 / 0 }}", r"prompt primary.md.j2: division by zero"),
        ("primary.md.j2", " ", r"prompt primary.md.j2: is empty"),
        ("first.md.j2", "x", r"holds first.md.j2; name them system.md.j2, primary"),
    ],
)
def test_a_broken_template_is_named(tmp_path: Path, name: str, text: str, problem: str) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(GspmcError, match=problem):
        Prompts(tmp_path).messages("primary", PrimaryAnswer, "en", label="x")


def test_a_folder_without_templates(tmp_path: Path) -> None:
    with pytest.raises(GspmcError, match="holds no templates"):
        Prompts(tmp_path)
    with pytest.raises(GspmcError, match="no folder .*; `gspmc describe prompts"):
        Prompts(tmp_path / "none")


def test_a_template_can_do_nothing_but_write(tmp_path: Path) -> None:
    (tmp_path / "primary.md.j2").write_text("{{ label.__class__.__mro__ }}")
    with pytest.raises(GspmcError, match="unsafe"):
        Prompts(tmp_path).messages("primary", PrimaryAnswer, "en", label="x")


def test_a_link_that_leads_nowhere_is_told(tmp_path: Path) -> None:
    (tmp_path / "primary.md.j2").symlink_to(tmp_path / "gone")
    with pytest.raises(GspmcError, match=r"primary.md.j2 is no file; mend the link"):
        Prompts(tmp_path)


def test_a_byte_order_mark_is_no_part_of_a_prompt(tmp_path: Path) -> None:
    (tmp_path / "primary.md.j2").write_text("Say {{ label }}.", encoding="utf-8-sig")
    messages = Prompts(tmp_path).messages("primary", PrimaryAnswer, "en", label="x")
    assert messages[1]["content"] == "Say x."


@given(st.text(), st.text() | st.sampled_from(["a\u2028b", "a\u2029b", "a\x85b"]))
def test_texts_come_through_whole_and_on_lines_of_their_own(label: str, text: str) -> None:
    passages = [{"id": "1", "headword": label, "text": text}]
    messages = Prompts().messages(
        "primary", PrimaryAnswer, "en", label=label, translation=None, passages=passages
    )
    lines = messages[1]["content"].splitlines()
    starts = [row for row, line in enumerate(lines) if line.startswith("<<<DATA ")]
    assert [json.loads(lines[row + 1]) for row in starts] == [label, passages[0]]
    assert all(lines[row + 2].startswith("DATA ") for row in starts)
