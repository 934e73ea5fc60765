from persona_pipeline.quality.rules import row_rule
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
        row_rule(
            "no_value_without_a_reason",
            "An accuracy that is null says why.",
            lambda rows, _: rows["accuracy"].notna() | rows["reason"].notna(),
        ),
        row_rule(
            "the_judge_is_not_the_judged",
            "The judge is another model than the one it judges.",
            lambda rows, _: rows["judge"] != rows["judged_model"],
        ),
    ],
)
