from persona_pipeline.quality.drifts import Drift, register
from persona_pipeline.schemas.feedback import PAIR_QUALITY

register(
    Drift(
        "keep_rate_as_before",
        PAIR_QUALITY,
        "As many of the pairs are kept by the quality rules as in the last release.",
        "SELECT 'kept' AS figure, avg((verdict <> 'dropped')::INT) AS value FROM candidate",
        warn=0.05,
        error=0.15,
    )
)
