from persona_pipeline.quality.rules import row_rule
from persona_pipeline.quality.suites import SUITES
from persona_pipeline.schemas.judge_drift import REJUDGEMENTS

SUITES.register(
    REJUDGEMENTS.path,
    lambda _: [
        row_rule(
            "compared_exactly_when_usable",
            "There is a choice, and a comparison with the first, exactly when the row's status is ok.",
            lambda rows, _: (
                (rows["choice"].notna() == (rows["status"] == "ok")) & (rows["same"].notna() == rows["choice"].notna())
            ),
        ),
    ],
)
