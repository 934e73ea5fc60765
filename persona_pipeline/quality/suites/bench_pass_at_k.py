from persona_pipeline.quality.rules import interval_in_order, null_says_why
from persona_pipeline.quality.suites import SUITES
from persona_pipeline.schemas.bench_reports import PASS_AT_K

SUITES.register(
    PASS_AT_K.path,
    lambda _: [
        null_says_why("value", "A value that is null says why."),
        interval_in_order(),
    ],
)
