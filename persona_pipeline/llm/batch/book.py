"""The book of batches: which requests are in which batch and how far it has come, kept in the ledger's file."""

import datetime
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, Literal

from persona_pipeline.errors import LedgerError
from persona_pipeline.llm.ledger import CHUNK, Clock, utc_now
from persona_pipeline.llm.ledger_file import connect
from persona_pipeline.seeds import content_id
from persona_pipeline.transactions import transaction

How = Literal["batch", "batch_files"]

_TABLES = """
CREATE TABLE IF NOT EXISTS batches (
    key TEXT NOT NULL PRIMARY KEY, how TEXT NOT NULL, endpoint TEXT NOT NULL, model TEXT NOT NULL,
    input_hash TEXT NOT NULL, stage TEXT NOT NULL, run TEXT NOT NULL, created_at TEXT NOT NULL, lines INTEGER NOT NULL,
    tokens INTEGER NOT NULL, status TEXT NOT NULL, file_id TEXT, batch_id TEXT, completed INTEGER NOT NULL,
    failed INTEGER NOT NULL, remarks TEXT);
CREATE TABLE IF NOT EXISTS batch_lines (
    request_hash TEXT NOT NULL, key TEXT NOT NULL, done INTEGER NOT NULL, PRIMARY KEY (request_hash, key)
) WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS one_batch_at_a_time ON batch_lines (request_hash) WHERE NOT done;
CREATE INDEX IF NOT EXISTS lines_of_a_batch ON batch_lines (key, done);
"""

_RECORDED = (
    "EXISTS (SELECT 1 FROM replies, batches WHERE replies.request_hash = batch_lines.request_hash "
    "AND batches.key = batch_lines.key AND replies.batch = coalesce(batches.batch_id, batches.key))"
)


@dataclass(frozen=True)
class Record:
    """A batch as the book has it.

    Args:
        key: this batch's own name; the endpoint keeps it too, so that a batch can be found there again.
        input_hash: SHA-256 of the input file.
        stage: the table that its first request is for.
        run: the run that asked.
        lines, tokens: requests in it, and about how many tokens their prompts have.
        status: prepared (nothing sent), uploaded (the file), then what the endpoint calls it.
        completed, failed: requests, as the endpoint counts them.
        remarks: what was odd about its results.
    """

    key: str
    how: How
    endpoint: str
    model: str
    input_hash: str
    stage: str
    run: str
    created_at: str
    lines: int
    tokens: int
    status: str = "prepared"
    file_id: str | None = None
    batch_id: str | None = None
    completed: int = 0
    failed: int = 0
    remarks: str | None = None

    @property
    def name(self) -> str:
        """What the ledger calls it: the endpoint's id, where it has one."""
        return self.batch_id or self.key


_NAMES = tuple(field.name for field in fields(Record))


class Book:
    """Batches and their lines, in the ledger's SQLite file; several processes may use it at a time.

    A request is in at most one batch that still owes an answer for it.
    """

    def __init__(self, path: Path, *, read_only: bool = False, clock: Clock = utc_now) -> None:
        self.path, self._clock = Path(path), clock
        self._connection = connect(self.path, read_only=read_only)
        if not read_only:
            self._connection.executescript(_TABLES)

    def close(self) -> None:
        self._connection.close()

    def new(
        self, *, how: How, endpoint: str, model: str, input_hash: str, stage: str, run: str, lines: int, tokens: int
    ) -> Record:
        """A record that is not in the book yet; equal files that were asked before have other keys."""
        before = self._rows(
            "SELECT count(*) FROM batches WHERE input_hash = ? AND endpoint = ?", (input_hash, endpoint)
        )
        key = content_id("batch", how, endpoint, input_hash, before[0][0])
        now = self._clock().astimezone(datetime.UTC).isoformat(timespec="seconds")
        return Record(key, how, endpoint, model, input_hash, stage, run, now, lines, tokens)

    def claim(self, record: Record, hashes: Sequence[str]) -> bool:
        """Enters the batch with its lines; False, and nothing entered, when one of them is in another already."""
        try:
            with self._transaction() as write:
                write.execute(
                    f"INSERT INTO batches ({', '.join(_NAMES)}) VALUES ({', '.join('?' * len(_NAMES))})",
                    [getattr(record, name) for name in _NAMES],
                )
                write.executemany("INSERT INTO batch_lines VALUES (?, ?, 0)", ((one, record.key) for one in hashes))
        except sqlite3.IntegrityError:
            return False
        return True

    def update(self, record: Record, **changes: Any) -> Record:
        """The record with these changes, in the book as well."""
        changed = replace(record, **changes)
        if changed != record:
            assignments = ", ".join(f"{name} = ?" for name in changes)
            with self._transaction() as write:
                write.execute(f"UPDATE batches SET {assignments} WHERE key = ?", [*changes.values(), record.key])
        return changed

    def get(self, key: str) -> Record | None:
        return next(iter(self._records("WHERE key = ?", (key,))), None)

    def owing(self, hashes: Iterable[str]) -> list[Record]:
        """The batches that still owe an answer for any of these requests, the oldest first."""
        wanted = list(hashes)
        keys: set[str] = set()
        for start in range(0, len(wanted), CHUNK):
            chunk = wanted[start : start + CHUNK]
            places = ", ".join("?" * len(chunk))
            query = f"SELECT DISTINCT key FROM batch_lines WHERE NOT done AND request_hash IN ({places})"
            keys.update(row[0] for row in self._rows(query, chunk))
        return [record for record in self._records("ORDER BY created_at, key") if record.key in keys]

    def lines(self, key: str) -> dict[str, bool]:
        """The requests of a batch, and whether each is done with."""
        rows = self._rows("SELECT request_hash, done FROM batch_lines WHERE key = ?", (key,))
        return {request_hash: bool(done) for request_hash, done in rows}

    def done(self, key: str, hashes: Iterable[str]) -> None:
        """The batch owes nothing for these any more; when that holds for all, its lines are forgotten."""
        with self._transaction() as write:
            write.executemany(
                "UPDATE batch_lines SET done = 1 WHERE key = ? AND request_hash = ?", ((key, one) for one in hashes)
            )
            write.execute(
                "DELETE FROM batch_lines WHERE key = ?1 "
                "AND NOT EXISTS (SELECT 1 FROM batch_lines WHERE key = ?1 AND NOT done)",
                (key,),
            )

    def release(self, key: str, status: str) -> None:
        """The batch owes nothing any more, as it was never answered."""
        with self._transaction() as write:
            write.execute("DELETE FROM batch_lines WHERE key = ?", (key,))
            write.execute("UPDATE batches SET status = ? WHERE key = ?", (status, key))

    def forget(self, key: str) -> None:
        """Frees the requests of a batch that will not be answered; raises LedgerError when there is no such batch."""
        if self.get(key) is None:
            raise LedgerError(f"there is no batch {key}", where=str(self.path), fix="`ledger batches` lists them.")
        self.release(key, "forgotten")

    def settle_recorded(self) -> None:
        """Marks lines as done whose replies came into the ledger just before a process ended."""
        with self._transaction() as write:
            write.execute(f"UPDATE batch_lines SET done = 1 WHERE NOT done AND {_RECORDED}")
            write.execute("DELETE FROM batch_lines WHERE key NOT IN (SELECT key FROM batch_lines WHERE NOT done)")

    def all(self) -> list[tuple[Record, int]]:
        """Every batch, the oldest first, and for how many requests it still owes an answer."""
        if not self._rows("SELECT 1 FROM sqlite_master WHERE name = 'batches'"):
            return []
        left = dict(
            self._rows(f"SELECT key, count(*) FROM batch_lines WHERE NOT done AND NOT {_RECORDED} GROUP BY key")
        )
        return [(record, left.get(record.key, 0)) for record in self._records("ORDER BY created_at, key")]

    def _records(self, where: str, values: Sequence[str] = ()) -> list[Record]:
        return [Record(*row) for row in self._rows(f"SELECT {', '.join(_NAMES)} FROM batches {where}", values)]

    def _rows(self, query: str, values: Sequence[str] = ()) -> list[tuple[Any, ...]]:
        try:
            return self._connection.execute(query, values).fetchall()
        except sqlite3.Error as exc:
            raise self._error(exc) from exc

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        try:
            with transaction(self._connection):
                yield self._connection
        except sqlite3.IntegrityError:
            raise
        except sqlite3.Error as exc:
            raise self._error(exc) from exc

    def _error(self, exc: Exception) -> LedgerError:
        return LedgerError(
            f"the book of batches cannot be used: {exc}",
            where=str(self.path),
            fix="Check the disk and who else uses the file; batches that were submitted are found again.",
        )
