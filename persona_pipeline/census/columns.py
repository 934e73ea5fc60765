"""One census CSV file as columns of text, checked as each is taken: errors name file, line and column."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from persona_pipeline.census import zips
from persona_pipeline.census.codebook import Codebook
from persona_pipeline.errors import InputError, UnknownCodeError
from persona_pipeline.schemas.fields import Column

WHOLE_NUMBER = re.compile(r"-?\d{1,12}")


def read(path: Path, member: str, names: Mapping[str, str], needed: Collection[str]) -> "Raw":
    """The columns of one CSV file inside a zip that are there.

    Args:
        names: our name of each column → the file's, in any case.
        needed: of these, our names of those that must be there.

    Raises InputError when the file is empty, lacks a column or is no CSV.
    """
    where = f"{path.name}/{member}"
    try:
        present = _present(path, member, names)
        _refuse_missing([names[name] for name in needed if name not in present], where)
        with zips.open_csv(path, member) as lines:
            frame = pd.read_csv(
                lines,
                usecols=list(present.values()),
                dtype=object,  # text, whatever it looks like
                na_filter=False,
                skip_blank_lines=False,  # so that a row's number gives its line
                encoding="utf-8-sig",
            )
    except (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeDecodeError) as exc:
        raise InputError(f"it is no CSV file with a header ({exc})", where=where, expected="a Census CSV") from exc
    if frame.empty:
        raise InputError("it has a header and no rows", where=where, expected="a row a record", fix=zips.AGAIN)
    ours = {given: name for name, given in present.items()}
    return Raw(where, names, frame.rename(columns=ours).astype("category"))


def _present(path: Path, member: str, names: Mapping[str, str]) -> dict[str, str]:
    """Our name → the header's, of the columns the file has."""
    with zips.open_csv(path, member) as lines:
        header = list(pd.read_csv(lines, nrows=0, encoding="utf-8-sig").columns)
    spelled = {given.strip().upper(): given for given in header}
    return {ours: spelled[theirs] for ours, theirs in names.items() if theirs in spelled}


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


@dataclass(frozen=True)
class Raw:
    """The columns of one file, as categories of text under our names.

    Args:
        where: zip and file, for messages.
        names: our name of a column → the file's.
    """

    where: str
    names: Mapping[str, str]
    frame: pd.DataFrame

    @property
    def lines(self) -> np.ndarray:
        """Each row's line in the file; the header is line 1."""
        return np.arange(2, len(self.frame) + 2)

    def place(self, wrong: pd.Series) -> str:
        """File and line of the first row that is wrong."""
        return f"{self.where} line {int(self.lines[np.asarray(wrong, dtype=bool)][0])}"

    def text(self, name: str, pattern: str, width: int = 0) -> pd.Series:
        """A column of text that matches a pattern in every row, zero-padded to a width."""
        column = self._padded(name, width)
        good = {value for value in column.cat.categories if re.fullmatch(pattern, value)}
        self._refuse(name, column, good, f"text like {pattern}")
        return _objects(column, {value: value for value in good})

    def whole_number(self, column: Column) -> pd.Series:
        """A column of whole numbers within the column's bounds; a blank is null where that is allowed.

        A column that the file lacks is null.
        """
        if column.name not in self.frame:
            return self._all_null("Int64")
        values = self._padded(column.name, 0)
        numbers = {text: int(text) for text in values.cat.categories if WHOLE_NUMBER.fullmatch(text)}
        allowed = {text: number for text, number in numbers.items() if _within(number, column)}
        blank = {""} if column.nullable else set()
        self._refuse(column.name, values, {*allowed, *blank}, f"a whole number{_bounds(column)}")
        return _objects(values, allowed).astype("Int64")

    def code(self, name: str, book: Codebook, blank: str | None = None) -> pd.Series:
        """A column of codes that the codebook knows, zero-padded as it writes them.

        Args:
            blank: what a blank becomes, where the dictionary allows one. A column that the file lacks is null.
        """
        if name not in self.frame:
            return self._all_null("object")
        variable = self.names[name]
        known = book.labels[variable]
        column = self._padded(name, book.width(variable))
        allowed = {*known, ""} if variable in book.blanks else set(known)
        wrong = self._rows_outside(column, allowed)
        if wrong.any():
            raise self._unknown_code(variable, column[wrong].iloc[0], wrong, book)
        return _objects(column, {code: code for code in known} | {"": blank})

    def _unknown_code(self, variable: str, code: str, wrong: pd.Series, book: Codebook) -> UnknownCodeError:
        known = list(book.labels[variable])
        some = ", ".join(known[:12]) + (f", … ({len(known)} codes)" if len(known) > 12 else "")
        return UnknownCodeError(
            f"{variable} is {_shown(code)}{_more(wrong)}",
            where=f"{self.place(wrong)}, column {variable}",
            expected=f"one of {some}" + (" or a blank" if variable in book.blanks else " and never a blank"),
            fix=f"If the file is right, add the code to {book.path}; else check that the vintage fits the file.",
        )

    def _padded(self, name: str, width: int) -> pd.Series:
        """The column without surrounding blanks; codes shorter than `width` get leading zeros, blanks stay empty."""
        column = self.frame[name]
        clean = {raw: raw.strip().zfill(width) if raw.strip() else "" for raw in column.cat.categories}
        if all(raw == value for raw, value in clean.items()):
            return column
        return column.astype(object).map(clean).astype("category")

    def _refuse(self, name: str, column: pd.Series, allowed: Collection[str], expected: str) -> None:
        wrong = self._rows_outside(column, allowed)
        if wrong.any():
            raise InputError(
                f"{self.names[name]} is {_shown(column[wrong].iloc[0])}{_more(wrong)}",
                where=f"{self.place(wrong)}, column {self.names[name]}",
                expected=expected,
                fix="Correct the file, or fetch it again from the Census Bureau.",
            )

    def _rows_outside(self, column: pd.Series, allowed: Collection[str]) -> pd.Series:
        bad = [value for value in column.cat.categories if value not in allowed]
        return column.isin(bad)

    def _all_null(self, dtype: str) -> pd.Series:
        return pd.Series([None] * len(self.frame), index=self.frame.index, dtype=dtype)


def _objects(column: pd.Series, values: Mapping[str, object]) -> pd.Series:
    """Each category's value, in an object column: equal texts share one string, which keeps a nation in memory."""
    found = np.array([*(values.get(category) for category in column.cat.categories), None], dtype=object)
    return pd.Series(found[column.cat.codes.to_numpy()], index=column.index, dtype=object)


def _within(number: int, column: Column) -> bool:
    low, high = column.at_least, column.at_most
    return (low is None or number >= low) and (high is None or number <= high)


def _bounds(column: Column) -> str:
    low = "" if column.at_least is None else f" from {column.at_least:g}"
    return low + ("" if column.at_most is None else f" to {column.at_most:g}")


def _shown(value: str) -> str:
    return f"'{value[:40]}'" if value else "blank"


def _more(wrong: pd.Series) -> str:
    others = int(wrong.sum()) - 1
    return f" (and {others} more like it)" if others else ""
