from persona_pipeline.quality.drifts import Drift, register
from persona_pipeline.schemas.persona import PERSONAS

COMPARED = ("sex", "race", "education", "marital_status", "religion", "ideology", "political_views")

register(
    Drift(
        "margins_as_before",
        PERSONAS,
        f"No level of {', '.join(COMPARED)} has another share of the personas than in the last release.",
        " UNION ALL ".join(
            f"SELECT '{name}: ' || {name} AS figure, count(*) / sum(count(*)) OVER () AS value "
            f"FROM candidate WHERE {name} IS NOT NULL GROUP BY {name}"
            for name in COMPARED
        ),
        warn=0.05,
        error=0.15,
        absent=0.0,
    )
)
