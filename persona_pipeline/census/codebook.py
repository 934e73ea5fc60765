"""What the codes of one dictionary year mean, in the Census Bureau's words."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from persona_pipeline.errors import ConfigError

HEADER = ("variable", "code", "label")
VARIABLES: tuple[str, ...] = (
    # of persons
    *("ST", "STATE", "SEX", "RAC1P", "ANC1P", "LANX", "LANP", "ENG", "SCHL", "ESR", "COW", "INDP", "OCCP", "MAR"),
    *("POBP", "CIT", "MIL", "DIS", "HICOV", "DREM", "DEYE", "DEAR", "FER", "RELP", "RELSHIPP"),
    # of households
    *("HHT", "HHT2", "HHL", "FPARC", "HUPARC"),
)
NUMBERS: tuple[str, ...] = ("PINCP",)  # of these only the blank is kept
HOME = "persona_pipeline/census/codebooks"
OF_FIVE_YEARS = "-5yr"


@dataclass(frozen=True)
class Codebook:
    """Code → label of each variable; blanks apart, because a blank is no value but says why there is none.

    Args:
        labels: labels[variable][code], codes zero-padded as the dictionary writes them.
        blanks: blanks[variable] is the label of a blank; a variable that may not be blank is not in it.
    """

    year: str
    labels: Mapping[str, Mapping[str, str]]
    blanks: Mapping[str, str]

    @property
    def path(self) -> str:
        """The file to edit, as messages name it."""
        return f"{HOME}/{self.year}.csv"

    def __contains__(self, variable: object) -> bool:
        return variable in self.labels

    def labels_of(self, variable: str) -> Mapping[str, str]:
        """Code → label of a variable; nothing for one that the source does not have."""
        return self.labels.get(variable, {})

    def width(self, variable: str) -> int:
        """The number of characters of a code; shorter ones in a file lack leading zeros."""
        return len(next(iter(self.labels[variable])))


@cache
def load_codebook(year: str) -> Codebook:
    """The codebook of a dictionary year; ConfigError when there is none.

    That of a 5-Year release, "2021-5yr", is the codebook of its last year and the codes that only the release has.
    """
    last = year.removesuffix(OF_FIVE_YEARS)
    return _codebook(year, [*_rows(last), *(_rows(year) if year != last else [])])


def _rows(year: str) -> list[dict[str, str]]:
    file = resources.files("persona_pipeline.census").joinpath(f"codebooks/{year}.csv")
    if not file.is_file():
        raise ConfigError(
            "there is no such codebook",
            where=f"{HOME}/{year}.csv",
            fix="Make it from the dictionary with python -m persona_pipeline.census.codebooks_from_dictionary.",
        )
    return list(csv.DictReader(file.read_text("utf-8").splitlines()))


def _codebook(year: str, rows: list[dict[str, str]]) -> Codebook:
    labels: dict[str, dict[str, str]] = {}
    blanks: dict[str, str] = {}
    for row in rows:
        variable, code, label = (row[name] for name in HEADER)
        if set(code) == {"b"}:
            blanks[variable] = label
        else:
            labels.setdefault(variable, {})[code] = label
    return Codebook(year, {variable: dict(sorted(codes.items())) for variable, codes in labels.items()}, blanks)
