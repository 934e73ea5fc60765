"""One census CSV file as a table of an SQL engine, every value checked: errors name file, line and column.

A file that says everything as its dictionary does is read in one pass, codes straight into enumerations. Only when that
fails is it read as text and looked at value by value: to name what is wrong, or to put right what may be (leading
zeros, surrounding blanks).
"""

import csv
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from persona_pipeline.census import zips
from persona_pipeline.census.codebook import Codebook
from persona_pipeline.errors import InputError, UnknownCodeError
from persona_pipeline.schemas.fields import Column
from persona_pipeline.schemas.staged import Sql, StatementRefusedError, literal, quoted

WHOLE_NUMBER = re.compile(r"-?\d{1,12}", re.ASCII)
RAW = "raw"
Good = Callable[[str], bool]


@dataclass(frozen=True)
class Layout:
    """What the columns of a kind of file hold, under our names.

    Args:
        vintage: for messages.
        years: the years that an identity may start with, where it starts with one.
        book: what the codes are looked up in.
        names: our name of each column → the file's, in any case.
        needed: our names of the columns that must be there.
        constants: our names of columns that say the same of everybody.
        otherwise: our name of a column → the file's that tells where the first is negative: does not apply.
        identity: the text that names the record, which is too varied to be looked at value by value.
        texts: each text's pattern and the width that leading zeros fill (0: none).
        codes: each code's variable in the codebook.
        numbers: whole numbers, with bounds.
        derived: further columns, each as SQL over ours.
    """

    vintage: str
    years: tuple[int, ...]
    book: Codebook
    names: Mapping[str, str]
    needed: tuple[str, ...]
    identity: str
    texts: Mapping[str, tuple[str, int]]
    codes: Mapping[str, str]
    numbers: Mapping[str, Column] = field(default_factory=dict)
    derived: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    otherwise: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class CsvFile:
    """A CSV file that can be read.

    Args:
        where: zip and file, for messages.
        query: SQL that gives its columns as text under our names; null where blank or absent.
        present: our names of the columns that it has.
        rows: how many records its lines hold.
    """

    where: str
    query: str
    present: frozenset[str]
    rows: int

    @property
    def member(self) -> str:
        """The file's name inside its zip."""
        return self.where.split("/", 1)[1]


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
    _Values(sql, file, layout).put_right()
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
            f"count(*) FILTER ({_of_another_year(layout)})",
            *(f"count(*) - count({quoted(name)})" for name in required),
        ]
    )
    rows, wrong = sql.run(f"SELECT count(*), {faults} FROM {table}")[0]
    if rows != file.rows or wrong:
        return False
    plain = {name: _text_like(*rule) for name, rule in layout.texts.items() if name != layout.identity}
    plain |= {name: _whole_number(column) for name, column in layout.numbers.items()}
    return all(good(value) for name, good in plain.items() for value in _distinct(sql, table, name))


def _of_another_year(layout: Layout) -> str:
    years = ", ".join(literal(str(year)) for year in layout.years)
    name = layout.identity
    return (
        f"left({name}, 4) NOT IN ({years}) AND substr({name}, 5, 2) IN ('GQ', 'HU') "
        f"AND regexp_matches({name}, '^(19|20)\\d\\d')"
    )


def _distinct(sql: Sql, table: str, name: str) -> list[str]:
    """Each value once; a blank is the empty text."""
    return [value or "" for (value,) in sql.run(f"SELECT DISTINCT {quoted(name)} FROM {table}")]


def _text_like(pattern: str, width: int) -> Good:
    """Whether a text is good as it stands."""
    compiled = re.compile(pattern, re.ASCII)
    return lambda value: len(value) >= width and compiled.fullmatch(value) is not None


def _whole_number(column: Column) -> Good:
    """Whether a text is a whole number within a column's bounds, or a blank where that is allowed."""

    def good(value: str) -> bool:
        return WHOLE_NUMBER.fullmatch(value) is not None and _within(int(value), column)

    return lambda value: good(value) if value else column.nullable


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


@dataclass(frozen=True)
class _Values:
    """The text of a file, value by value."""

    sql: Sql
    file: CsvFile
    layout: Layout

    def put_right(self) -> None:
        """Takes away surrounding blanks and fills leading zeros; raises for the first value that stays wrong."""
        for name, (pattern, width) in self.layout.texts.items():
            self._refuse(name, width, _text_like(pattern, width), f"text like {pattern}")
        self._refuse_other_year()
        for name, column in self.layout.numbers.items():
            self._refuse(name, 0, _whole_number(column), f"a whole number{_bounds(column)}")
        for name, variable in self.layout.codes.items():
            self._refuse_unknown(name, variable)

    def _cleaned(self, name: str, width: int) -> set[str]:
        """The column's values, after cleaning it."""
        found = {value: _clean(value, width) for value in _distinct(self.sql, RAW, name)}
        changed = [f"({literal(was)}, {literal(now) if now else 'NULL'})" for was, now in found.items() if was != now]
        if changed:
            self.sql.run(
                f"UPDATE {RAW} SET {quoted(name)} = good.said FROM (VALUES {', '.join(changed)}) good (was, said) "
                f"WHERE {RAW}.{quoted(name)} = good.was"
            )
        return set(found.values())

    def _refuse(self, name: str, width: int, good: Good, expected: str) -> None:
        wrong = [value for value in self._cleaned(name, width) if not good(value)]
        if wrong:
            value, line, others = self._first(name, wrong)
            raise InputError(
                f"{self.layout.names[name]} is {_shown(value)}{others}",
                where=f"{self.file.where} line {line}, column {self.layout.names[name]}",
                expected=expected,
                fix="Correct the file, or fetch it again from the Census Bureau.",
            )

    def _refuse_unknown(self, name: str, variable: str) -> None:
        if name not in self.file.present:
            return
        known, may_be_blank = self.layout.book.labels[variable], variable in self.layout.book.blanks
        allowed = {*known, ""} if may_be_blank else set(known)
        wrong = [value for value in self._cleaned(name, self.layout.book.width(variable)) if value not in allowed]
        if not wrong:
            return
        value, line, others = self._first(name, wrong)
        some = ", ".join(list(known)[:12]) + (f", … ({len(known)} codes)" if len(known) > 12 else "")
        raise UnknownCodeError(
            f"{variable} is {_shown(value)}{others}",
            where=f"{self.file.where} line {line}, column {variable}",
            expected=f"one of {some}" + (" or a blank" if may_be_blank else " and never a blank"),
            fix=f"If the file is right, add the code to {self.layout.book.path}; "
            "else check that the vintage fits the file.",
        )

    def _refuse_other_year(self) -> None:
        """A serial number since 2018 starts with its year: another year's file is decoded by the wrong dictionary."""
        name = self.layout.identity
        wrong = self.sql.run(
            f"SELECT rowid + 2, {name} FROM {RAW} WHERE {_of_another_year(self.layout)} ORDER BY rowid LIMIT 1"
        )
        for line, value in wrong:
            raise InputError(
                f"{self.layout.names[name]} {value} is of {value[:4]}, the vintage chosen is {self.layout.vintage}",
                where=f"{self.file.where} line {line}",
                expected=f"serial numbers of {_range(self.layout.years)}",
                fix=f"Choose a vintage of {value[:4]}, or files of {_range(self.layout.years)}.",
            )

    def _first(self, name: str, wrong: list[str]) -> tuple[str, int, str]:
        """The first wrong value with its line, and how many more there are."""
        values = ", ".join(literal(value) for value in wrong)
        value, row = self.sql.run(
            f"SELECT coalesce({quoted(name)}, ''), rowid FROM {RAW} "
            f"WHERE coalesce({quoted(name)}, '') IN ({values}) ORDER BY rowid LIMIT 1"
        )[0]
        count = self.sql.run(f"SELECT count(*) FROM {RAW} WHERE coalesce({quoted(name)}, '') IN ({values})")[0][0]
        return value, row + 2, f" (and {count - 1} more like it)" if count > 1 else ""


def _clean(value: str, width: int) -> str:
    value = value.strip()
    return value.zfill(width) if value else ""


def _within(number: int, column: Column) -> bool:
    low, high = column.at_least, column.at_most
    return (low is None or number >= low) and (high is None or number <= high)


def _bounds(column: Column) -> str:
    low = "" if column.at_least is None else f" from {column.at_least:g}"
    return low + ("" if column.at_most is None else f" to {column.at_most:g}")


def _range(years: tuple[int, ...]) -> str:
    return f"{years[0]}" if len(years) == 1 else f"{years[0]} to {years[-1]}"


def _shown(value: str) -> str:
    return f"'{value[:40]}'" if value else "blank"
