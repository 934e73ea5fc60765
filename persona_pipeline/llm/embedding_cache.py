"""The embeddings' cache: a SQLite file of vectors under the hash of endpoint, model and text."""

import sqlite3
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np

from persona_pipeline.errors import LedgerError
from persona_pipeline.llm.ledger_file import BUSY_S
from persona_pipeline.migrations import Migration, migrate, newest, refuse_newer
from persona_pipeline.transactions import transaction

MIGRATIONS = (
    Migration(
        1,
        "Vectors by key; files made before layouts were numbered are the same.",
        ("CREATE TABLE IF NOT EXISTS vectors (key TEXT PRIMARY KEY, vector BLOB NOT NULL)",),
    ),
)
"""Numbered from 1 without gaps; PRAGMA user_version has a file's, 0 when it is new."""
CHUNK = 500  # keys in one query


class EmbeddingCache:
    """Vectors by key; several processes may use a file, one commit at a time.

    Raises LedgerError when the file cannot be used.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(path, timeout=BUSY_S, isolation_level=None)
            self._bring_up_to_date()
        except (sqlite3.Error, OSError) as exc:
            raise self._error(exc) from exc

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None) -> None:
        self._connection.close()

    def _bring_up_to_date(self) -> None:
        if self._layout() == newest(MIGRATIONS):
            return
        try:
            with transaction(self._connection):
                found = self._layout()
                refuse_newer(MIGRATIONS, found, error=LedgerError, what="the embeddings' cache", where=str(self.path))
                if migrate(self._connection.execute, MIGRATIONS, found):
                    self._connection.execute(f"PRAGMA user_version = {newest(MIGRATIONS)}")
        except BaseException:
            self._connection.close()
            raise

    def _layout(self) -> int:
        return int(self._connection.execute("PRAGMA user_version").fetchone()[0])

    def lookup(self, keys: Iterable[str]) -> dict[str, Any]:
        """The vectors among these keys that are there."""
        wanted = list(keys)
        found = {}
        for start in range(0, len(wanted), CHUNK):
            chunk = wanted[start : start + CHUNK]
            places = ", ".join("?" for _ in chunk)
            try:
                rows = self._connection.execute(f"SELECT key, vector FROM vectors WHERE key IN ({places})", chunk)
                found.update({key: np.frombuffer(vector, dtype="<f4") for key, vector in rows})
            except sqlite3.Error as exc:
                raise self._error(exc) from exc
        return found

    def add(self, vectors: Mapping[str, Any]) -> None:
        """Writes all of them in one transaction, or none."""
        rows = [(key, vector.astype("<f4").tobytes()) for key, vector in vectors.items()]
        try:
            with transaction(self._connection):
                self._connection.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", rows)
        except sqlite3.Error as exc:
            raise self._error(exc) from exc

    def _error(self, exc: Exception) -> LedgerError:
        return LedgerError(
            f"the embeddings' cache cannot be used: {exc}",
            where=str(self.path),
            expected="a SQLite file that this program made, in a folder that it may write to",
            fix="Name another file, or move this one away; a new one is made where there is none.",
        )
