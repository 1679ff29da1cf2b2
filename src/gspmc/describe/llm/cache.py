"""Answers of language models, kept so that none is paid for twice."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from gspmc.errors import GspmcError


class AnswerCache:
    """Valid answers by a hash of everything that determines them, in one SQLite file.

    Several programs may use the file at once, and an answer is there once `put` has returned.

    Raises:
        GspmcError: the file cannot be written, or is no such file.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        with self._told():
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._database = sqlite3.connect(self.path, timeout=30, isolation_level=None)
            self._database.execute("PRAGMA journal_mode=WAL")
            self._database.execute(
                "CREATE TABLE IF NOT EXISTS answers "
                "(key TEXT PRIMARY KEY, request TEXT NOT NULL, answer TEXT NOT NULL)"
            )

    def get(self, request: dict[str, Any]) -> str | None:
        """The answer to the same request, if there is one.

        Raises:
            GspmcError: the file is damaged.
        """
        with self._told():
            found = self._database.execute(
                "SELECT answer FROM answers WHERE key = ?", (_key(request),)
            ).fetchone()
        return str(found[0]) if found else None

    def put(self, request: dict[str, Any], answer: str) -> None:
        """Keep an answer.

        Raises:
            GspmcError: the disk is full, or the file is damaged.
        """
        row = (_key(request), _canonical(request), answer)
        with self._told():
            self._database.execute("INSERT OR REPLACE INTO answers VALUES (?, ?, ?)", row)

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except (OSError, sqlite3.Error) as error:
            raise GspmcError(
                f"cannot keep answers in {self.path}: {error}; mend or move that file, or name "
                "another with --answers"
            ) from error

    def close(self) -> None:
        self._database.close()


def _canonical(request: dict[str, Any]) -> str:
    return json.dumps(request, sort_keys=True, ensure_ascii=False)


def _key(request: dict[str, Any]) -> str:
    return hashlib.sha256(_canonical(request).encode()).hexdigest()
