from persona_pipeline.quality.rules import null_says_why, row_rule
from persona_pipeline.quality.suites import SUITES
from persona_pipeline.schemas.bench import SCORES

SUITES.register(
    SCORES.path,
    lambda _: [
        row_rule(
            "items_add_up",
            "Every item is scored or unscored, and successes are among the scored.",
            lambda rows, _: (
                (rows["n_items"] == rows["n_scored"] + rows["n_unscored"]) & (rows["n_success"] <= rows["n_scored"])
            ),
        ),
        null_says_why("accuracy", "An accuracy that is null says why."),
        row_rule(
            "the_judge_is_not_the_judged",
            "The judge is another model than the one it judges, unless that was allowed in words (self_judged).",
            lambda rows, _: (rows["judge"] != rows["judged_model"]) | rows["self_judged"],
        ),
        row_rule(
            "the_anchor_or_why_not",
            "The agreement with people is there, or why it is not.",
            lambda rows, _: rows["human_agreement"].notna() | rows["human_reason"].notna(),
        ),
    ],
)
