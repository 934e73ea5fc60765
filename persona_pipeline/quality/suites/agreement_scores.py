from persona_pipeline.quality.rules import interval_in_order, null_says_why
from persona_pipeline.quality.suites import SUITES
from persona_pipeline.schemas.agreement import SCORES

SUITES.register(
    SCORES.path,
    lambda _: [
        null_says_why("value", "A statistic that is null says why."),
        interval_in_order(),
    ],
)
