"""How rare and how much alike personas are: k-anonymity over a few plain facts, and each persona's nearest other."""

import numpy as np
import pandas as pd

from persona_pipeline.personas.counting import Everybody, code
from persona_pipeline.personas.labels import made_up
from persona_pipeline.schemas.levels import Coder
from persona_pipeline.schemas.persona import CENSUS_ATTRIBUTES
from persona_pipeline.schemas.persona_reports import QUASI_IDENTIFIERS, RARITY
from persona_pipeline.schemas.population import Population

BLOCK = 512  # personas compared with all others at a time
FEW = 5


def rarity(personas: pd.DataFrame, population: Population) -> pd.DataFrame:
    """One row per persona, in the order of their ids (personas.rarity).

    Args:
        population: census.population.
    """
    ours = personas.sort_values("persona_id", kind="stable").reset_index(drop=True)
    everybody = Everybody(population, QUASI_IDENTIFIERS)
    people, here = _combinations(everybody, ours)
    size = int(max(people.max(), here.max())) + 1
    weights = np.bincount(people, weights=everybody.weight, minlength=size)
    nearest, shared = _nearest(ours)
    return RARITY.conform(
        pd.DataFrame(
            {
                "persona_id": ours["persona_id"],
                "personas_alike": np.bincount(here, minlength=size)[here],
                "records_alike": np.bincount(people, minlength=size)[here],
                "people_alike": weights[here].round().astype(np.int64),
                "same_record": ours.groupby("person_id")["persona_id"].transform("size"),
                "nearest_persona_id": ours["persona_id"].to_numpy()[nearest] if len(ours) > 1 else None,
                "nearest_shared": shared if len(ours) > 1 else None,
            }
        ).assign(**made_up(personas))
    )


def summary(rarity: pd.DataFrame) -> dict[str, float]:
    """Personas that are alone, or nearly, in their combination, and pairs that are nearly the same."""
    near = len(CENSUS_ATTRIBUTES) - 2
    return {
        "alone_among_personas": int((rarity["personas_alike"] == 1).sum()),
        "alone_among_records": int((rarity["records_alike"] <= 1).sum()),
        f"fewer_than_{FEW}_records_alike": int((rarity["records_alike"] < FEW).sum()),
        "from_a_record_drawn_twice": int((rarity["same_record"] > 1).sum()),
        f"near_duplicates_sharing_{near}_or_more": int((rarity["nearest_shared"] >= near).sum()),
        "median_shared_with_the_nearest": float(rarity["nearest_shared"].astype(float).median()),
    }


def _combinations(population: Everybody, personas: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """A number for each combination of the quasi-identifiers, of every person and of every persona."""
    coders = (population, Coder(personas))
    numbers = np.zeros(len(population) + len(personas), dtype=np.int64)
    for attribute in QUASI_IDENTIFIERS:
        coded = code(*coders, attribute)
        both = np.concatenate([coded.population, coded.personas])
        numbers = pd.factorize(numbers * len(coded.names) + both)[0]
    return numbers[: len(population)], numbers[len(population) :]


def _nearest(personas: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """For each persona the first other one that shares most census attributes with it, and how many those are."""
    coder = Coder(personas)
    codes = np.column_stack([coder.codes(attribute)[0] for attribute in CENSUS_ATTRIBUTES])
    found = [_nearest_of_block(codes, start) for start in range(0, len(codes), BLOCK)]
    return np.concatenate([places for places, _ in found]), np.concatenate([counts for _, counts in found])


def _nearest_of_block(codes: np.ndarray, start: int) -> tuple[np.ndarray, np.ndarray]:
    block = codes[start : start + BLOCK]
    same = np.zeros((len(block), len(codes)), dtype=np.int8)
    for ours, everybody in zip(block.T, codes.T, strict=True):
        same += ours[:, None] == everybody[None, :]
    rows = np.arange(len(block))
    same[rows, start + rows] = -1  # nobody is their own nearest
    nearest = same.argmax(axis=1)
    return nearest, same[rows, nearest].astype(np.int64)
