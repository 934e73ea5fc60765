"""Reading of person and household records as coded, checked against the codebook, under one set of column names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from persona_pipeline.census import columns, zips
from persona_pipeline.census.layout import CsvFile, Layout
from persona_pipeline.census.sources import Extract
from persona_pipeline.census.vintages import Vintage
from persona_pipeline.errors import InputError
from persona_pipeline.progress import report
from persona_pipeline.schemas.census import PERSONS, REPLICATE_WEIGHTS
from persona_pipeline.schemas.staged import Sql, Staged, literal, quoted
from persona_pipeline.seeds import ID_DIGITS

NUMBERS = ("sporder", "pwgtp", "adjinc", "agep", "pincp")
CODES = tuple(
    name
    for name in PERSONS.column_names
    if name not in (*NUMBERS, "person_id", "vintage", "synthetic", "source_file", "source_line", "serialno", "puma")
)
SYNTHETIC = "SYN"  # stands in every serial number of the embedded extract
SERIALNO, PUMA = r"[0-9A-Za-z._-]{1,20}", r"\d{5}"  # no character of a serial number is escaped in JSON


def stage_persons(sql: Sql, extract: Extract, vintage: Vintage, *, allow_missing: bool = False) -> Staged:
    """Every person record of an extract, as a candidate for census.persons.

    Only the columns we use are read; a blank becomes null, and a code that lacks its leading zeros gets them.

    Args:
        allow_missing: read files without some of our columns, with null in them; the columns that identify, place,
            weigh and age a person are always needed.

    Raises InputError for a file, column, number or duplicate that cannot be used, and UnknownCodeError for a code that
    the vintage's codebook does not know.
    """
    layout = _of_persons(vintage, allow_missing)
    rows = _all_rows(_each_member(sql, extract.person_zips, "persons", layout), layout)
    _refuse_duplicates(sql, rows, {"serialno": "serialno", "sporder": "CAST(sporder AS BIGINT)"})
    return sql.staged(PERSONS, f"SELECT *, {literal(vintage.name)} AS vintage FROM ({rows})")


def stage_replicate_weights(sql: Sql, extract: Extract, vintage: Vintage, *, allow_missing: bool = False) -> Staged:
    """The 80 replicate weights of every person record, as a candidate for census.replicate_weights.

    Args:
        allow_missing: read files without them, with null in their place.
    """
    weights = [name for name in REPLICATE_WEIGHTS.column_names if name.startswith("pwgtp")]
    names = ("serialno", "sporder", *weights)
    layout = Layout(
        vintage=vintage.name,
        years=vintage.years,
        book=vintage.book,
        names={name: vintage.variable(name) for name in names},
        needed=names[:2] if allow_missing else names,
        identity="serialno",
        texts={"serialno": (SERIALNO, 0)},
        codes={},
        numbers={"sporder": PERSONS.column("sporder")} | {name: REPLICATE_WEIGHTS.column(name) for name in weights},
        derived={"person_id": _person_id(vintage)},
    )
    rows = _all_rows(_each_member(sql, extract.person_zips, "replicate_weights", layout), layout)
    return sql.staged(REPLICATE_WEIGHTS, f"SELECT *, {literal(vintage.name)} AS vintage FROM ({rows})")


@dataclass(frozen=True)
class HouseholdRecords:
    """The household variables of every unit, as coded, by `serialno`.

    A column is named as its PUMS variable; a blank is the empty text, and null says that the unit's file lacks the
    column.

    Args:
        name: where they are staged.
    """

    sql: Sql
    name: str

    def of(self, serialnos: pd.Series) -> pd.DataFrame:
        """Those of some units."""
        records = self.sql.among(self.name, "serialno", serialnos)
        return records.astype(object).where(records.notna(), None)


def stage_household_records(
    sql: Sql, extract: Extract, vintage: Vintage, *, allow_missing: bool = False
) -> HouseholdRecords | None:
    """The records of the household zips; None where the extract has none.

    Args:
        allow_missing: read files without some of the variables.
    """
    if not extract.household_zips:
        return None
    layout = _of_households(vintage, allow_missing)
    tables = _each_member(sql, extract.household_zips, "households", layout)
    _refuse_duplicates(sql, _all_rows(tables, layout), {"serialno": "serialno"})
    rows = " UNION ALL ".join(_records(table, file, layout) for table, file in tables.items())
    sql.run(f"CREATE VIEW household_records AS {rows}")
    return HouseholdRecords(sql, "household_records")


def _of_persons(vintage: Vintage, allow_missing: bool) -> Layout:
    names = ("serialno", "puma", *NUMBERS, *CODES)
    given = [name for name in names if name not in (*vintage.lacks, *vintage.constants)]
    return Layout(
        vintage=vintage.name,
        years=vintage.years,
        book=vintage.book,
        names={name: vintage.variable(name) for name in names},
        needed=tuple(name for name in given if not (allow_missing and PERSONS.column(name).nullable)),
        identity="serialno",
        texts={"serialno": (SERIALNO, 0), "puma": (PUMA, 5)},
        numbers={name: PERSONS.column(name) for name in NUMBERS},
        codes={name: vintage.variable(name) for name in CODES if name in given},
        constants=vintage.constants,
        otherwise=vintage.otherwise,
        derived={"person_id": _person_id(vintage), "synthetic": f"contains(serialno, {literal(SYNTHETIC)})"},
    )


def _of_households(vintage: Vintage, allow_missing: bool) -> Layout:
    variables = {v: v for several in vintage.household_variables.values() for v in several}
    best = [several[0] for several in vintage.household_variables.values() if several]
    return Layout(
        vintage=vintage.name,
        years=vintage.years,
        book=vintage.book,
        names={"serialno": vintage.variable("serialno")} | variables,
        needed=("serialno", *([] if allow_missing else best)),
        identity="serialno",
        texts={"serialno": (SERIALNO, 0)},
        codes=variables,
    )


def _person_id(vintage: Vintage) -> str:
    """seeds.content_id("person", vintage, serialno, sporder), as SQL."""
    start = literal(f'["person","{vintage.name}","')
    canonical = f"{start} || serialno || '\",' || CAST(sporder AS BIGINT) || ']'"
    return f"'person-' || left(sha256({canonical}), {ID_DIGITS})"


def _each_member(sql: Sql, paths: Sequence[Path], kind: str, layout: Layout) -> dict[str, CsvFile]:
    """Makes a table of each CSV file in the zips; gives each table's name with its file."""
    columns.create_enumerations(sql, layout)
    members = [(path, member) for path in paths for member in zips.csv_members(path)]
    made = {}
    for done, (path, member) in enumerate(members):
        report(f"census.{kind}", done, len(members), member)
        made[f"{kind}_{done}"] = columns.create_table(sql, f"{kind}_{done}", path, member, layout)
    report(f"census.{kind}", len(members), len(members))
    return made


def _all_rows(tables: Mapping[str, CsvFile], layout: Layout) -> str:
    """The records of all files in order, each with its file and line."""
    told = {name: columns.code_at(name, layout) if name in layout.codes else quoted(name) for name in layout.names}
    wanted = ", ".join(f"{each} AS {quoted(name)}" for name, each in {**told, **{d: d for d in layout.derived}}.items())
    return " UNION ALL ".join(
        f"SELECT {wanted}, {literal(file.member)} AS source_file, rowid + 2 AS source_line FROM {table}"
        for table, file in tables.items()
    )


def _records(table: str, file: CsvFile, layout: Layout) -> str:
    """Blank where the file has the column and it is empty, null where it lacks it."""
    told = {name: columns.code_at(name, layout) for name in layout.codes}
    wanted = [
        f"coalesce({text}, {literal('')}) AS {quoted(name)}" if name in file.present else f"{text} AS {quoted(name)}"
        for name, text in told.items()
    ]
    return f"SELECT serialno, {', '.join(wanted)} FROM {table}"


def _refuse_duplicates(sql: Sql, rows: str, key: Mapping[str, str]) -> None:
    """Raises for a record that is there twice, naming both places.

    Args:
        key: what a record is known by, each with the SQL for it.
    """
    values = ", ".join(key.values())
    # as many hashes as rows leave no room for a repetition, and are far cheaper to count than the values
    if sql.run(f"SELECT count(*) - count(DISTINCT hash({values})) FROM ({rows})")[0][0] == 0:
        return
    named = ", ".join(f"{expression} AS {name}" for name, expression in key.items())
    again = sql.run(
        f"WITH numbered AS (SELECT {named}, source_file, source_line, row_number() OVER () AS place FROM ({rows})), "
        f"twice AS (SELECT *, min(place) OVER (PARTITION BY {', '.join(key)}) AS first FROM numbered) "
        f"SELECT concat_ws(' and ', {', '.join(f'twice.{name}' for name in key)}), twice.source_file, "
        "twice.source_line, numbered.source_file, numbered.source_line, count(*) OVER () - 1 "
        "FROM twice JOIN numbered ON numbered.place = twice.first "
        "WHERE twice.place > twice.first ORDER BY twice.place LIMIT 1"
    )
    for record, file, line, first_file, first_line, others in again:
        raise InputError(
            f"the same {' and '.join(name.upper() for name in key)} ({record}) as in {first_file} line {first_line}, "
            f"and {others} more like it",
            where=f"{file} line {line}",
            expected="each record once",
            fix="Read each state once, and not together with the national file.",
        )
