"""Where the census microdata comes from, as a Dagster resource: two assets read it, so it is said once."""

from pathlib import Path

import dagster as dg
from pydantic import Field

from persona_pipeline.census.releases import SERVER
from persona_pipeline.census.sources import Extract, locate
from persona_pipeline.census.vintages import VINTAGES, Vintage


class CensusData(dg.ConfigurableResource):  # type: ignore[type-arg]
    """American Community Survey PUMS: embedded, a folder, or the Census server."""

    pums: str = Field(
        default="embedded",
        description="embedded (a small synthetic extract, marked synthetic), a folder of Census-named zips "
        "(csv_p<state>.zip, csv_h<state>.zip), or an https address of such a folder.",
    )
    vintage: str = Field(default="2023-1yr", description="Vintage of the files, such as 2018-1yr.")
    states: list[str] = Field(
        default=[], description="Two-letter codes, such as wy; empty: every state in the folder; us: the national file."
    )
    allow_missing: bool = Field(
        default=False,
        description="Take files that lack columns; what depends on them is null with the reason, not an error.",
    )
    replicate_weights: bool = Field(
        default=False,
        description="Read the 80 replicate weights as well, for the standard errors of margins; takes the files once "
        "more.",
    )
    pair_margins: list[str] = Field(
        default=[], description="Census attributes of which every two get margins together, such as sex and education."
    )
    server: str = Field(
        default=SERVER,
        description="Where the check for new vintages looks: the folder that holds data/pums and tech_docs/pums.",
    )
    cache: str = Field(default="data/cache", description="Where downloaded files are kept (PERSONA_CACHE).")

    def extract(self) -> Extract:
        return locate(self.pums, self.known_vintage(), self.states, Path(self.cache))

    def known_vintage(self) -> Vintage:
        return VINTAGES.get(self.vintage)
