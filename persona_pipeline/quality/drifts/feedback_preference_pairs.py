from persona_pipeline.quality.drifts import Drift, register
from persona_pipeline.schemas.feedback import PREFERENCE_PAIRS

register(
    Drift(
        "pair_length_as_before",
        PREFERENCE_PAIRS,
        "Revisions and base answers have as many characters on average as in the last release.",
        "SELECT 'characters chosen' AS figure, avg(length(chosen)) AS value FROM candidate UNION ALL "
        "SELECT 'characters rejected', avg(length(rejected)) FROM candidate",
        warn=0.10,
        error=0.30,
        relative=True,
    )
)
