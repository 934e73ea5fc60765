"""The published shares that the synthetic extract is drawn from, as read from the CSV files beside this module."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

RACES: Mapping[str, str] = {
    "white": "1",
    "black": "2",
    "native": "3",
    "asian": "6",
    "pacific": "7",
    "other": "8",
    "several": "9",
}


@dataclass(frozen=True)
class Heritage:
    """Where a family comes from: ancestry, with shares of race, birth abroad and another language than English."""

    anc1p: str
    races: Mapping[str, float]
    foreign_born: float
    pobp: str
    lanp: str
    speak_foreign: float
    speak_native: float
    schooling: float


@dataclass(frozen=True)
class Job:
    """An occupation in an industry, and who does it."""

    occp: str
    indp: str
    schooling_from: int
    schooling_to: int
    men: float
    median_usd: float
    cow: Mapping[str, float]


def shares(table: str, of: str = "") -> Mapping[str, float]:
    """The values of a table with their shares, in the file's order."""
    return _marginals()[table][of]


def shares_at(table: str, age: int, sex: str = "") -> Mapping[str, float]:
    """The values of a table for an age, and a sex (M or F) where the table has one; empty where it does not apply."""
    for of, values in _marginals()[table].items():
        *sexes, ages = of.split(" ")
        low, high = map(int, ages.split("-"))
        if low <= age <= high and (not sexes or sexes == [sex]):
            return values
    return {}


@cache
def _marginals() -> dict[str, dict[str, dict[str, float]]]:
    found: dict[str, dict[str, dict[str, float]]] = {}
    for row in _rows("marginals.csv"):
        found.setdefault(row["table"], {}).setdefault(row["of"], {})[row["value"]] = float(row["share"])
    return found


@cache
def heritages() -> Mapping[Heritage, float]:
    """Each heritage with its share of the population."""
    return {_heritage(row): float(row["share"]) for row in _rows("heritages.csv")}


def _heritage(row: dict[str, str]) -> Heritage:
    return Heritage(
        anc1p=row["anc1p"],
        races=Frozen({code: float(row[name]) for name, code in RACES.items()}),
        foreign_born=float(row["foreign_born"]) / 100,
        pobp=row["pobp"],
        lanp=row["lanp"],
        speak_foreign=float(row["speak_foreign"]) / 100,
        speak_native=float(row["speak_native"]) / 100,
        schooling=float(row["schooling"]),
    )


class Frozen(dict[str, float]):
    """A dict that can be part of a frozen record: hashed by what it holds."""

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(tuple(self.items()))


@cache
def jobs() -> Mapping[Job, float]:
    """Each job with its share of all workers."""
    return {_job(row): float(row["share"]) for row in _rows("jobs.csv")}


def _job(row: dict[str, str]) -> Job:
    return Job(
        occp=row["occp"],
        indp=row["indp"],
        schooling_from=int(row["schooling_from"]),
        schooling_to=int(row["schooling_to"]),
        men=float(row["men"]) / 100,
        median_usd=float(row["median_usd"]),
        cow=Frozen({code: float(share) for code, share in (part.split(":") for part in row["cow"].split(";"))}),
    )


def _rows(name: str) -> list[dict[str, str]]:
    text = resources.files("persona_pipeline.census.synthetic").joinpath(name).read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))
