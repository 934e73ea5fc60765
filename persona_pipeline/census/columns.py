"""One census CSV file as a table of an SQL engine, every value checked: errors name file, line and column.

A file that says everything as its dictionary does is read in one pass, codes straight into enumerations. Only when that
fails is it read as text and looked at value by value: to name what is wrong, or to put right what may be (leading
zeros, surrounding blanks).
"""

import csv
from collections.abc import Mapping
from pathlib import Path

from persona_pipeline.census import zips
from persona_pipeline.census.layout import CsvFile, Layout
from persona_pipeline.census.values import RAW, Values, distinct, of_another_year, text_like, whole_number
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
    """Makes a type of each variable's codes; a file's codes are cast to them."""
    for variable in dict.fromkeys(layout.codes.values()):
        codes = ", ".join(literal(code) for code in layout.book.labels[variable])
        sql.run(f"CREATE TYPE {_type(variable)} AS ENUM ({codes})")


def _type(variable: str) -> str:
    return quoted(f"code {variable}")


def create_table(sql: Sql, table: str, file: CsvFile, layout: Layout) -> None:
    """Makes `table` of a file, a row a record in the file's order, so that row n, from 0, stands in line n + 2.

    Codes are of their variable's enumeration, texts and numbers text that can be cast.

    Raises InputError for a value that cannot be used, and UnknownCodeError for a code that the codebook lacks.
    """
    wanted = ", ".join([*(_typed(name, layout) for name in layout.names), *_aliases(layout.derived)])
    try:
        sql.run(f"CREATE TABLE {table} AS SELECT {wanted} FROM ({file.query})")
        sound = _is_plain(sql, table, file, layout)
    except StatementRefusedError:
        sound = False
    if sound:
        return
    sql.run(f"DROP TABLE IF EXISTS {table}")
    _load_text(sql, file)
    Values(sql, file, layout).put_right()
    sql.run(f"CREATE TABLE {table} AS SELECT {wanted} FROM {RAW}")
    sql.run(f"DROP TABLE {RAW}")


def _aliases(expressions: Mapping[str, str]) -> list[str]:
    return [f"{expression} AS {quoted(name)}" for name, expression in expressions.items()]


def _typed(name: str, layout: Layout) -> str:
    if name in layout.codes:
        return f"CAST({quoted(name)} AS {_type(layout.codes[name])}) AS {quoted(name)}"
    return quoted(name)


def _is_plain(sql: Sql, table: str, file: CsvFile, layout: Layout) -> bool:
    """Whether every value is as it should be, to the letter, and every line a record."""
    pattern, _ = layout.texts[layout.identity]
    required = [name for name, v in layout.codes.items() if name in file.present and v not in layout.book.blanks]
    faults = " + ".join(
        [
            f"count(*) FILTER (NOT coalesce(regexp_full_match({layout.identity}, {literal(pattern)}), false))",
            f"count(*) FILTER ({of_another_year(layout)})",
            *(f"count(*) - count({quoted(name)})" for name in required),
        ]
    )
    rows, wrong = sql.run(f"SELECT count(*), {faults} FROM {table}")[0]
    if rows != file.rows or wrong:
        return False
    plain = {name: text_like(*rule) for name, rule in layout.texts.items() if name != layout.identity}
    plain |= {name: whole_number(column) for name, column in layout.numbers.items()}
    return all(good(value) for name, good in plain.items() for value in distinct(sql, table, name))


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
