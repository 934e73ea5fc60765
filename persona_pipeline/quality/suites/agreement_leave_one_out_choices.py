from persona_pipeline.quality.rules import row_rule
from persona_pipeline.quality.suites import SUITES
from persona_pipeline.schemas.agreement_reports import LEAVE_ONE_OUT_CHOICES

SUITES.register(
    LEAVE_ONE_OUT_CHOICES.path,
    lambda _: [
        row_rule(
            "a_choice_exactly_when_usable",
            "There is a choice exactly when the status is ok.",
            lambda rows, _: (rows["status"] == "ok") == rows["choice"].notna(),
        ),
    ],
)
