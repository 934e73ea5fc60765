"""One census CSV file as a table of an SQL engine, every value checked: errors name file, line and column.

A file that says everything as its dictionary does is parsed in one pass (plain.py). Only when that fails is it read as
text and looked at value by value: to name what is wrong, or to put right what may be (quotes, leading zeros,
surrounding blanks).
"""

import csv
from collections.abc import Callable, Collection, Mapping
from pathlib import Path

from persona_pipeline.census import zips
from persona_pipeline.census.layout import CsvFile, Layout
from persona_pipeline.census.plain import NotPlainError, plain
from persona_pipeline.census.values import RAW, Values
from persona_pipeline.errors import InputError
from persona_pipeline.schemas.staged import Sql, StatementRefusedError, literal, quoted


def opened(file: zips.Unpacked, where: str, layout: Layout) -> CsvFile:
    """The columns of an unpacked file that are there.

    Raises InputError when the file is empty, lacks a column or has no header.
    """
    header = _header(file.path, where)
    spelled = {given.strip().upper(): place for place, given in enumerate(header)}
    present = {ours: spelled[theirs.upper()] for ours, theirs in layout.names.items() if theirs.upper() in spelled}
    _refuse_missing([layout.names[name] for name in layout.needed if name not in present], where)
    if file.lines <= 1:
        raise InputError("it has a header and no rows", where=where, expected="a row a record", fix=zips.AGAIN)
    second = {ours: f"c{spelled[theirs]}" for ours, theirs in layout.otherwise.items() if theirs in spelled}
    told = {name: _told(present.get(name), second.get(name)) for name in layout.names}
    told |= {name: literal(value) for name, value in layout.constants.items()}
    query = _select(file.path, len(header), told)
    return CsvFile(where, query, frozenset(present), file.lines - 1)


def _header(path: Path, where: str) -> list[str]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            return next(csv.reader(lines))
    except (StopIteration, UnicodeDecodeError, csv.Error) as exc:
        raise _no_csv(where, exc) from exc


def _no_csv(where: str, exc: Exception) -> InputError:
    why = str(exc) or "it is empty"
    return InputError(f"it is no CSV file with a header ({why})", where=where, expected="a Census CSV", fix=zips.AGAIN)


def _told(place: int | None, second: str | None) -> str:
    """A column by its place; where it is negative (does not apply), what another one tells."""
    if place is None:
        return "CAST(NULL AS VARCHAR)"
    first = f"c{place}"
    return first if second is None else f"CASE WHEN starts_with({first}, '-') THEN {second} ELSE {first} END"


def _select(path: Path, width: int, told: Mapping[str, str]) -> str:
    """Names columns by their place: only what is selected is kept, and no header can spoil the statement."""
    columns = ", ".join(f"'c{place}': 'VARCHAR'" for place in range(width))
    wanted = ", ".join(_aliases(told))
    return (
        f"SELECT {wanted} FROM read_csv({literal(str(path))}, columns = {{{columns}}}, auto_detect = false, "
        "header = true, delim = ',', quote = '\"', escape = '\"')"
    )


def _refuse_missing(missing: list[str], where: str) -> None:
    if missing:
        raise InputError(
            f"the column{'s' if len(missing) > 1 else ''} {', '.join(missing)} "
            f"{'are' if len(missing) > 1 else 'is'} missing",
            where=where,
            expected="the columns of this vintage's files",
            fix="Check that the vintage fits the files, or set allow_missing to read them with null where facts are "
            "missing; what identifies, places, weighs and ages a person is always needed.",
        )


def create_enumerations(sql: Sql, layout: Layout) -> None:
    """Makes a type of each variable's codes, which tells a code's place and the code at a place."""
    for variable in dict.fromkeys(layout.codes.values()):
        codes = ", ".join(literal(code) for code in layout.book.labels[variable])
        sql.run(f"CREATE TYPE {_type(variable)} AS ENUM ({codes})")


def _type(variable: str) -> str:
    return quoted(f"code {variable}")


def code_at(name: str, layout: Layout) -> str:
    """SQL for the code that a column of `create_table` holds the place of."""
    return f"enum_range(CAST(NULL AS {_type(layout.codes[name])}))[{quoted(name)} + 1]"


def create_table(sql: Sql, table: str, path: Path, member: str, layout: Layout) -> CsvFile:
    """Makes `table` of a CSV file in a zip, a row a record in the file's order: row n, from 0, is of line n + 2.

    Codes are places in their variable's codes, from 0; numbers are numbers, or text that can be cast to them.

    Raises InputError for a file or value that cannot be used, and UnknownCodeError for a code that the codebook lacks.
    """
    where = f"{path.name}/{member}"
    try:
        with zips.open_csv(path, member) as lines:
            found = plain(lines, layout)
            rows = sql.load(table, found.pieces, _wanted(layout, found.present, lambda name: quoted(name)))
        if rows:
            return CsvFile(where, "", found.present, rows)
    except NotPlainError:
        pass
    sql.run(f"DROP TABLE IF EXISTS {table}")
    with zips.unpacked(path, member, sql.folder) as unpacked:
        file = opened(unpacked, where, layout)
        _load_text(sql, file)
    Values(sql, file, layout).put_right()
    wanted = ", ".join(_aliases(_wanted(layout, layout.names, lambda name: _place(name, layout))))
    sql.run(f"CREATE TABLE {table} AS SELECT {wanted} FROM {RAW}")
    sql.run(f"DROP TABLE {RAW}")
    return file


def _wanted(layout: Layout, present: Collection[str], told: Callable[[str], str]) -> dict[str, str]:
    """Our columns, each with the SQL for it."""
    given = {name: told(name) if name in present else f"CAST(NULL AS {_kind(name, layout)})" for name in layout.names}
    return given | dict(layout.derived)


def _kind(name: str, layout: Layout) -> str:
    return "USMALLINT" if name in layout.codes else "BIGINT" if name in layout.numbers else "VARCHAR"


def _place(name: str, layout: Layout) -> str:
    if name not in layout.codes:
        return quoted(name)
    return f"CAST(enum_code(CAST({quoted(name)} AS {_type(layout.codes[name])})) AS USMALLINT)"


def _aliases(expressions: Mapping[str, str]) -> list[str]:
    return [f"{expression} AS {quoted(name)}" for name, expression in expressions.items()]


def _load_text(sql: Sql, file: CsvFile) -> None:
    try:
        sql.run(f"CREATE OR REPLACE TABLE {RAW} AS {file.query}")
    except StatementRefusedError as exc:
        raise _no_csv(file.where, exc) from exc
    rows = sql.run(f"SELECT count(*) FROM {RAW}")[0][0]
    if rows != file.rows:
        raise InputError(
            f"its {file.rows:,} lines below the header hold {rows:,} records",
            where=file.where,
            expected="a line a record, and no empty line",
            fix=zips.AGAIN,
        )
