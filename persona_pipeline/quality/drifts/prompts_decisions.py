from persona_pipeline.quality.drifts import Drift, register
from persona_pipeline.schemas.prompt import DECISIONS

register(
    Drift(
        "keep_rate_as_before",
        DECISIONS,
        "As many of the candidates are kept as in the last release.",
        "SELECT 'kept' AS figure, avg(kept::INT) AS value FROM candidate",
        warn=0.05,
        error=0.15,
    )
)
