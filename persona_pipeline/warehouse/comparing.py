"""What is different between two warehouse files: tables, columns, rows by key, checks, and the means of numbers."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

from persona_pipeline.errors import WarehouseError
from persona_pipeline.schemas import dictionary  # noqa: F401  (imports every schema)
from persona_pipeline.schemas.ops import MIGRATIONS, RELEASES
from persona_pipeline.schemas.tables import RUN_ID, TABLES
from persona_pipeline.warehouse.ddl import literal, quoted
from persona_pipeline.warehouse.replacing import copy

SIDES = ("before_", "after_")  # the files, where both are attached
BESIDE = (RELEASES.path, MIGRATIONS.path)  # about publishing, not what was published
NUMBERS = ("BIGINT", "DOUBLE", "INTEGER", "HUGEINT")
Columns = Mapping[str, str]


@dataclass(frozen=True)
class Rows:
    """Rows by their key, without regard to the run that published them.

    Args:
        changed: rows with the same key and other values; where a table has no known key, a changed row is one that
            was removed and one that was added.
        by_column: changed rows in which a column is different.
    """

    added: int = 0
    removed: int = 0
    changed: int = 0
    by_column: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Difference:
    """One table in two files.

    Args:
        table: schema.name.
        n_rows: in each; None where the table is not there.
        checks: what its last release says in each: checks that passed, and that warned; None: it says nothing.
        columns_added, columns_removed: names; a column of another type is in both.
        means: of columns of numbers whose mean is different; None for a mean of nothing.
    """

    table: str
    n_rows: tuple[int | None, int | None]
    checks: tuple[tuple[int, int] | None, tuple[int, int] | None]
    columns_added: tuple[str, ...] = ()
    columns_removed: tuple[str, ...] = ()
    rows: Rows = field(default_factory=Rows)
    means: Mapping[str, tuple[float | None, float | None]] = field(default_factory=dict)

    @property
    def is_none(self) -> bool:
        return (
            None not in self.n_rows
            and not (self.columns_added or self.columns_removed)
            and self.rows == Rows()
            and self.checks[0] == self.checks[1]
        )


def compare(a: Path, b: Path) -> list[Difference]:
    """Every table of either file, by name; both files are read and neither is changed."""
    with _both(a, b) as connection:
        tables = [_tables(connection, side) for side in SIDES]
        releases = [_releases(connection, side, here) for side, here in zip(SIDES, tables, strict=True)]
        names = sorted({*tables[0], *tables[1]} - set(BESIDE))
        return [_difference(connection, name, tables, releases) for name in names]


@contextmanager
def _both(a: Path, b: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    if a.resolve() == b.resolve():
        raise WarehouseError("it is compared with itself", where=str(a), expected="two files")
    with closing(duckdb.connect()) as connection, ExitStack() as stack:
        try:
            for side, path in zip(SIDES, (a, b), strict=True):
                _attach(connection, side, path, stack)
            yield connection
        except duckdb.Error as exc:
            raise WarehouseError(str(exc), where=f"{a} and {b}", expected="two warehouse files") from exc


def _attach(connection: duckdb.DuckDBPyConnection, side: str, path: Path, stack: ExitStack) -> None:
    """Attaches a file, or a copy of one that another process has open for writing."""
    try:
        connection.execute(f"ATTACH {literal(str(path))} AS {side} (READ_ONLY)")
    except duckdb.IOException as exc:
        if "lock" not in str(exc):
            raise
        copied = Path(stack.enter_context(TemporaryDirectory(prefix="compared-", dir=path.parent))) / path.name
        copy(path, copied)
        connection.execute(f"ATTACH {literal(str(copied))} AS {side} (READ_ONLY)")


def _tables(connection: duckdb.DuckDBPyConnection, side: str) -> Mapping[str, Columns]:
    """The columns of each table, with their types."""
    found: dict[str, dict[str, str]] = {}
    query = "SELECT schema_name || '.' || table_name, column_name, data_type FROM duckdb_columns() "
    where = f"WHERE database_name = {literal(side)} AND NOT internal ORDER BY column_index"
    for table, column, data_type in connection.execute(query + where).fetchall():
        found.setdefault(table, {})[column] = data_type
    return found


def _releases(connection: duckdb.DuckDBPyConnection, side: str, tables: Mapping[str, Columns]) -> dict[str, Any]:
    """Content and checks of each table's last release."""
    if RELEASES.path not in tables:
        return {}
    rows = connection.execute(
        f"SELECT table_name, arg_max(content, released_at), arg_max(checks_passed, released_at), "
        f"arg_max(checks_warned, released_at) FROM {_name(side, RELEASES.path)} GROUP BY table_name"
    ).fetchall()
    return {table: (content, (passed, warned)) for table, content, passed, warned in rows}


def _difference(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    tables: list[Mapping[str, Columns]],
    releases: list[dict[str, Any]],
) -> Difference:
    before, after = (here.get(table) for here in tables)
    n_rows = tuple(
        _count(connection, side, table) if columns else None
        for side, columns in zip(SIDES, (before, after), strict=True)
    )
    checks = tuple(here[table][1] if table in here else None for here in releases)
    told: dict[str, Any] = {"table": table, "n_rows": n_rows, "checks": checks}
    if before is None or after is None:
        return Difference(**told)
    told |= {
        "columns_added": tuple(name for name in after if before.get(name) != after[name]),
        "columns_removed": tuple(name for name in before if after.get(name) != before[name]),
    }
    same = table in releases[0] and table in releases[1] and releases[0][table][0] == releases[1][table][0]
    if same and not told["columns_added"] and not told["columns_removed"]:
        return Difference(**told)  # equal hashes, equal rows
    shared = {name: kind for name, kind in after.items() if before.get(name) == kind and name != RUN_ID.name}
    return Difference(**told, rows=_rows(connection, table, list(shared)), means=_means(connection, table, shared))


def _rows(connection: duckdb.DuckDBPyConnection, table: str, shared: list[str]) -> Rows:
    key = TABLES.get(table).key if table in TABLES.names() else ()
    if not key or not set(key) <= set(shared):
        return _without_key(connection, table, shared)
    others = [name for name in shared if name not in key]
    join = f"{_name(SIDES[0], table)} a FULL JOIN {_name(SIDES[1], table)} b USING ({', '.join(map(quoted, key))})"
    differs = {name: f"a.{quoted(name)} IS DISTINCT FROM b.{quoted(name)}" for name in others}
    here, there = (f"{side}.rowid IS NOT NULL" for side in ("a", "b"))
    counts = [
        f"count(*) FILTER (NOT ({here}))",
        f"count(*) FILTER (NOT ({there}))",
        f"count(*) FILTER ({here} AND {there} AND ({' OR '.join(differs.values()) or 'false'}))",
        *(f"count(*) FILTER ({here} AND {there} AND {each})" for each in differs.values()),
    ]
    added, removed, changed, *each = connection.execute(f"SELECT {', '.join(counts)} FROM {join}").fetchall()[0]
    return Rows(added, removed, changed, {name: count for name, count in zip(others, each, strict=True) if count})


def _without_key(connection: duckdb.DuckDBPyConnection, table: str, shared: list[str]) -> Rows:
    if not shared:
        return Rows(_count(connection, SIDES[1], table), _count(connection, SIDES[0], table))
    columns = ", ".join(map(quoted, shared))
    one, other = (f"SELECT {columns} FROM {_name(side, table)}" for side in SIDES)
    added, removed = (
        connection.execute(f"SELECT count(*) FROM ({first} EXCEPT ALL {second})").fetchall()[0][0]
        for first, second in ((other, one), (one, other))
    )
    return Rows(added, removed)


def _means(
    connection: duckdb.DuckDBPyConnection, table: str, shared: Columns
) -> dict[str, tuple[float | None, float | None]]:
    numbers = [name for name, kind in shared.items() if kind in NUMBERS]
    if not numbers:
        return {}
    means = ", ".join(f"avg({quoted(name)})" for name in numbers)
    one, other = (connection.execute(f"SELECT {means} FROM {_name(side, table)}").fetchall()[0] for side in SIDES)
    return {name: (x, y) for name, x, y in zip(numbers, one, other, strict=True) if x != y}


def _count(connection: duckdb.DuckDBPyConnection, side: str, table: str) -> int:
    return int(connection.execute(f"SELECT count(*) FROM {_name(side, table)}").fetchall()[0][0])


def _name(side: str, table: str) -> str:
    """A table's name where both files are attached; schemas have no dots."""
    schema, _, name = table.partition(".")
    return f"{side}.{quoted(schema)}.{quoted(name)}"
