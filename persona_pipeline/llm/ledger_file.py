"""The ledger's SQLite file: opened, made when absent, and refused with a reason when it is something else."""

import sqlite3
import time
from pathlib import Path

from persona_pipeline.errors import LedgerError
from persona_pipeline.llm.ledger_migrations import MIGRATIONS, bring_up_to_date
from persona_pipeline.migrations import newest, refuse_newer
from persona_pipeline.schemas.fields import Column, columns_of
from persona_pipeline.schemas.ops import ModelCall
from persona_pipeline.transactions import transaction

BUSY_S = 30.0  # how long one process waits for another's commit
_TYPES = {"VARCHAR": "TEXT", "BIGINT": "INTEGER", "DOUBLE": "REAL", "BOOLEAN": "INTEGER", "TIMESTAMP": "TEXT"}


def connect(path: Path, *, read_only: bool) -> sqlite3.Connection:
    """The open file, of this layout; anything else raises LedgerError."""
    try:
        connection = _open_existing(path) if read_only else _open_or_make(path)
    except (sqlite3.Error, OSError) as exc:
        raise _unusable(path, str(exc)) from exc
    try:
        _check(connection, path)
    except sqlite3.Error as exc:
        connection.close()
        raise _unusable(path, str(exc)) from exc
    except LedgerError:
        connection.close()
        raise
    return connection


def _open_or_make(path: Path) -> sqlite3.Connection:
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(path, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
    try:
        if not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            _patiently(connection, "PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")  # a killed process loses nothing; a power cut, a batch
        with transaction(connection):
            if _is_new(connection):
                _make(connection)
            else:
                bring_up_to_date(connection)
                if connection.execute("PRAGMA user_version").fetchone()[0] == newest(MIGRATIONS):
                    _add_columns(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _open_existing(path: Path) -> sqlite3.Connection:
    """Read-only; also from a folder that cannot be written, where SQLite needs to hear that nobody else writes."""
    if not path.is_file():
        raise FileNotFoundError("there is no such file")
    for mode in ("mode=ro", "mode=ro&immutable=1"):
        connection = sqlite3.connect(
            f"{path.resolve().as_uri()}?{mode}", uri=True, timeout=BUSY_S, check_same_thread=False
        )
        try:
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except sqlite3.OperationalError:
            connection.close()
            continue
        return connection
    raise sqlite3.OperationalError("unable to open the file")


def _patiently(connection: sqlite3.Connection, statement: str) -> None:
    """Runs a statement that SQLite does not wait with when another process holds the file."""
    deadline = time.monotonic() + BUSY_S
    while True:
        try:
            connection.execute(statement)
            return
        except sqlite3.OperationalError as exc:
            if "locked" not in str(exc) or time.monotonic() > deadline:
                raise
            time.sleep(0.01)


def _is_new(connection: sqlite3.Connection) -> bool:
    tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    return not tables and connection.execute("PRAGMA user_version").fetchone()[0] == 0


def _make(connection: sqlite3.Connection) -> None:
    text_and_failure = ["text TEXT", "failure TEXT"]
    columns = ", ".join([*map(_ddl, columns_of(ModelCall)), *text_and_failure])
    connection.execute(f"CREATE TABLE replies ({columns}, PRIMARY KEY (request_hash))")
    connection.execute(f"PRAGMA user_version = {newest(MIGRATIONS)}")


def _add_columns(connection: sqlite3.Connection) -> None:
    """Gives a file that was made before a column that may be null existed that column; older programs do not mind."""
    present = {row[1] for row in connection.execute("PRAGMA table_info(replies)")}
    for column in columns_of(ModelCall):
        if present and column.nullable and column.name not in present:
            connection.execute(f"ALTER TABLE replies ADD COLUMN {_ddl(column)}")


def _ddl(column: Column) -> str:
    return f"{column.name} {_TYPES[column.sql_type]}{'' if column.nullable else ' NOT NULL'}"


def _check(connection: sqlite3.Connection, path: Path) -> None:
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    refuse_newer(MIGRATIONS, version, error=LedgerError, what="the reply ledger", where=str(path))
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'replies'").fetchone() or version < 1:
        raise _unusable(path, "it is a SQLite file of something else")
    if version < newest(MIGRATIONS):  # opened for reading
        raise LedgerError(
            f"the reply ledger has layout {version}, older than this program's",
            where=str(path),
            expected=f"layout {newest(MIGRATIONS)}",
            fix=f"Type `persona-pipeline upgrade --ledger {path}` once.",
        )


def _unusable(path: Path, why: str) -> LedgerError:
    return LedgerError(
        f"the reply ledger cannot be opened: {why}",
        where=str(path),
        expected="a SQLite file that this program made, in a folder that it may write to",
        fix="Name another file, or move this one away; a new ledger is made where there is none.",
    )
