from persona_pipeline.quality.drifts import Drift, register
from persona_pipeline.schemas.census import MARGINS

register(
    Drift(
        "margins_as_before",
        MARGINS,
        "No level of a census attribute has another share of the population than in the last release.",
        "SELECT attribute || ': ' || level AS figure, share AS value FROM candidate",
        warn=0.02,
        error=0.10,
        absent=0.0,
    )
)
