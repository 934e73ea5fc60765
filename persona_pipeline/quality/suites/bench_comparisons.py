from persona_pipeline.quality.rules import interval_in_order, null_says_why
from persona_pipeline.quality.suites import SUITES
from persona_pipeline.schemas.bench_reports import COMPARISONS

SUITES.register(
    COMPARISONS.path,
    lambda _: [
        null_says_why("difference", "A difference that is null says why."),
        interval_in_order(),
    ],
)
