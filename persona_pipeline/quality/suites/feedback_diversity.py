from persona_pipeline.quality.rules import null_says_why, row_rule
from persona_pipeline.quality.suites import SUITES
from persona_pipeline.schemas.feedback_reports import DIVERSITY

SUITES.register(
    DIVERSITY.path,
    lambda _: [
        null_says_why("effect", "A part has an effect, or a reason why it has none."),
        row_rule(
            "personas_differ_more_than_draws",
            "Texts differ between personas by more than between draws: the whole interval of the effect is above 0.",
            lambda rows, _: (rows["low"] > 0).fillna(True),
            severity="warn",
        ),
    ],
)
