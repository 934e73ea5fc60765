from persona_pipeline.quality.rules import row_rule
from persona_pipeline.quality.suites import SUITES
from persona_pipeline.schemas.persona_reports import ASSOCIATIONS

SUITES.register(
    ASSOCIATIONS.path,
    lambda _: [
        row_rule(
            "no_value_without_a_reason",
            "A pair has a difference, or a reason why it has none.",
            lambda rows, _: rows["difference"].notna() == rows["reason"].isna(),
        )
    ],
)
