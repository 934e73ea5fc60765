"""Small hand-made extracts in census layout."""

import csv
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import pandas as pd

from persona_pipeline.census.read import stage_household_records, stage_persons
from persona_pipeline.census.sources import Extract
from persona_pipeline.census.vintages import VINTAGES, Vintage
from persona_pipeline.schemas.census import PERSONS
from persona_pipeline.warehouse.staging import staging

V2018 = VINTAGES.get("2018-1yr")
V2023 = VINTAGES.get("2023-1yr")

# one woman of 43 who lives alone and works, in 2018's columns
ALONE: dict[str, str] = {
    **{"RT": "P", "SERIALNO": "2018HU0000001", "SPORDER": "01", "PUMA": "00100", "ST": "56", "ADJINC": "1013097"},
    **{"PWGTP": "100", "AGEP": "43", "CIT": "1", "COW": "1", "DEAR": "2", "DEYE": "2", "DREM": "2", "ENG": ""},
    **{"FER": "2", "LANX": "2", "MAR": "3", "MIL": "4", "RELP": "00", "SCHL": "21", "SEX": "2", "ANC1P": "032"},
    **{"DIS": "2", "ESR": "1", "HICOV": "1", "INDP": "8170", "LANP": "", "OCCP": "3255", "PINCP": "60000"},
    **{"POBP": "056", "RAC1P": "1"},
}


def row(**changes: str) -> dict[str, str]:
    """ALONE with some answers changed."""
    return {**ALONE, **changes}


def household(*members: Mapping[str, str], serialno: str = "2018HU0000001") -> list[dict[str, str]]:
    """Rows of one household, in order."""
    return [row(SERIALNO=serialno, SPORDER=f"{n:02d}", **member) for n, member in enumerate(members, start=1)]


def read_persons(extract: Extract, vintage: Vintage, *, allow_missing: bool = False) -> pd.DataFrame:
    """The rows of census.persons that an extract gives."""
    with staging() as sql:
        return PERSONS.conform(stage_persons(sql, extract, vintage, allow_missing=allow_missing).frame())


def read_household_records(extract: Extract, vintage: Vintage, *, allow_missing: bool = False) -> pd.DataFrame | None:
    """The records of every unit in the household zips."""
    with staging() as sql:
        records = stage_household_records(sql, extract, vintage, allow_missing=allow_missing)
        return None if records is None else records.of(sql.frame(f"SELECT serialno FROM {records.name}")["serialno"])


def csv_text(rows: Iterable[Mapping[str, str]], columns: Sequence[str] = tuple(ALONE)) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def zipped(path: Path, members: Mapping[str, str | bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return path


def persons_zip(
    folder: Path, rows: Iterable[Mapping[str, str]], state: str = "wy", without: Sequence[str] = ()
) -> Path:
    columns = [name for name in ALONE if name not in without]
    return zipped(folder / f"csv_p{state}.zip", {f"psam_p{state}.csv": csv_text(rows, columns)})


def persons(folder: Path, rows: Iterable[Mapping[str, str]], without: Sequence[str] = ()) -> pd.DataFrame:
    """The rows as read by the 2018 vintage."""
    extract = Extract((persons_zip(folder, rows, without=without),))
    return read_persons(extract, V2018, allow_missing=bool(without))


def row_of(vintage: Vintage) -> dict[str, str]:
    """ALONE as another vintage's file would say it."""
    named = {"PUMA": vintage.variable("puma"), "ST": vintage.variable("state")}
    named["RELP"] = vintage.variable("relationship")
    told = {named.get(name, name): value for name, value in ALONE.items()}
    relationship = vintage.variable("relationship")
    told[relationship] = next(
        code for code, label in vintage.book.labels[relationship].items() if label == "Reference person"
    )
    told |= dict.fromkeys(vintage.otherwise.values(), "-0009")
    return told | {"SERIALNO": f"{vintage.year}HU0000001"}
