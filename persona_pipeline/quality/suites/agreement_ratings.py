from persona_pipeline.quality.rules import row_rule
from persona_pipeline.quality.suites import SUITES
from persona_pipeline.schemas.agreement import RATINGS

SUITES.register(
    RATINGS.path,
    lambda _: [
        row_rule(
            "a_choice_exactly_when_usable",
            "A rating has a choice exactly when its status is ok.",
            lambda rows, _: (rows["status"] == "ok") == rows["choice"].notna(),
        ),
    ],
)
