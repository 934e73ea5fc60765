from persona_pipeline.quality.rules import row_rule
from persona_pipeline.quality.suites import SUITES
from persona_pipeline.schemas.feedback_reports import DIVERSITY

SUITES.register(
    DIVERSITY.path,
    lambda _: [
        row_rule(
            "no_value_without_a_reason",
            "A part has an effect, or a reason why it has none.",
            lambda rows, _: rows["effect"].notna() | rows["reason"].notna(),
        ),
        row_rule(
            "personas_differ_more_than_draws",
            "Texts differ between personas by more than between draws: the whole interval of the effect is above 0.",
            lambda rows, _: (rows["low"] > 0).fillna(True),
            severity="warn",
        ),
    ],
)
