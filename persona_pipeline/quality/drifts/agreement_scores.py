from persona_pipeline.quality.drifts import Drift, register
from persona_pipeline.schemas.agreement import SCORES

register(
    Drift(
        "agreement_as_before",
        SCORES,
        "Raw agreement and Krippendorff's alpha of each kind of comparison are, on average, those of the last release.",
        "SELECT comparison || ', ' || metric AS figure, avg(value) AS value FROM candidate "
        "WHERE metric IN ('raw_agreement', 'krippendorff_alpha') GROUP BY comparison, metric",
        warn=0.05,
        error=0.15,
    )
)
