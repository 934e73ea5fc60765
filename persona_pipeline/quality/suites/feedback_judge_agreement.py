from persona_pipeline.quality.rules import row_rule
from persona_pipeline.quality.suites import SUITES
from persona_pipeline.schemas.feedback_reports import JUDGE_AGREEMENT

SUITES.register(
    JUDGE_AGREEMENT.path,
    lambda _: [
        row_rule(
            "no_value_without_a_reason",
            "A group has a value, or a reason why it has none.",
            lambda rows, _: rows["value"].notna() | rows["reason"].notna(),
        ),
        row_rule(
            "the_interval_is_in_order",
            "The lower end of an interval is not above its upper end.",
            lambda rows, _: (rows["low"] <= rows["high"]).fillna(True),
        ),
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
