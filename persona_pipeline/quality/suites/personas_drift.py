from persona_pipeline.quality.rules import row_rule
from persona_pipeline.quality.suites import SUITES
from persona_pipeline.schemas.persona_reports import DRIFT

SUITES.register(
    DRIFT.path,
    lambda _: [
        row_rule(
            "no_value_without_a_reason",
            "A measure has a shift, or a reason why it has none.",
            lambda rows, _: rows["shift"].notna() == rows["reason"].isna(),
        )
    ],
)
