"""Census vintages: one file each, named after the Census Bureau's release.

A new one is a file here that calls `register`, and the codebook it names (see ../codebooks/README.md).
"""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field

from persona_pipeline.census.codebook import Codebook, load_codebook
from persona_pipeline.errors import ConfigError
from persona_pipeline.registry import Registry, import_all

ACS = "American Community Survey PUMS"
SERVER = "https://www2.census.gov/programs-surveys/acs/data/pums"


@dataclass(frozen=True)
class Vintage:
    """How one release of microdata calls what census.persons and census.households hold.

    A vintage belongs to a source; the American Community Survey is one, and another country's microdata is a vintage
    with another source, its own codebook and names, and what it lacks. Its labels may be any words.

    Args:
        name: year and period, "2018-1yr"; of five years it is the last ("2018-5yr").
        url: the folder on the Census Bureau's server that holds csv_p<state>.zip and csv_h<state>.zip.
        codebook: the year of the data dictionary that decodes it, or the codebook itself.
        renames: columns of census.persons whose PUMS variable is not the name in capitals.
        otherwise: the variable that tells where the first one says, by a negative code, that it does not apply.
        source: whose microdata it is.
        lacks: columns of census.persons that the source does not have: null for everybody, "not in this file".
        constants: columns of census.persons that say the same of everybody.
        household_type: household variables for the household type, best first. The first is also the one that is
            derived where there is no household file; the others serve where that is impossible.
        household_language: the same for the household's language.
        family_presence_and_age: the same for presence and age of related children.
    """

    name: str
    year: int
    url: str
    codebook: str | Codebook
    renames: Mapping[str, str] = field(default_factory=dict)
    otherwise: Mapping[str, str] = field(default_factory=dict)
    source: str = ACS
    lacks: frozenset[str] = frozenset()
    constants: Mapping[str, str] = field(default_factory=dict)
    household_type: tuple[str, ...] = ("HHT2", "HHT")
    household_language: tuple[str, ...] = ("HHL",)
    family_presence_and_age: tuple[str, ...] = ("FPARC",)

    @property
    def book(self) -> Codebook:
        """What its codes mean."""
        return load_codebook(self.codebook) if isinstance(self.codebook, str) else self.codebook

    @property
    def years(self) -> tuple[int, ...]:
        """The survey years that the release holds, in order."""
        period = int(self.name.partition("-")[2].removesuffix("yr"))
        return tuple(range(self.year - period + 1, self.year + 1))

    def variable(self, column: str) -> str:
        """The PUMS variable behind a column of census.persons."""
        return self.renames.get(column, column.upper())

    @property
    def household_variables(self) -> Mapping[str, tuple[str, ...]]:
        """Each household attribute with the variables that can give it, best first; with none it is not known."""
        return {
            "household_type": self.household_type,
            "household_language": self.household_language,
            "family_presence_and_age": self.family_presence_and_age,
        }


class Vintages(Registry[Vintage]):
    """The registered vintages; a release that must not be used is refused with the reason."""

    def get(self, name: str) -> Vintage:
        if name in UNSUITABLE:
            raise ConfigError(
                f"the census vintage '{name}' cannot be used: {UNSUITABLE[name]}",
                expected=f"one of: {', '.join(self.names())}",
                fix="Choose another year.",
            )
        return super().get(name)


UNSUITABLE: Mapping[str, str] = {
    "2020-1yr": "collection broke down in the pandemic, and it was released with experimental weights only",
}
VINTAGES = Vintages("census vintage", "persona_pipeline/census/vintages/")


def register(vintage: Vintage) -> Vintage:
    """Adds a vintage under its own name."""
    return VINTAGES.register(vintage.name, vintage)


import_all(sys.modules[__name__])
