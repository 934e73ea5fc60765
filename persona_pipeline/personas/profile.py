"""Profiles: people drawn from the census, with everything that is drawn for them, before any model is asked."""

import json
import math

import pandas as pd

from persona_pipeline.errors import ConfigError
from persona_pipeline.personas.design import Design
from persona_pipeline.personas.psychodemographics import CHILD, psychodemographics
from persona_pipeline.personas.psychometrics import big_five, group_norms
from persona_pipeline.personas.sampling import BY_WEIGHT, draw
from persona_pipeline.schemas.persona import PROFILES, reasons
from persona_pipeline.schemas.population import Population
from persona_pipeline.seeds import content_id

FOR_ADULTS = ("ideology", "political_views")


def profiles(
    population: Population, *, count: int, reserve: float, seed: int, design: Design = BY_WEIGHT
) -> pd.DataFrame:
    """Candidates for personas (personas.profiles), in the order of the draw; census attributes stay as they are.

    Args:
        population: census.population.
        count: personas wanted in the end.
        reserve: how many more to draw, as a share of `count`, to replace inconsistent ones (about 8.5 % in PERSONA
            section 3.1).
    """
    if not 0 <= reserve < math.inf:
        raise ConfigError(f"the reserve is {reserve}", where="personas.profiles, reserve", expected="0 or more")
    people = draw(population, count=count, reserve=reserve, seed=seed, design=design)
    named = people.assign(persona_id=_ids(people, seed), draw=range(len(people)), sampling=design.as_json(), seed=seed)
    drawn = [big_five(named, seed=seed, groups=group_norms()), psychodemographics(named, seed=seed)]
    whole = pd.concat([named.drop(columns=["weight", "repeat"]), *drawn], axis=1)
    return PROFILES.conform(whole.assign(not_applicable=_not_applicable(whole)))


def _ids(people: pd.DataFrame, seed: int) -> list[str]:
    pairs = zip(people["person_id"], people["repeat"].tolist(), strict=True)
    return [content_id("persona", person_id, repeat, seed) for person_id, repeat in pairs]


def _not_applicable(people: pd.DataFrame) -> list[str]:
    """The census's reasons, and for a child those of what only adults are asked."""
    pairs = zip(people["not_applicable"], people["adult"].tolist(), strict=True)
    for_children = dict.fromkeys(FOR_ADULTS, CHILD)
    return [as_json(reasons(text) | ({} if adult else for_children)) for text, adult in pairs]


def as_json(found: dict[str, str]) -> str:
    """A `not_applicable` value from its reasons."""
    return json.dumps(found, ensure_ascii=False, sort_keys=True)
