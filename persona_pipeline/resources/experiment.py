"""The seed and the size of an experiment as a Dagster resource: what more than one asset has to know."""

import dagster as dg
from pydantic import Field


class Experiment(dg.ConfigurableResource):  # type: ignore[type-arg]
    """What makes a run repeatable."""

    seed: int = Field(default=2407, ge=0, description="The seed of every random choice; the same seed, the same data.")
    personas: int = Field(default=40, ge=1, description="Personas to make; the paper has 1,586.")
