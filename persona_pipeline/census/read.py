"""Reading of person and household records as coded, checked against the codebook, under one set of column names."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import pandas as pd

from persona_pipeline.census import columns, zips
from persona_pipeline.census.codebook import Codebook, load_codebook
from persona_pipeline.census.sources import Extract
from persona_pipeline.census.vintages import Vintage
from persona_pipeline.errors import InputError
from persona_pipeline.progress import report
from persona_pipeline.schemas.census import PERSONS
from persona_pipeline.seeds import content_id

NUMBERS = ("sporder", "pwgtp", "adjinc", "agep", "pincp")
CODES = tuple(
    name
    for name in PERSONS.column_names
    if name not in (*NUMBERS, "person_id", "vintage", "synthetic", "source_file", "source_line", "serialno", "puma")
)
SYNTHETIC = "SYN"  # stands in every serial number of the embedded extract
SERIALNO, PUMA = r"\S{1,20}", r"\d{5}"


def read_persons(extract: Extract, vintage: Vintage, *, allow_missing: bool = False) -> pd.DataFrame:
    """Every person record of an extract, as rows of census.persons.

    Only the columns we use are read; a blank becomes null, and a code that lacks its leading zeros gets them.

    Args:
        allow_missing: read files without some of our columns, with null in them; the columns that identify, place,
            weigh and age a person are always needed.

    Raises InputError for a file, column, number or duplicate that cannot be used, and UnknownCodeError for a code that
    the vintage's codebook does not know.
    """
    needed = [n for n in (*NUMBERS, *CODES, "serialno", "puma") if not (allow_missing and PERSONS.column(n).nullable)]
    names = {name: vintage.variable(name) for name in (*NUMBERS, *CODES, "serialno", "puma")}
    book = load_codebook(vintage.codebook)
    frames = _each_member(
        extract.person_zips,
        "census.persons",
        lambda path, member: _persons(columns.read(path, member, names, needed), vintage, book, member),
    )
    persons = pd.concat(frames, ignore_index=True)
    _refuse_duplicates(persons, ["serialno", "sporder"], "SERIALNO and SPORDER")
    return PERSONS.conform(persons)


def read_household_records(extract: Extract, vintage: Vintage, allow_missing: bool = False) -> pd.DataFrame | None:
    """The household variables of every unit, as coded, by `serialno`; None where the extract has no household zips.

    A column is named as its PUMS variable; a blank is the empty text, and null says that the unit's file lacks the
    column.

    Args:
        allow_missing: read files without some of the variables.
    """
    if not extract.household_zips:
        return None
    variables = [v for several in vintage.household_variables.values() for v in several]
    needed = [several[0] for several in vintage.household_variables.values() if not allow_missing]
    names = {"serialno": "SERIALNO"} | {variable: variable for variable in variables}
    book = load_codebook(vintage.codebook)
    frames = _each_member(
        extract.household_zips,
        "census.households",
        lambda path, member: _records(columns.read(path, member, names, ["serialno", *needed]), vintage, book),
    )
    records = pd.concat(frames, ignore_index=True)
    _refuse_duplicates(records, ["serialno"], "SERIALNO")
    records = records.drop(columns=["source_file", "source_line"]).astype(object)
    return records.where(records.notna(), None)


def _each_member(paths: Sequence[Path], task: str, read: Callable[[Path, str], pd.DataFrame]) -> list[pd.DataFrame]:
    members = [(path, member) for path in paths for member in zips.csv_members(path)]
    frames = []
    for done, (path, member) in enumerate(members):
        report(task, done, len(members), member)
        frames.append(read(path, member))
    report(task, len(members), len(members))
    return frames


def _persons(raw: columns.Raw, vintage: Vintage, book: Codebook, member: str) -> pd.DataFrame:
    serialno = raw.text("serialno", SERIALNO)
    _refuse_other_year(raw, serialno, vintage)
    frame = pd.DataFrame({"serialno": serialno, "puma": raw.text("puma", PUMA, width=5)})
    for name in NUMBERS:
        frame[name] = raw.whole_number(PERSONS.column(name))
    for name in CODES:
        frame[name] = raw.code(name, book)
    frame["vintage"], frame["source_file"], frame["source_line"] = vintage.name, member, raw.lines
    frame["synthetic"] = serialno.str.contains(SYNTHETIC, regex=False)
    frame["person_id"] = _ids(vintage.name, serialno, frame["sporder"])
    return frame


def _ids(vintage: str, serialno: Iterable[str], sporder: Iterable[int]) -> list[str]:
    return [content_id("person", vintage, serial, int(order)) for serial, order in zip(serialno, sporder, strict=True)]


def _records(raw: columns.Raw, vintage: Vintage, book: Codebook) -> pd.DataFrame:
    serialno = raw.text("serialno", SERIALNO)
    _refuse_other_year(raw, serialno, vintage)
    frame = pd.DataFrame({"serialno": serialno})
    for several in vintage.household_variables.values():
        for variable in several:
            frame[variable] = raw.code(variable, book, blank="")
    frame["source_file"], frame["source_line"] = raw.where, raw.lines
    return frame


def _refuse_other_year(raw: columns.Raw, serialno: pd.Series, vintage: Vintage) -> None:
    """A serial number since 2018 starts with its year: a file of another year is decoded by the wrong dictionary."""
    years = serialno.str.extract(r"^((?:19|20)\d\d)(?:GQ|HU)", expand=False)
    other = years.notna() & (years != str(vintage.year))
    if other.any():
        year = years[other].iloc[0]
        raise InputError(
            f"SERIALNO {serialno[other].iloc[0]} is of {year}, the vintage chosen is {vintage.name}",
            where=raw.place(other),
            expected=f"serial numbers of {vintage.year}",
            fix=f"Choose the vintage {year}-1yr, or files of {vintage.year}.",
        )


def _refuse_duplicates(frame: pd.DataFrame, key: list[str], called: str) -> None:
    again = frame.duplicated(key)
    if not again.any():
        return
    second = frame[again].iloc[0]
    first = frame[(frame[key] == second[key]).all(axis=1)].iloc[0]
    values = " and ".join(str(second[name]) for name in key)
    raise InputError(
        f"the same {called} ({values}) as in {first['source_file']} line {first['source_line']}, "
        f"and {int(again.sum()) - 1} more like it",
        where=f"{second['source_file']} line {second['source_line']}",
        expected="each record once",
        fix="Read each state once, and not together with the national file.",
    )
