from persona_pipeline.quality.drifts import Drift, register
from persona_pipeline.schemas.persona import CONSISTENCY

register(
    Drift(
        "keep_rate_as_before",
        CONSISTENCY,
        "As many of the profiles judged are consistent as in the last release.",
        "SELECT 'consistent' AS figure, avg(consistent::INT) AS value FROM candidate",
        warn=0.05,
        error=0.15,
    )
)
