"""census.population for stages that read it in parts: a nation does not fit in memory, some states do.

A frame serves where there is one. What lies in the warehouse is read a state at a time by an adapter
(persona_pipeline/warehouse/kept.py); stages never import it.
"""

from collections.abc import Collection, Iterator, Sequence
from typing import Protocol, TypeAlias

import pandas as pd


class KeptPopulation(Protocol):
    """Rows of census.population that lie somewhere else."""

    def parts(self, columns: Sequence[str]) -> Iterator[pd.DataFrame]:
        """Every row once, with these columns, some at a time; texts may be categoricals."""

    def records(self, person_ids: Collection[str]) -> pd.DataFrame:
        """The whole rows of some people, in any order."""


Population: TypeAlias = pd.DataFrame | KeptPopulation


def parts(population: Population, columns: Sequence[str]) -> Iterator[pd.DataFrame]:
    """Every row once, with these columns, some at a time."""
    if isinstance(population, pd.DataFrame):
        return iter([population[list(columns)]])
    return population.parts(columns)


def records(population: Population, person_ids: Collection[str]) -> pd.DataFrame:
    """The whole rows of some people, each once, by their ids."""
    if isinstance(population, pd.DataFrame):
        found = population[population["person_id"].isin(list(person_ids))]
    else:
        found = population.records(person_ids)
    return found.drop_duplicates("person_id")
