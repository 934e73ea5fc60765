from persona_pipeline.quality.drifts import Drift, register
from persona_pipeline.schemas.feedback_reports import JUDGE_AGREEMENT

register(
    Drift(
        "agreement_as_before",
        JUDGE_AGREEMENT,
        "A judge prefers the revision as often as in the last release.",
        "SELECT judge || ' prefers the revision' AS figure, value FROM candidate "
        "WHERE measure = 'prefers_revision' AND grouping = 'all'",
        warn=0.03,
        error=0.10,
    )
)
