"""Published figures and curated lists, each a CSV file that starts with its sources."""

import csv
import io
from functools import cache
from importlib import resources

import numpy as np
import pandas as pd

from persona_pipeline.errors import ConfigError


@cache
def published(name: str) -> pd.DataFrame:
    """The table in `name`.csv; lines that start with # hold its sources. Not to be changed by who reads it."""
    return pd.read_csv(io.StringIO(_text(name)), comment="#", dtype={"group": str, "label": str})


def is_there(name: str) -> bool:
    """Whether there is a table `name`.csv."""
    return resources.files(__name__).joinpath(f"{name}.csv").is_file()


class Curated:
    """A list of short texts, each with the age from which it suits a person.

    Raises ConfigError where a line has no age, or the list no entry for newborns.
    """

    def __init__(self, name: str) -> None:
        rows = sorted((_entry(row, name) for row in csv.DictReader(_body(name))), key=lambda row: row[0])
        self.texts = np.array([text for _, text in rows], dtype=object)
        self.min_ages = np.array([age for age, _ in rows])
        if not rows or self.min_ages[0] != 0:
            raise ConfigError("no entry suits a newborn", where=f"{name}.csv", expected="some lines with min_age 0")

    def suiting(self, ages: np.ndarray) -> np.ndarray:
        """For each age, how many entries suit it: the first so many of `texts`."""
        return np.searchsorted(self.min_ages, ages, side="right")


@cache
def curated(name: str) -> Curated:
    """The list in `name`.csv, youngest entries first."""
    return Curated(name)


def _entry(row: dict[str, str], name: str) -> tuple[int, str]:
    try:
        return int(row["min_age"]), row["entry"].strip()
    except (KeyError, ValueError, AttributeError) as exc:
        raise ConfigError(f"the line {row} cannot be used", where=f"{name}.csv", expected="min_age,entry") from exc


def _body(name: str) -> list[str]:
    return [line for line in _text(name).splitlines() if line and not line.startswith("#")]


def _text(name: str) -> str:
    return resources.files(__name__).joinpath(f"{name}.csv").read_text("utf-8")
