"""The file of answers, whole and damaged."""

import sqlite3
from pathlib import Path

import pytest

from gspmc.describe.llm.cache import AnswerCache
from gspmc.errors import GspmcError


def test_an_answer_is_found_by_all_that_was_asked(tmp_path: Path) -> None:
    first, second = (AnswerCache(tmp_path / "a.sqlite") for _ in range(2))
    first.put({"model": "m", "messages": ["x"]}, "yes")
    assert second.get({"messages": ["x"], "model": "m"}) == "yes"
    assert second.get({"messages": ["x"], "model": "n"}) is None


def test_a_file_of_another_kind_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    path.write_text("no database, but long enough to be looked at " * 50)
    with pytest.raises(GspmcError, match=r"cannot keep answers in .*a.sqlite: .*--answers"):
        AnswerCache(path)
    with pytest.raises(GspmcError, match="cannot keep answers"):
        AnswerCache(tmp_path)


def test_a_table_of_another_form_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE answers (name TEXT)")
    cache = AnswerCache(path)
    with pytest.raises(GspmcError, match="cannot keep answers"):
        cache.get({})
    with pytest.raises(GspmcError, match="cannot keep answers"):
        cache.put({}, "x")
