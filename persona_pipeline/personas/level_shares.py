"""Shares of every level among personas and in the census, side by side: what the histograms show."""

import pandas as pd

from persona_pipeline.personas.counting import Everybody, code, shares
from persona_pipeline.schemas.levels import Coder, level_order
from persona_pipeline.schemas.persona import CENSUS_ATTRIBUTES


def level_shares(personas: pd.DataFrame, people: Everybody) -> pd.DataFrame:
    """One row per census attribute and level: attribute, level, personas, population; shares of each sum to 1.

    Bands of age and income come in their order, other levels by falling share of the population.
    """
    coder = Coder(personas)
    return pd.concat([_of(attribute, people, coder) for attribute in CENSUS_ATTRIBUTES], ignore_index=True)


def _of(attribute: str, people: Everybody, personas: Coder) -> pd.DataFrame:
    coded = code(people, personas, attribute)
    found = pd.DataFrame(
        {
            "attribute": attribute,
            "level": list(coded.names),
            "personas": shares(coded.personas, len(coded.names)),
            "population": shares(coded.population, len(coded.names), people.weight),
        }
    )
    bands = {band: place for place, band in enumerate(level_order(attribute))}
    places = found["level"].map(bands).fillna(len(bands)).astype(int)
    ordered = found.assign(place=places).sort_values(["place", "population", "level"], ascending=[True, False, True])
    return ordered.drop(columns="place")
