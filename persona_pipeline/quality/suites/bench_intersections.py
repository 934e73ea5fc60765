from persona_pipeline.quality.rules import row_rule
from persona_pipeline.quality.suites import SUITES
from persona_pipeline.schemas.bench_reports import INTERSECTIONS

SUITES.register(
    INTERSECTIONS.path,
    lambda _: [
        row_rule(
            "no_value_without_a_reason",
            "A accuracy that is null says why.",
            lambda rows, _: rows["accuracy"].notna() | rows["reason"].notna(),
        ),
        row_rule(
            "the_interval_is_in_order",
            "The lower end of an interval is not above its upper end.",
            lambda rows, _: (rows["low"] <= rows["high"]).fillna(True),
        ),
    ],
)
