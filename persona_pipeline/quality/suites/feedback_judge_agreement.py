from persona_pipeline.quality.rules import interval_in_order, null_says_why, row_rule
from persona_pipeline.quality.suites import SUITES
from persona_pipeline.schemas.feedback_reports import JUDGE_AGREEMENT

SUITES.register(
    JUDGE_AGREEMENT.path,
    lambda _: [
        null_says_why("value", "A group has a value, or a reason why it has none."),
        interval_in_order(),
        row_rule(
            "no_favourite_side",
            "The judge prefers revisions on one side as often as on the other: the interval of side_difference has 0.",
            lambda rows, _: (
                (rows["measure"] != "side_difference") | ((rows["low"] <= 0) & (rows["high"] >= 0)).fillna(True)
            ),
            severity="warn",
        ),
    ],
)
