"""The reply ledger in a PostgreSQL database, for workers on several machines.

The table is the SQLite file's, with the same columns and values. PostgreSQL's text cannot hold the character U+0000; it
is kept as U+FFFD.
"""

import ssl
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from persona_pipeline.errors import ConfigError, LedgerError
from persona_pipeline.llm.ledger_stores import Row, recording
from persona_pipeline.schemas.fields import columns_of
from persona_pipeline.schemas.ops import ModelCall
from persona_pipeline.settings import masked, unmasked

LAYOUT = 1
SAYS = f"persona_pipeline reply ledger, layout {LAYOUT}"
TIMEOUT_S = 60.0  # how long to wait for the server's answer
_MAKING = 7_240_711_387  # the advisory lock of whoever makes the table
_TYPES = {"VARCHAR": "TEXT", "BIGINT": "BIGINT", "DOUBLE": "DOUBLE PRECISION", "BOOLEAN": "INTEGER"}
_ARRAYS = {"BIGINT": "bigint[]", "DOUBLE PRECISION": "float8[]", "INTEGER": "int[]"}


class PostgresStore:
    """A table of a database that several machines reach; made when absent, unless read_only."""

    def __init__(self, address: str, *, read_only: bool) -> None:
        dbapi = _driver()
        self.place = masked(address)
        self.errors: tuple[type[Exception], ...] = (dbapi.Error, OSError, UnicodeError, _SaidError)
        try:
            self._connection = dbapi.connect(**_settings_of(unmasked(address)))
            self._connection.autocommit = True
            self._prepare(read_only=read_only)
        except self.errors as exc:
            raise LedgerError(
                f"the reply ledger cannot be opened: {said(exc)}",
                where=self.place,
                expected="a PostgreSQL database in which the user may create a table",
                fix="Check the address, the password in PERSONA_LEDGER or PGPASSWORD, and whether the server runs.",
            ) from exc

    def rows(self, query: str, values: Sequence[Any] = ()) -> list[Row]:
        return [tuple(row) for row in self._execute(query, values).fetchall()]

    def record(self, columns: Sequence[str], rows: Sequence[Row]) -> None:
        unnested = ", ".join(f"?::{_ARRAYS.get(_column_types()[name], 'text[]')}" for name in columns)
        statement = recording(columns, f"SELECT * FROM unnest({unnested})")
        self._in_transaction([(statement, list(zip(*some, strict=True))) for some in _without_repeats(rows)])

    def change(self, statement: str, values: Sequence[Any]) -> int:
        return self._in_transaction([(statement, values)])

    def close(self) -> None:
        self._connection.close()

    def _in_transaction(self, statements: Sequence[tuple[str, Sequence[Any]]]) -> int:
        """How many rows the last one touched."""
        count = 0
        self._execute("BEGIN")
        try:
            for statement, values in statements:
                count = self._execute(statement, values).rowcount
        except BaseException:
            self._execute("ROLLBACK")
            raise
        self._execute("COMMIT")
        return count

    def _execute(self, query: str, values: Sequence[Any] = ()) -> Any:
        cursor = self._connection.cursor()
        try:
            cursor.execute(query.replace("?", "%s"), [_storable(value) for value in values])
        except self.errors as exc:
            raise _SaidError(said(exc)) from exc
        return cursor

    def _prepare(self, *, read_only: bool) -> None:
        if read_only:
            self._execute("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY")
        else:
            columns = ", ".join([*_ddl(), "PRIMARY KEY (request_hash)"])
            self._execute("BEGIN")
            self._execute(f"SELECT pg_advisory_xact_lock({_MAKING})")
            if self._comment() is None:
                self._execute(f"CREATE TABLE replies ({columns})")
                self._execute(f"COMMENT ON TABLE replies IS '{SAYS}'")
            self._execute("COMMIT")
        found = self._comment()
        if found != SAYS:
            other = f"its table `replies` is something else's, or of another layout: {found!r} instead of {SAYS!r}"
            raise _SaidError("there is no ledger in it" if found is None else other)

    def _comment(self) -> str | None:
        """What the table `replies` says it is; empty when it says nothing, None when there is none."""
        table = "to_regclass('replies')"
        found = self.rows(f"SELECT coalesce(obj_description({table}), '') WHERE {table} IS NOT NULL")
        return str(found[0][0]) if found else None


class _SaidError(Exception):
    """An error in the server's own words."""


def said(exc: Exception) -> str:
    """The message of an error, which pg8000 gives as a dictionary."""
    first = exc.args[0] if exc.args else str(exc)
    return str(first.get("M", first)) if isinstance(first, dict) else str(first)


def _without_repeats(rows: Sequence[Row]) -> Iterator[list[Row]]:
    """The rows in order, in runs that have no request twice: one statement may write a row only once."""
    run: dict[str, Row] = {}
    for row in rows:
        if row[0] in run:
            yield list(run.values())
            run = {}
        run[row[0]] = row
    if run:
        yield list(run.values())


def _storable(value: Any) -> Any:
    if isinstance(value, str):
        value.encode()  # before anything is sent: the driver would stop in the middle of a message
        return value.replace("\x00", "\ufffd")
    return [_storable(one) for one in value] if isinstance(value, list | tuple) else value


def _column_types() -> dict[str, str]:
    calls = {column.name: _TYPES.get(column.sql_type, "TEXT") for column in columns_of(ModelCall)}
    return {**calls, "text": "TEXT", "failure": "TEXT"}


def _ddl() -> Iterator[str]:
    required = {column.name for column in columns_of(ModelCall) if not column.nullable}
    for name, kind in _column_types().items():
        collation = ' COLLATE "C"' if kind == "TEXT" else ""
        yield f"{name} {kind}{collation}{' NOT NULL' if name in required else ''}"


def _settings_of(address: str) -> dict[str, Any]:
    parts = urlsplit(address)
    mode = parse_qs(parts.query).get("sslmode", ["disable"])[0]
    if mode not in ("disable", "require", "verify-full") or not parts.hostname or not parts.path.strip("/"):
        raise ConfigError(
            "the address of the ledger cannot be read",
            where=masked(address),
            expected="postgresql://user@host:5432/database, with ?sslmode=require for TLS",
        )
    context = ssl.create_default_context()
    if mode == "require":
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return {
        "user": unquote(parts.username or "postgres"),
        "password": unquote(parts.password) if parts.password else None,
        "host": parts.hostname,
        "port": parts.port or 5432,
        "database": parts.path.strip("/"),
        "timeout": TIMEOUT_S,
        "ssl_context": None if mode == "disable" else context,
        "application_name": "persona_pipeline",
    }


def _driver() -> Any:
    try:
        import pg8000.dbapi
    except ImportError as exc:
        raise ConfigError(
            "the driver for PostgreSQL is not installed",
            where="PERSONA_LEDGER",
            fix="pip install 'persona-pipeline[postgres]'",
        ) from exc
    return pg8000.dbapi
