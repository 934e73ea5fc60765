from persona_pipeline.quality.rules import interval_in_order, null_says_why
from persona_pipeline.quality.suites import SUITES
from persona_pipeline.schemas.bench_reports import INTERSECTIONS

SUITES.register(
    INTERSECTIONS.path,
    lambda _: [
        null_says_why("accuracy", "An accuracy that is null says why."),
        interval_in_order(),
    ],
)
