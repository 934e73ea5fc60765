from persona_pipeline.quality.rules import row_rule
from persona_pipeline.quality.suites import SUITES
from persona_pipeline.schemas.agreement_reports import ALT_TEST

SUITES.register(
    ALT_TEST.path,
    lambda _: [
        row_rule(
            "a_verdict_exactly_for_a_model",
            "The row that sums up a model, and no other, has a winning rate, or a reason.",
            lambda rows, _: (
                (rows["winning_rate"].notna() <= rows["rater_id"].isna())
                & (rows["winning_rate"].notna() | rows["rater_id"].notna() | rows["reason"].notna())
            ),
        ),
    ],
)
