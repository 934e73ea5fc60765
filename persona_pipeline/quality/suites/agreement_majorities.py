from persona_pipeline.quality.rules import row_rule
from persona_pipeline.quality.suites import SUITES
from persona_pipeline.schemas.agreement_reports import MAJORITIES

SUITES.register(
    MAJORITIES.path,
    lambda _: [
        row_rule(
            "a_majority_or_a_reason",
            "An item has a majority, or a reason why it has none.",
            lambda rows, _: rows["majority"].notna() == rows["reason"].isna(),
        ),
        row_rule(
            "votes_add_up",
            "The votes for A and for B are all ratings.",
            lambda rows, _: (rows["n_a"] + rows["n_b"]) == rows["n_ratings"],
        ),
    ],
)
