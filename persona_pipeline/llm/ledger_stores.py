"""What a reply ledger needs of a database; a SQLite file and a PostgreSQL database give it."""

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from persona_pipeline.llm.ledger_file import connect
from persona_pipeline.settings import is_address
from persona_pipeline.transactions import transaction

Row = tuple[Any, ...]


class LedgerStore(Protocol):
    """A table `replies` for one process; others may have it open at the same time.

    Args:
        place: where it is, as a message may say it: without a password.
        errors: what its functions raise when they cannot do what they are for.
    """

    place: str
    errors: tuple[type[Exception], ...]

    def rows(self, query: str, values: Sequence[Any] = ()) -> list[Row]:
        """The rows of a query; `?` stands for a value."""

    def record(self, columns: Sequence[str], rows: Sequence[Row]) -> None:
        """Writes all rows in one transaction, or none; an ok row that is there stays as it is."""

    def change(self, statement: str, values: Sequence[Any]) -> int:
        """Carries a statement out, in a transaction of its own, and says how many rows it touched."""

    def close(self) -> None: ...


class SqliteStore:
    """A file of this machine."""

    errors: tuple[type[Exception], ...] = (sqlite3.Error, UnicodeError)

    def __init__(self, path: Path, *, read_only: bool) -> None:
        self.place = str(path)
        self._connection = connect(path, read_only=read_only)

    def rows(self, query: str, values: Sequence[Any] = ()) -> list[Row]:
        return self._connection.execute(query, values).fetchall()

    def record(self, columns: Sequence[str], rows: Sequence[Row]) -> None:
        values = f"VALUES ({', '.join('?' for _ in columns)})"
        with transaction(self._connection):
            self._connection.executemany(recording(columns, values), rows)

    def change(self, statement: str, values: Sequence[Any]) -> int:
        with transaction(self._connection):
            return self._connection.execute(statement, values).rowcount

    def close(self) -> None:
        self._connection.close()


def recording(columns: Sequence[str], values: str) -> str:
    """The statement that writes rows, but never over a good reply."""
    changes = ", ".join(f"{name} = excluded.{name}" for name in columns)
    return (
        f"INSERT INTO replies ({', '.join(columns)}) {values} "
        f"ON CONFLICT (request_hash) DO UPDATE SET {changes} WHERE replies.status <> 'ok'"
    )


def store_at(place: Path | str, *, read_only: bool) -> LedgerStore:
    """The store of a path, or of an address such as postgresql://user@host/database."""
    if not is_address(str(place)):
        return SqliteStore(Path(place), read_only=read_only)
    from persona_pipeline.llm.ledger_postgres import PostgresStore

    return PostgresStore(str(place), read_only=read_only)
