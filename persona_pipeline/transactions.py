"""Changes to a SQLite file that are made as a whole."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """All or nothing: commits at the end, rolls back on any exception.

    Args:
        connection: in autocommit mode (isolation_level None).
    """
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield connection
        connection.execute("COMMIT")
    except BaseException:
        with suppress(sqlite3.Error):  # what went wrong is told, not that there was nothing left to undo
            connection.execute("ROLLBACK")
        raise
