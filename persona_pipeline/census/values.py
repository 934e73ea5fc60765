"""The values of a census file, each looked at once: what is good, what can be put right, and what is named as wrong."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from persona_pipeline.census.layout import CsvFile, Layout
from persona_pipeline.errors import InputError, UnknownCodeError
from persona_pipeline.schemas.fields import Column
from persona_pipeline.schemas.staged import Sql, literal, quoted

WHOLE_NUMBER = re.compile(r"-?\d{1,12}", re.ASCII)
RAW = "raw"
Good = Callable[[str], bool]


@dataclass(frozen=True)
class Values:
    """The text of a file, in the table RAW, value by value."""

    sql: Sql
    file: CsvFile
    layout: Layout

    def put_right(self) -> None:
        """Takes away surrounding blanks and fills leading zeros; raises for the first value that stays wrong."""
        for name, (pattern, width) in self.layout.texts.items():
            self._refuse(name, width, text_like(pattern, width), f"text like {pattern}")
        self._refuse_other_year()
        for name, column in self.layout.numbers.items():
            self._refuse(name, 0, whole_number(column), f"a whole number{_bounds(column)}")
        for name, variable in self.layout.codes.items():
            self._refuse_unknown(name, variable)

    def _cleaned(self, name: str, width: int) -> set[str]:
        """The column's values, after cleaning it."""
        found = {value: _clean(value, width) for value in distinct(self.sql, RAW, name)}
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
            f"SELECT rowid + 2, {name} FROM {RAW} WHERE {of_another_year(self.layout)} ORDER BY rowid LIMIT 1"
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


def of_another_year(layout: Layout) -> str:
    """An SQL condition that is true of an identity that starts with a year which is none of the vintage's."""
    years = ", ".join(literal(str(year)) for year in layout.years)
    name = layout.identity
    return (
        f"left({name}, 4) NOT IN ({years}) AND substr({name}, 5, 2) IN ('GQ', 'HU') "
        f"AND regexp_matches({name}, '^(19|20)\\d\\d')"
    )


def distinct(sql: Sql, table: str, name: str) -> list[str]:
    """Each value once; a blank is the empty text."""
    return [value or "" for (value,) in sql.run(f"SELECT DISTINCT {quoted(name)} FROM {table}")]


def text_like(pattern: str, width: int) -> Good:
    """Whether a text is good as it stands."""
    compiled = re.compile(pattern, re.ASCII)
    return lambda value: len(value) >= width and compiled.fullmatch(value) is not None


def whole_number(column: Column) -> Good:
    """Whether a text is a whole number within a column's bounds, or a blank where that is allowed."""

    def good(value: str) -> bool:
        return WHOLE_NUMBER.fullmatch(value) is not None and _within(int(value), column)

    return lambda value: good(value) if value else column.nullable
